import { useQueryClient } from '@tanstack/react-query';
import { Alert, Button, Form, Input } from 'antd';
import { useState } from 'react';
import { useNavigate, useSearchParams } from 'react-router-dom';
import type { ApiError } from '../../api/client';
import { useChange, useOp } from '../../api/hooks';
import { useT } from '../../i18n';
import { ProblemAlert } from '../../shared/problem_alert';
import { Entrance } from './frame';
import { keepTarget, safeTarget } from './target';

interface Values {
  login: string;
  password: string;
  totp?: string;
}

/** Whether the refusal says that the pass phrase was right and six digits are missing. */
const asksSecondFactor = (error: ApiError | null) => !!error && error.problem.code.includes('totp');

/** For who signs on at the issuer of the organisation, where there is one. */
function SignOnButton({ to }: { to: string | null }) {
  const t = useT();
  const info = useOp('sign_on_info', {});
  const begin = useChange('begin_sign_on');
  if (!info.data?.available) return null;
  const go = () =>
    begin.mutate(
      {},
      {
        onSuccess: ({ url }) => {
          keepTarget(to);
          window.location.assign(url);
        },
      },
    );
  return (
    <div style={{ marginTop: 14 }}>
      {begin.error && <ProblemAlert error={begin.error} />}
      <Button size="large" block onClick={go} loading={begin.isPending || begin.isSuccess}>
        {t('signOn.with', { title: info.data.title ?? t('signOn.title') })}
      </Button>
    </div>
  );
}

export default function Login() {
  const t = useT();
  const navigate = useNavigate();
  const client = useQueryClient();
  const [params] = useSearchParams();
  const login = useChange('login');
  const [second, setSecond] = useState(false);
  const submit = ({ login: name, password, totp }: Values) =>
    login.mutate(
      { body: { login: name.trim(), password, ...(totp ? { totp } : {}) } },
      {
        onSuccess: (me) => {
          client.clear();
          client.setQueryData(['me', {}], me);
          navigate(safeTarget(params.get('to')), { replace: true });
        },
        onError: (error) => asksSecondFactor(error) && setSecond(true),
      },
    );
  const firstAsk = login.error && asksSecondFactor(login.error) && !login.variables?.body.totp;
  return (
    <Entrance title={t('login.title')}>
      <Form<Values> layout="vertical" onFinish={submit} requiredMark={false}>
        {login.error && !firstAsk && <ProblemAlert error={login.error} />}
        {firstAsk && <Alert type="info" showIcon message={t('login.secondAsked')} style={{ marginBottom: 14 }} />}
        <Form.Item name="login" label={t('login.login')} rules={[{ required: true, message: t('form.required') }]}>
          <Input autoComplete="username" autoFocus size="large" maxLength={40} />
        </Form.Item>
        <Form.Item
          name="password"
          label={t('login.password')}
          rules={[{ required: true, message: t('form.required') }]}
        >
          <Input.Password autoComplete="current-password" size="large" maxLength={200} />
        </Form.Item>
        {second && (
          <Form.Item
            name="totp"
            label={t('login.totp')}
            rules={[{ pattern: /^\d{6}$/, message: t('form.sixDigits') }]}
          >
            <Input autoComplete="one-time-code" inputMode="numeric" size="large" maxLength={6} autoFocus />
          </Form.Item>
        )}
        <Button type="primary" htmlType="submit" size="large" block loading={login.isPending}>
          {t('login.go')}
        </Button>
      </Form>
      <SignOnButton to={params.get('to')} />
    </Entrance>
  );
}
