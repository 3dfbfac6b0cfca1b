// Keys of department systems. A secret is shown once; a revoked key stops at once.
import { App, Button, Form, Input, InputNumber, Modal, type TableProps } from 'antd';
import { useState } from 'react';
import type { Schemas } from '../../api/client';
import { useChange, useList, useOp } from '../../api/hooks';
import { type T, useT } from '../../i18n';
import { count, time } from '../../shared/format';
import { ListTable } from '../../shared/list_table';
import { PageHead } from '../../shared/page';
import { ProblemAlert } from '../../shared/problem_alert';
import { SecretOnce } from '../../shared/secret_once';
import { useMay } from '../../shared/session';
import { Empty } from '../../shared/states';

type ApiKey = Schemas['ApiKey'];

function SourceInput(props: {
  id?: string;
  value?: string;
  onChange?: (event: { target: { value: string } }) => void;
}) {
  const t = useT();
  const may = useMay();
  const sources = useOp('list_sources', {}, { enabled: may('list_sources') }).data?.items ?? [];
  if (sources.length === 0) return <Input {...props} maxLength={64} />;
  return (
    <select {...props} className="native" style={{ width: '100%' }}>
      <option value="">{t('import.chooseSource')}</option>
      {sources.map((source) => (
        <option key={source.id} value={source.id}>
          {source.title}
        </option>
      ))}
    </select>
  );
}

function NewKey({ close, made }: { close: () => void; made: (key: Schemas['ApiKeyCreated']) => void }) {
  const t = useT();
  const create = useChange('create_api_key', ['list_api_keys']);
  const required = [{ required: true, whitespace: true, message: t('form.required') }];
  const submit = (values: Schemas['ApiKeyDraft']) => create.mutate({ body: values }, { onSuccess: made });
  return (
    <Modal open title={t('keys.new')} footer={null} onCancel={close}>
      <Form<Schemas['ApiKeyDraft']>
        layout="vertical"
        onFinish={submit}
        requiredMark={false}
        initialValues={{ source: '', quota_per_5_min: 600 }}
      >
        {create.error && <ProblemAlert error={create.error} />}
        <Form.Item name="name" label={t('keys.name')} rules={required}>
          <Input maxLength={60} />
        </Form.Item>
        <Form.Item name="source" label={t('sources.source')} rules={required}>
          <SourceInput />
        </Form.Item>
        <Form.Item name="quota_per_5_min" label={t('keys.quota')}>
          <InputNumber min={1} max={100000} style={{ width: 160 }} />
        </Form.Item>
        <Button type="primary" htmlType="submit" loading={create.isPending}>
          {t('keys.create')}
        </Button>
      </Form>
    </Modal>
  );
}

function Revoke({ item }: { item: ApiKey }) {
  const t = useT();
  const may = useMay();
  const { message, modal } = App.useApp();
  const revoke = useChange('revoke_api_key', ['list_api_keys']);
  if (item.revoked) return <span className="chip bad">{t('keys.revoked')}</span>;
  if (!may('revoke_api_key')) return <span className="chip good">{t('decisions.holds')}</span>;
  const ask = () =>
    void modal.confirm({
      title: t('keys.revokeAsk', { name: item.name }),
      content: t('keys.revokeHint'),
      okText: t('keys.revoke'),
      okButtonProps: { danger: true },
      cancelText: t('form.cancel'),
      onOk: () =>
        revoke
          .mutateAsync({ path: { id: item.id } })
          .catch((error) => void message.error(error.problem.title || t('state.network'))),
    });
  return (
    <Button size="small" danger onClick={ask}>
      {t('keys.revoke')}
    </Button>
  );
}

function keyColumns(t: T): TableProps<ApiKey>['columns'] {
  return [
    { title: t('keys.name'), key: 'name', render: (_, item) => item.name },
    {
      title: t('sources.source'),
      key: 'source',
      width: 150,
      render: (_, item) => <span className="mono">{item.source}</span>,
    },
    {
      title: t('keys.quota'),
      key: 'quota',
      width: 140,
      align: 'right',
      render: (_, item) => count(item.quota_per_5_min),
    },
    {
      title: t('exports.made'),
      key: 'made',
      width: 150,
      render: (_, item) => <span className="num">{time(item.created_at)}</span>,
    },
    {
      title: t('keys.used'),
      key: 'used',
      width: 150,
      render: (_, item) => <span className="num">{time(item.last_used_at)}</span>,
    },
    { title: t('decisions.state'), key: 'state', width: 100, render: (_, item) => <Revoke item={item} /> },
  ];
}

export default function Keys() {
  const t = useT();
  const may = useMay();
  const list = useList('list_api_keys', {});
  const [making, setMaking] = useState(false);
  const [created, setCreated] = useState<Schemas['ApiKeyCreated']>();
  const extra = may('create_api_key') && (
    <Button type="primary" onClick={() => setMaking(true)}>
      {t('keys.new')}
    </Button>
  );
  return (
    <>
      <PageHead title={t('nav.keys')} hint={t('keys.hint')} extra={extra} />
      <section className="panel">
        <ListTable<ApiKey>
          list={list}
          label={t('nav.keys')}
          rowKey={(item) => item.id}
          width={760}
          empty={<Empty title={t('keys.none')} />}
          columns={keyColumns(t)}
        />
      </section>
      {making && (
        <NewKey
          close={() => setMaking(false)}
          made={(key) => {
            setMaking(false);
            setCreated(key);
          }}
        />
      )}
      {created && (
        <SecretOnce
          title={t('keys.secret', { name: created.key.name })}
          secret={created.secret}
          hint={t('keys.secretHint')}
          close={() => setCreated(undefined)}
        />
      )}
    </>
  );
}
