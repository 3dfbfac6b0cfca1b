// One discrepancy list: what the department says, what holds and why, and its answer to every row.
import { App, Button, Form, Input, Modal } from 'antd';
import { useState } from 'react';
import { useParams } from 'react-router-dom';
import type { Schemas } from '../../api/client';
import { useChange, useList } from '../../api/hooks';
import { type Key, useI18n, useT } from '../../i18n';
import { count, fieldValue, text, time } from '../../shared/format';
import { ListTable } from '../../shared/list_table';
import { PageHead } from '../../shared/page';
import { ProblemAlert } from '../../shared/problem_alert';
import { useMay } from '../../shared/session';
import { Verdict, verdicts } from '../../shared/verdict';

type Row = Schemas['Discrepancy'];
type Choice = Schemas['Answer']['verdict'];

interface Values {
  verdict: Choice;
  value?: string;
  reason?: string;
}

function AnswerDialog({ number, row, close }: { number: string; row: Row; close: () => void }) {
  const t = useT();
  const { message } = App.useApp();
  const answer = useChange('answer_discrepancies', ['get_discrepancies', 'list_discrepancies', 'list_conflicts']);
  const submit = ({ verdict, value, reason }: Values) =>
    answer.mutate(
      {
        path: { number },
        body: {
          answers: [
            {
              row: row.row,
              verdict,
              ...(verdict === 'corrected' ? { value: value?.trim() } : {}),
              ...(reason?.trim() ? { reason: reason.trim() } : {}),
            },
          ],
        },
      },
      {
        onSuccess: () => {
          void message.success(t('disc.answered'));
          close();
        },
      },
    );
  return (
    <Modal open title={t('disc.answerTitle', { row: row.row, name: row.name })} footer={null} onCancel={close}>
      <Form<Values> layout="vertical" onFinish={submit} requiredMark={false} initialValues={{ verdict: 'accepted' }}>
        {answer.error && <ProblemAlert error={answer.error} />}
        <Form.Item name="verdict" label={t('disc.answer')}>
          <select className="native" style={{ width: '100%' }}>
            {verdicts.map((verdict) => (
              <option key={verdict} value={verdict}>
                {t(`verdict.${verdict}Long` as Key)}
              </option>
            ))}
          </select>
        </Form.Item>
        <Form.Item noStyle shouldUpdate>
          {(form) => (
            <>
              {form.getFieldValue('verdict') === 'corrected' && (
                <Form.Item
                  name="value"
                  label={t('disc.value')}
                  rules={[{ required: true, whitespace: true, message: t('form.required') }]}
                >
                  <Input maxLength={500} />
                </Form.Item>
              )}
              <Form.Item
                name="reason"
                label={t('form.reason')}
                rules={[
                  {
                    required: form.getFieldValue('verdict') === 'rejected',
                    whitespace: true,
                    message: t('form.required'),
                  },
                ]}
              >
                <Input.TextArea rows={2} maxLength={500} />
              </Form.Item>
            </>
          )}
        </Form.Item>
        <Button type="primary" htmlType="submit" loading={answer.isPending}>
          {t('disc.send')}
        </Button>
      </Form>
    </Modal>
  );
}

export default function DiscrepancyListPage() {
  const { t, lang } = useI18n();
  const may = useMay();
  const { number = '' } = useParams();
  const list = useList('get_discrepancies', { path: { number } });
  const [answering, setAnswering] = useState<Row>();
  const about = list.first?.list;
  return (
    <>
      <PageHead
        title={t('disc.title', { number })}
        crumbs={[{ title: t('nav.discrepancies'), to: '/discrepancies' }]}
        hint={
          about &&
          t('disc.counts', {
            source: about.source_title,
            rows: count(about.rows),
            accepted: count(about.accepted),
            rejected: count(about.rejected),
            corrected: count(about.corrected),
          })
        }
      />
      <section className="panel">
        <ListTable<Row>
          list={list}
          label={t('disc.title', { number })}
          rowKey={(row) => String(row.row)}
          width={1080}
          columns={[
            {
              title: t('import.row'),
              key: 'row',
              width: 60,
              render: (_, row) => <span className="num">{row.row}</span>,
            },
            { title: t('search.col.name'), key: 'name', render: (_, row) => row.name },
            { title: t('unit.field'), key: 'field', width: 120, render: (_, row) => row.field_title },
            {
              title: t('disc.theirs'),
              key: 'theirs',
              width: 200,
              render: (_, row) => (
                <>
                  {fieldValue(row.field, row.theirs, undefined, lang)}
                  <div className="mono faint">{row.key}</div>
                </>
              ),
            },
            {
              title: t('disc.ours'),
              key: 'ours',
              width: 220,
              render: (_, row) => (
                <>
                  <b>{fieldValue(row.field, row.ours, undefined, lang)}</b>
                  <div className="soft">{row.why}</div>
                </>
              ),
            },
            {
              title: t('disc.answer'),
              key: 'answer',
              width: 220,
              render: (_, row) =>
                row.answer && (
                  <>
                    <Verdict answer={row.answer} />
                    <div className="faint">
                      {text(row.answer.by)} · {time(row.answer.at)}
                    </div>
                  </>
                ),
            },
            {
              title: t('users.actions'),
              key: 'act',
              width: 90,
              render: (_, row) =>
                may('answer_discrepancies') && (
                  <Button size="small" onClick={() => setAnswering(row)}>
                    {t('disc.answerGo')}
                  </Button>
                ),
            },
          ]}
        />
      </section>
      {answering && <AnswerDialog number={number} row={answering} close={() => setAnswering(undefined)} />}
    </>
  );
}
