// What people decided, newest first, and a way to take each back.
import { App, Button, Form, Modal } from 'antd';
import { useState } from 'react';
import type { Schemas } from '../../api/client';
import { useChange, useList } from '../../api/hooks';
import { type Key, useT } from '../../i18n';
import { text, time } from '../../shared/format';
import { ReasonField } from '../../shared/form_fields';
import { ListTable } from '../../shared/list_table';
import { PageHead } from '../../shared/page';
import { ProblemAlert } from '../../shared/problem_alert';
import { useMay } from '../../shared/session';
import { Empty } from '../../shared/states';

type Row = Schemas['DecisionRow'];

function UndoDialog({ row, close }: { row: Row; close: () => void }) {
  const t = useT();
  const { message } = App.useApp();
  const undo = useChange('undo_decision', [
    'list_decisions',
    'list_conflicts',
    'list_reviews',
    'overview',
    'get_unit',
  ]);
  const submit = ({ reason }: { reason: string }) =>
    undo.mutate(
      { path: { seq: row.seq }, body: { reason: reason.trim() } },
      {
        onSuccess: () => {
          void message.success(t('decide.undone', { seq: row.seq }));
          close();
        },
      },
    );
  return (
    <Modal open title={t('decide.undoTitle', { seq: row.seq })} footer={null} onCancel={close}>
      <Form layout="vertical" onFinish={submit}>
        {undo.error && <ProblemAlert error={undo.error} />}
        <ReasonField />
        <Button type="primary" htmlType="submit" loading={undo.isPending}>
          {t('decide.undo')}
        </Button>
      </Form>
    </Modal>
  );
}

function About({ row }: { row: Row }) {
  if (row.kind === 'value') {
    return (
      <span className="mono">
        {text(row.field)} ← {text(row.record)}
      </span>
    );
  }
  return (
    <span className="mono">
      {text(row.record_a)} {row.kind === 'same' ? '=' : '≠'} {text(row.record_b)}
    </span>
  );
}

export default function Decisions() {
  const t = useT();
  const may = useMay();
  const list = useList('list_decisions', {});
  const [undoing, setUndoing] = useState<Row>();
  return (
    <>
      <PageHead title={t('nav.decisions')} />
      <section className="panel">
        <ListTable<Row>
          list={list}
          label={t('nav.decisions')}
          rowKey={(row) => String(row.seq)}
          width={900}
          empty={<Empty title={t('decisions.none')} hint={t('decisions.noneHint')} />}
          columns={[
            {
              title: t('import.run'),
              key: 'seq',
              width: 70,
              render: (_, row) => <span className="num">#{row.seq}</span>,
            },
            {
              title: t('decisions.kind'),
              key: 'kind',
              width: 130,
              render: (_, row) => t(`decision.${row.kind}` as Key),
            },
            { title: t('decisions.about'), key: 'about', render: (_, row) => <About row={row} /> },
            { title: t('form.reason'), key: 'reason', width: 220, render: (_, row) => row.reason },
            { title: t('audit.actor'), key: 'actor', width: 110, render: (_, row) => row.actor },
            {
              title: t('audit.at'),
              key: 'at',
              width: 150,
              render: (_, row) => <span className="num">{time(row.at)}</span>,
            },
            {
              title: t('decisions.state'),
              key: 'undo',
              width: 110,
              render: (_, row) =>
                row.undone ? (
                  <span className="chip">{t('decisions.undone')}</span>
                ) : may('undo_decision') ? (
                  <Button size="small" onClick={() => setUndoing(row)}>
                    {t('decide.undo')}
                  </Button>
                ) : (
                  <span className="chip good">{t('decisions.holds')}</span>
                ),
            },
          ]}
        />
      </section>
      {undoing && <UndoDialog row={undoing} close={() => setUndoing(undefined)} />}
    </>
  );
}
