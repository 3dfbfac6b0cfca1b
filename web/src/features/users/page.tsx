// Users: who may do what, where. A new user gets a one-time link; a lock works at once.
import { App, Button, type TableProps } from 'antd';
import { useState } from 'react';
import type { Schemas } from '../../api/client';
import { useChange, useList } from '../../api/hooks';
import { type T, useT } from '../../i18n';
import { text, time } from '../../shared/format';
import { ListTable } from '../../shared/list_table';
import { PageHead } from '../../shared/page';
import { SecretOnce } from '../../shared/secret_once';
import { useMay, useMe } from '../../shared/session';
import { EditUser, NewUser } from './dialogs';

type User = Schemas['User'];

/** The link as an address that can be sent; the interface answers only its path. */
const whole = (link: string) => new URL(link, location.origin).href;

function State({ user }: { user: User }) {
  const t = useT();
  if (user.disabled) return <span className="chip bad">{t('users.disabled')}</span>;
  if (user.locked) return <span className="chip warn">{t('users.locked')}</span>;
  return <span className="chip good">{t('users.active')}</span>;
}

function Actions({
  user,
  edit,
  made,
}: {
  user: User;
  edit: () => void;
  made: (link: Schemas['UserCreated']) => void;
}) {
  const t = useT();
  const may = useMay();
  const me = useMe();
  const { message, modal } = App.useApp();
  const failed = {
    onError: (error: { problem: Schemas['Problem'] }) =>
      void message.error(error.problem.title || t('state.network')),
  };
  const update = useChange('update_user', ['list_users']);
  const reset = useChange('reset_user', ['list_users']);
  const flip = () => {
    const disabled = !(user.disabled || user.locked);
    update.mutate({ path: { id: user.id }, body: { disabled }, ifMatch: `"${user.version}"` }, failed);
  };
  const askReset = () =>
    void modal.confirm({
      title: t('users.resetAsk', { name: user.display_name }),
      content: t('users.resetHint'),
      okText: t('users.reset'),
      cancelText: t('form.cancel'),
      onOk: () => reset.mutateAsync({ path: { id: user.id } }).then(made, (error) => failed.onError(error)),
    });
  return (
    <span className="row" style={{ flexWrap: 'nowrap' }}>
      {may('update_user') && (
        <Button size="small" onClick={edit}>
          {t('users.change')}
        </Button>
      )}
      {may('update_user') && user.id !== me.id && (
        <Button size="small" danger={!user.disabled && !user.locked} onClick={flip} loading={update.isPending}>
          {t(user.disabled || user.locked ? 'users.unlock' : 'users.lock')}
        </Button>
      )}
      {may('reset_user') && (
        <Button size="small" onClick={askReset}>
          {t('users.reset')}
        </Button>
      )}
    </span>
  );
}

function userColumns(
  t: T,
  edit: (user: User) => void,
  made: (link: Schemas['UserCreated']) => void,
): TableProps<User>['columns'] {
  return [
    {
      title: t('login.login'),
      key: 'login',
      width: 120,
      render: (_, user) => <span className="mono">{user.login}</span>,
    },
    { title: t('users.displayName'), key: 'name', width: 120, render: (_, user) => user.display_name },
    {
      title: t('users.roles'),
      key: 'roles',
      render: (_, user) => user.roles.map((role) => t(`role.${role}`)).join('、'),
    },
    {
      title: t('users.regions'),
      key: 'regions',
      width: 150,
      render: (_, user) => user.regions.join('、') || t('users.wholeCity'),
    },
    {
      title: t('users.source'),
      key: 'source',
      width: 100,
      render: (_, user) => <span className="mono">{text(user.source)}</span>,
    },
    {
      title: t('users.totp'),
      key: 'totp',
      width: 80,
      render: (_, user) => t(user.totp_enrolled ? 'form.yes' : 'form.no'),
    },
    {
      title: t('users.lastLogin'),
      key: 'last',
      width: 145,
      render: (_, user) => <span className="num">{time(user.last_login_at)}</span>,
    },
    { title: t('decisions.state'), key: 'state', width: 70, render: (_, user) => <State user={user} /> },
    {
      title: t('users.actions'),
      key: 'actions',
      width: 200,
      render: (_, user) => <Actions user={user} edit={() => edit(user)} made={made} />,
    },
  ];
}

export default function Users() {
  const t = useT();
  const may = useMay();
  const list = useList('list_users', {});
  const [making, setMaking] = useState(false);
  const [editing, setEditing] = useState<User>();
  const [created, setCreated] = useState<Schemas['UserCreated']>();
  const extra = may('create_user') && (
    <Button type="primary" onClick={() => setMaking(true)}>
      {t('users.new')}
    </Button>
  );
  return (
    <>
      <PageHead title={t('nav.users')} extra={extra} />
      <section className="panel">
        <ListTable<User>
          list={list}
          label={t('nav.users')}
          rowKey={(user) => user.id}
          width={1080}
          columns={userColumns(t, setEditing, setCreated)}
        />
      </section>
      {making && (
        <NewUser
          close={() => setMaking(false)}
          made={(link) => {
            setMaking(false);
            setCreated(link);
          }}
        />
      )}
      {editing && <EditUser user={editing} close={() => setEditing(undefined)} />}
      {created && (
        <SecretOnce
          title={t('users.link', { name: created.user.display_name })}
          secret={whole(created.link)}
          hint={t('users.linkHint', { until: time(created.expires_at) })}
          close={() => setCreated(undefined)}
        />
      )}
    </>
  );
}
