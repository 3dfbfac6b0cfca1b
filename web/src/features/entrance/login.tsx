import { useQueryClient } from '@tanstack/react-query';
import { Alert, Button, Form, Input } from 'antd';
import { useState } from 'react';
import { useNavigate, useSearchParams } from 'react-router-dom';
import type { ApiError } from '../../api/client';
import { useChange } from '../../api/hooks';
import { useT } from '../../i18n';
import { ProblemAlert } from '../../shared/problem_alert';
import { Entrance } from './frame';

interface Values {
  login: string;
  password: string;
  totp?: string;
}

/** Whether the refusal says that the pass phrase was right and six digits are missing. */
const asksSecondFactor = (error: ApiError | null) => !!error && error.problem.code.includes('totp');

/** Only an address of our own may follow a login. */
const safeTarget = (to: string | null) => (to && /^\/(?![/\\])/.test(to) ? to : '/');

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
    </Entrance>
  );
}
