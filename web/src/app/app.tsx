import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { App as AntApp, ConfigProvider } from 'antd';
import enUS from 'antd/locale/en_US';
import zhCN from 'antd/locale/zh_CN';
import 'dayjs/locale/zh-cn';
import { useState } from 'react';
import { BrowserRouter } from 'react-router-dom';
import { ApiError } from '../api/client';
import { I18nProvider, useI18n } from '../i18n';
import { Pages } from './pages';
import { theme } from './theme';

function makeClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        // A refusal stays a refusal; only what may pass by itself is tried once more.
        retry: (failures, error) => failures < 1 && error instanceof ApiError && error.problem.code === 'network',
        refetchOnWindowFocus: false,
        staleTime: 10_000,
      },
    },
  });
}

function Themed() {
  const { lang } = useI18n();
  return (
    <ConfigProvider
      theme={theme}
      locale={lang === 'zh' ? zhCN : enUS}
      wave={{ disabled: true }}
      button={{ autoInsertSpace: false }}
    >
      <AntApp component={false}>
        <Pages />
      </AntApp>
    </ConfigProvider>
  );
}

export function App() {
  const [client] = useState(makeClient);
  return (
    <I18nProvider>
      <QueryClientProvider client={client}>
        <BrowserRouter future={{ v7_startTransition: true, v7_relativeSplatPath: true }}>
          <Themed />
        </BrowserRouter>
      </QueryClientProvider>
    </I18nProvider>
  );
}
