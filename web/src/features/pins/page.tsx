// Pins: named moments of both times, which nothing changes afterwards. Units and exports can be seen as they say.
import { Button, Form, Input, Modal } from 'antd';
import { useState } from 'react';
import type { Schemas } from '../../api/client';
import { useChange, useList } from '../../api/hooks';
import { useT } from '../../i18n';
import { text, time } from '../../shared/format';
import { ListTable } from '../../shared/list_table';
import { PageHead } from '../../shared/page';
import { ProblemAlert } from '../../shared/problem_alert';
import { useMay } from '../../shared/session';
import { Empty } from '../../shared/states';

type Pin = Schemas['Pin'];

interface Values {
  name: string;
  as_of?: string;
  note?: string;
}

function NewPin({ close }: { close: () => void }) {
  const t = useT();
  const create = useChange('create_pin', ['list_pins']);
  const submit = ({ name, as_of, note }: Values) =>
    create.mutate(
      { body: { name: name.trim(), ...(as_of ? { as_of } : {}), ...(note?.trim() ? { note: note.trim() } : {}) } },
      { onSuccess: close },
    );
  return (
    <Modal open title={t('pins.new')} footer={null} onCancel={close}>
      <Form<Values> layout="vertical" onFinish={submit} requiredMark={false}>
        {create.error && <ProblemAlert error={create.error} />}
        <p className="soft" style={{ marginBottom: 10 }}>
          {t('pins.hint')}
        </p>
        <Form.Item
          name="name"
          label={t('pins.name')}
          rules={[{ required: true, whitespace: true, pattern: /^[^/]+$/, message: t('pins.nameRule') }]}
        >
          <Input maxLength={64} autoFocus />
        </Form.Item>
        <Form.Item name="as_of" label={t('moment.asOf')} extra={t('pins.asOfHint')}>
          <input type="date" className="native" />
        </Form.Item>
        <Form.Item name="note" label={t('pins.note')}>
          <Input.TextArea rows={2} maxLength={500} />
        </Form.Item>
        <Button type="primary" htmlType="submit" loading={create.isPending}>
          {t('pins.create')}
        </Button>
      </Form>
    </Modal>
  );
}

export default function Pins() {
  const t = useT();
  const may = useMay();
  const list = useList('list_pins', {});
  const [making, setMaking] = useState(false);
  return (
    <>
      <PageHead
        title={t('nav.pins')}
        hint={t('pins.what')}
        extra={
          may('create_pin') && (
            <Button type="primary" onClick={() => setMaking(true)}>
              {t('pins.new')}
            </Button>
          )
        }
      />
      <section className="panel">
        <ListTable<Pin>
          list={list}
          label={t('nav.pins')}
          rowKey={(pin) => pin.name}
          width={900}
          empty={<Empty title={t('pins.none')} hint={t('pins.hint')} />}
          columns={[
            { title: t('pins.name'), key: 'name', width: 180, render: (_, pin) => <b>{pin.name}</b> },
            {
              title: t('moment.asOf'),
              key: 'as_of',
              width: 110,
              render: (_, pin) => <span className="num">{pin.as_of}</span>,
            },
            {
              title: t('moment.knownAt'),
              key: 'known',
              width: 100,
              render: (_, pin) => <span className="num">#{pin.known_seq}</span>,
            },
            { title: t('pins.note'), key: 'note', render: (_, pin) => text(pin.note) },
            {
              title: t('pins.stateHash'),
              key: 'hash',
              width: 150,
              render: (_, pin) => (
                <span className="mono" title={pin.state_hash}>
                  {pin.state_hash.slice(0, 12)}…
                </span>
              ),
            },
            { title: t('audit.actor'), key: 'by', width: 110, render: (_, pin) => pin.created_by },
            {
              title: t('exports.made'),
              key: 'at',
              width: 150,
              render: (_, pin) => <span className="num">{time(pin.created_at)}</span>,
            },
          ]}
        />
      </section>
      {making && <NewPin close={() => setMaking(false)} />}
    </>
  );
}
