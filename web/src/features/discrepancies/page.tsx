// Discrepancy lists: what a source says otherwise goes back to its department, and its answers come in.
import { Button, Form, Input, Modal } from 'antd';
import { useState } from 'react';
import { Link, useNavigate } from 'react-router-dom';
import type { Schemas } from '../../api/client';
import { useChange, useList, useOp } from '../../api/hooks';
import { useT } from '../../i18n';
import { count, text, time } from '../../shared/format';
import { ListTable } from '../../shared/list_table';
import { PageHead } from '../../shared/page';
import { ProblemAlert } from '../../shared/problem_alert';
import { useMay } from '../../shared/session';
import { Empty } from '../../shared/states';

type List = Schemas['DiscrepancyList'];

interface Values {
  source: string;
  note?: string;
}

function Issue({ close }: { close: () => void }) {
  const t = useT();
  const navigate = useNavigate();
  const sources = useOp('list_sources', {}).data?.items ?? [];
  const issue = useChange('issue_discrepancies', ['list_discrepancies']);
  const submit = ({ source, note }: Values) =>
    issue.mutate(
      { body: { source, ...(note?.trim() ? { note: note.trim() } : {}) } },
      { onSuccess: (list) => navigate(`/discrepancies/${encodeURIComponent(list.number)}`) },
    );
  return (
    <Modal open title={t('disc.new')} footer={null} onCancel={close}>
      <Form<Values> layout="vertical" onFinish={submit} requiredMark={false} initialValues={{ source: '' }}>
        {issue.error && <ProblemAlert error={issue.error} />}
        <p className="soft" style={{ marginBottom: 10 }}>
          {t('disc.hint')}
        </p>
        <Form.Item
          name="source"
          label={t('sources.source')}
          rules={[{ required: true, message: t('form.required') }]}
        >
          <select className="native" style={{ width: '100%' }}>
            <option value="">{t('import.chooseSource')}</option>
            {sources.map((source) => (
              <option key={source.id} value={source.id}>
                {source.title}
              </option>
            ))}
          </select>
        </Form.Item>
        <Form.Item name="note" label={t('pins.note')}>
          <Input.TextArea rows={2} maxLength={500} />
        </Form.Item>
        <Button type="primary" htmlType="submit" loading={issue.isPending}>
          {t('disc.issue')}
        </Button>
      </Form>
    </Modal>
  );
}

const numberColumn = (title: string, key: 'rows' | 'accepted' | 'rejected' | 'corrected') => ({
  title,
  key,
  width: 80,
  align: 'right' as const,
  render: (_: unknown, list: List) => <span className="num">{count(list[key])}</span>,
});

export default function Discrepancies() {
  const t = useT();
  const may = useMay();
  const list = useList('list_discrepancies', {});
  const [issuing, setIssuing] = useState(false);
  return (
    <>
      <PageHead
        title={t('nav.discrepancies')}
        hint={t('disc.what')}
        extra={
          may('issue_discrepancies') && (
            <Button type="primary" onClick={() => setIssuing(true)}>
              {t('disc.new')}
            </Button>
          )
        }
      />
      <section className="panel">
        <ListTable<List>
          list={list}
          label={t('nav.discrepancies')}
          rowKey={(row) => row.number}
          width={960}
          empty={<Empty title={t('disc.none')} hint={t('disc.what')} />}
          columns={[
            {
              title: t('disc.number'),
              key: 'number',
              width: 150,
              render: (_, row) => (
                <Link className="target" to={`/discrepancies/${encodeURIComponent(row.number)}`}>
                  {row.number}
                </Link>
              ),
            },
            { title: t('sources.source'), key: 'source', width: 140, render: (_, row) => row.source_title },
            { title: t('pins.note'), key: 'note', render: (_, row) => text(row.note) },
            numberColumn(t('disc.rows'), 'rows'),
            numberColumn(t('verdict.accepted'), 'accepted'),
            numberColumn(t('verdict.rejected'), 'rejected'),
            numberColumn(t('verdict.corrected'), 'corrected'),
            { title: t('audit.actor'), key: 'by', width: 100, render: (_, row) => row.created_by },
            {
              title: t('exports.made'),
              key: 'at',
              width: 150,
              render: (_, row) => <span className="num">{time(row.created_at)}</span>,
            },
          ]}
        />
      </section>
      {issuing && <Issue close={() => setIssuing(false)} />}
    </>
  );
}
