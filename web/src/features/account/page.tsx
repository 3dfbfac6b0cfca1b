// My account: who I am here, my pass phrase, my second factor.
import { useQueryClient } from '@tanstack/react-query';
import { Alert, App, Button, Form, Input } from 'antd';
import { useChange } from '../../api/hooks';
import { useT } from '../../i18n';
import { time } from '../../shared/format';
import { PageHead, Panel } from '../../shared/page';
import { ProblemAlert } from '../../shared/problem_alert';
import { QrCode } from '../../shared/qr';
import { useMe } from '../../shared/session';

interface PasswordValues {
  old_password: string;
  new_password: string;
  again: string;
}

function Password() {
  const t = useT();
  const { message } = App.useApp();
  const [form] = Form.useForm<PasswordValues>();
  const change = useChange('change_password', ['me']);
  const required = { required: true, message: t('form.required') };
  const alike = ({ getFieldValue }: { getFieldValue: (name: string) => unknown }) => ({
    validator: (_: unknown, value: string) =>
      value === getFieldValue('new_password') ? Promise.resolve() : Promise.reject(new Error(t('form.notAlike'))),
  });
  const submit = ({ old_password, new_password }: PasswordValues) =>
    change.mutate(
      { body: { old_password, new_password } },
      {
        onSuccess: () => {
          form.resetFields();
          void message.success(t('account.passwordChanged'));
        },
      },
    );
  return (
    <Form<PasswordValues> form={form} layout="vertical" onFinish={submit} requiredMark={false}>
      {change.error && <ProblemAlert error={change.error} />}
      <Form.Item name="old_password" label={t('account.old')} rules={[required]}>
        <Input.Password autoComplete="current-password" maxLength={200} />
      </Form.Item>
      <Form.Item
        name="new_password"
        label={t('account.new')}
        extra={t('setup.passwordHint')}
        rules={[required, { min: 8, max: 200, message: t('form.passwordLength') }]}
      >
        <Input.Password autoComplete="new-password" maxLength={200} />
      </Form.Item>
      <Form.Item name="again" label={t('setup.again')} dependencies={['new_password']} rules={[required, alike]}>
        <Input.Password autoComplete="new-password" maxLength={200} />
      </Form.Item>
      <Button type="primary" htmlType="submit" loading={change.isPending}>
        {t('account.change')}
      </Button>
    </Form>
  );
}

function Enrolment({ secret, uri, done }: { secret?: string; uri?: string; done: () => void }) {
  const t = useT();
  const confirm = useChange('totp_enroll', ['me']);
  const submit = ({ code }: { code: string }) =>
    confirm.mutate({ body: { code, secret } }, { onSuccess: (state) => state.enrolled && done() });
  return (
    <div className="stack">
      <p>{t('account.scan')}</p>
      {uri && <QrCode value={uri} />}
      {secret && (
        <div>
          <p className="soft">{t('account.secret')}</p>
          <div className="secret">{secret}</div>
        </div>
      )}
      {confirm.error && <ProblemAlert error={confirm.error} />}
      <Form layout="vertical" onFinish={submit} requiredMark={false}>
        <Form.Item
          name="code"
          label={t('login.totp')}
          rules={[{ required: true, pattern: /^\d{6}$/, message: t('form.sixDigits') }]}
        >
          <Input inputMode="numeric" autoComplete="one-time-code" maxLength={6} style={{ width: 160 }} />
        </Form.Item>
        <Button type="primary" htmlType="submit" loading={confirm.isPending}>
          {t('account.confirm')}
        </Button>
      </Form>
    </div>
  );
}

function SecondFactor() {
  const t = useT();
  const me = useMe();
  const client = useQueryClient();
  const { message } = App.useApp();
  const begin = useChange('totp_enroll');
  const done = () => {
    begin.reset();
    void client.invalidateQueries({ queryKey: ['me'] });
    void message.success(t('account.enrolled'));
  };
  if (begin.data && !begin.data.enrolled)
    return <Enrolment secret={begin.data.secret} uri={begin.data.uri} done={done} />;
  return (
    <div className="stack">
      <p>
        <span className={`chip ${me.totp_enrolled ? 'good' : 'warn'}`}>
          {t(me.totp_enrolled ? 'account.on' : 'account.off')}
        </span>
      </p>
      <p className="soft">{t('account.why')}</p>
      {begin.error && <ProblemAlert error={begin.error} />}
      <div>
        <Button
          type={me.totp_enrolled ? 'default' : 'primary'}
          loading={begin.isPending}
          onClick={() => begin.mutate({ body: {} })}
        >
          {t(me.totp_enrolled ? 'account.again' : 'account.enroll')}
        </Button>
      </div>
    </div>
  );
}

export default function Account() {
  const t = useT();
  const me = useMe();
  return (
    <>
      <PageHead title={t('nav.account')} />
      <div className="stack">
        {me.must_change_password && <Alert type="warning" showIcon message={t('account.mustChange')} />}
        {me.totp_required && !me.totp_enrolled && <Alert type="warning" showIcon message={t('account.mustEnroll')} />}
        <section className="panel panel-body facts">
          <span>
            {t('users.displayName')}
            <b>{me.display_name}</b>
          </span>
          <span>
            {t('login.login')}
            <b>{me.login}</b>
          </span>
          <span>
            {t('users.roles')}
            <b>{me.roles.map((role) => t(`role.${role}`)).join('、')}</b>
          </span>
          <span>
            {t('users.regions')}
            <b>{me.regions.join('、') || t('users.wholeCity')}</b>
          </span>
          <span>
            {t('account.expires')}
            <b>{time(me.expires_at)}</b>
          </span>
        </section>
        <div className="even-2">
          <Panel title={t('account.password')}>
            <div className="panel-body" style={{ maxWidth: 420 }}>
              <Password />
            </div>
          </Panel>
          <Panel title={t('account.second')}>
            <div className="panel-body">
              <SecondFactor />
            </div>
          </Panel>
        </div>
      </div>
    </>
  );
}
