// The page of a one-time link: at the first start it makes the first administrator, later it sets a user's pass phrase.
import { useQueryClient } from '@tanstack/react-query';
import { Button, Form, Input } from 'antd';
import { useLocation, useNavigate, useSearchParams } from 'react-router-dom';
import { useChange } from '../../api/hooks';
import { useT } from '../../i18n';
import { ProblemAlert } from '../../shared/problem_alert';
import { Empty } from '../../shared/states';
import { Entrance } from './frame';

interface Values {
  login: string;
  /** Absent on the page of a user's link: the administrator has named the user. */
  display_name?: string;
  password: string;
  again: string;
}

function useRules() {
  const t = useT();
  return {
    required: { required: true, message: t('form.required') },
    length: { min: 8, max: 200, message: t('form.passwordLength') },
    again: ({ getFieldValue }: { getFieldValue: (name: string) => unknown }) => ({
      validator: (_: unknown, value: string) =>
        value === getFieldValue('password') ? Promise.resolve() : Promise.reject(new Error(t('form.notAlike'))),
    }),
  };
}

function PasswordFields() {
  const t = useT();
  const rules = useRules();
  return (
    <>
      <Form.Item
        name="password"
        label={t('setup.password')}
        extra={t('setup.passwordHint')}
        rules={[rules.required, rules.length]}
      >
        <Input.Password autoComplete="new-password" maxLength={200} />
      </Form.Item>
      <Form.Item
        name="again"
        label={t('setup.again')}
        dependencies={['password']}
        rules={[rules.required, rules.again]}
      >
        <Input.Password autoComplete="new-password" maxLength={200} />
      </Form.Item>
    </>
  );
}

export default function SetUp() {
  const t = useT();
  const rules = useRules();
  const navigate = useNavigate();
  const client = useQueryClient();
  const [params] = useSearchParams();
  const reset = useLocation().pathname === '/reset';
  const setup = useChange('setup');
  const token = params.get('token') ?? '';
  const title = t(reset ? 'setup.resetTitle' : 'setup.title');
  const submit = ({ login, display_name, password }: Values) =>
    setup.mutate(
      { body: { token, login: login.trim(), display_name: (display_name ?? login).trim(), password } },
      {
        onSuccess: (me) => {
          client.clear();
          client.setQueryData(['me', {}], me);
          navigate('/', { replace: true });
        },
      },
    );
  if (!token) {
    return (
      <Entrance title={title}>
        <Empty title={t('setup.noToken')} hint={t('setup.noTokenHint')} />
      </Entrance>
    );
  }
  return (
    <Entrance title={title}>
      <p className="soft" style={{ marginBottom: 14 }}>
        {t(reset ? 'setup.resetHint' : 'setup.hint')}
      </p>
      <Form<Values>
        layout="vertical"
        onFinish={submit}
        requiredMark={false}
        initialValues={{ login: params.get('login') ?? '' }}
      >
        {setup.error && <ProblemAlert error={setup.error} />}
        <Form.Item
          name="login"
          label={t('login.login')}
          rules={[rules.required, { min: 2, message: t('form.short') }]}
        >
          <Input autoComplete="username" maxLength={40} />
        </Form.Item>
        {!reset && (
          <Form.Item name="display_name" label={t('users.displayName')} rules={[rules.required]}>
            <Input autoComplete="name" maxLength={40} />
          </Form.Item>
        )}
        <PasswordFields />
        <Button type="primary" htmlType="submit" size="large" block loading={setup.isPending}>
          {t(reset ? 'setup.resetGo' : 'setup.go')}
        </Button>
      </Form>
    </Entrance>
  );
}
