import { Button, Checkbox, Form, Modal } from 'antd';
import type { Schemas } from '../../api/client';
import { useChange } from '../../api/hooks';
import { useT } from '../../i18n';
import { ProblemAlert } from '../../shared/problem_alert';
import { regionsOf, UserFields, type UserValues } from './form';

type User = Schemas['User'];

export function NewUser({ close, made }: { close: () => void; made: (created: Schemas['UserCreated']) => void }) {
  const t = useT();
  const create = useChange('create_user', ['list_users']);
  const submit = ({ login, display_name, roles, regions, source }: UserValues) => {
    const codes = regionsOf(regions);
    const body = {
      login: login.trim(),
      display_name: display_name.trim(),
      roles,
      ...(codes.length ? { regions: codes } : {}),
      ...(source?.trim() ? { source: source.trim() } : {}),
    };
    create.mutate({ body }, { onSuccess: made });
  };
  return (
    <Modal open title={t('users.new')} footer={null} onCancel={close}>
      <Form<UserValues> layout="vertical" onFinish={submit} requiredMark={false}>
        {create.error && <ProblemAlert error={create.error} />}
        <UserFields isNew />
        <Button type="primary" htmlType="submit" loading={create.isPending}>
          {t('users.create')}
        </Button>
      </Form>
    </Modal>
  );
}

type EditValues = UserValues & { disabled: boolean };

export function EditUser({ user, close }: { user: User; close: () => void }) {
  const t = useT();
  const update = useChange('update_user', ['list_users']);
  const submit = ({ display_name, roles, regions, disabled }: EditValues) =>
    update.mutate(
      {
        path: { id: user.id },
        body: { display_name: display_name.trim(), roles, regions: regionsOf(regions), disabled },
        ifMatch: `"${user.version}"`,
      },
      { onSuccess: close },
    );
  return (
    <Modal open title={t('users.edit', { login: user.login })} footer={null} onCancel={close}>
      <Form<EditValues>
        layout="vertical"
        onFinish={submit}
        requiredMark={false}
        initialValues={{ ...user, regions: user.regions.join(', ') }}
      >
        {update.error && <ProblemAlert error={update.error} />}
        <UserFields isNew={false} />
        <Form.Item name="disabled" valuePropName="checked">
          <Checkbox>{t('users.disabledLong')}</Checkbox>
        </Form.Item>
        <Button type="primary" htmlType="submit" loading={update.isPending}>
          {t('form.save')}
        </Button>
      </Form>
    </Modal>
  );
}
