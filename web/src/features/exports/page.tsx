// The exports centre: any list as a file, made in the background and kept for some days.
import { DownloadOutlined } from '@ant-design/icons';
import { Button, Form } from 'antd';
import { useState } from 'react';
import { useSearchParams } from 'react-router-dom';
import { type Schemas, urlOf } from '../../api/client';
import { useChange, useList, useOp } from '../../api/hooks';
import { isKey, type Key, type T, useT } from '../../i18n';
import { bytes, count, text, time } from '../../shared/format';
import { ExportFields } from '../../shared/form_fields';
import { JobProgress } from '../../shared/job_progress';
import { ListTable } from '../../shared/list_table';
import { PinSelect } from '../../shared/pin_select';
import { PageHead, Panel } from '../../shared/page';
import { ProblemAlert } from '../../shared/problem_alert';
import { useMay } from '../../shared/session';
import { Empty } from '../../shared/states';

type Export = Schemas['Export'];
type Draft = Schemas['ExportRequest'];

/** The lists that the server writes for a console; the others of the contract are files of the command line. */
export const exportLists: Draft['list'][] = ['units', 'conflicts', 'missing', 'new', 'discrepancies'];
const listName = (t: T, list: string) => (isKey(`list_name.${list}`) ? t(`list_name.${list}` as Key) : list);

interface Values {
  list: Draft['list'];
  format: 'csv' | 'xlsx';
  source?: string;
  pin?: string;
  reason?: string;
}

function SourceField() {
  const t = useT();
  const may = useMay();
  const sources = useOp('list_sources', {}, { enabled: may('list_sources') }).data?.items ?? [];
  if (sources.length === 0) return null;
  return (
    <Form.Item name="source" label={t('sources.source')}>
      <select className="native" style={{ width: '100%' }}>
        <option value="">{t('form.all')}</option>
        {sources.map((source) => (
          <option key={source.id} value={source.id}>
            {source.title}
          </option>
        ))}
      </select>
    </Form.Item>
  );
}

function NewExport({ preset, started }: { preset?: string; started: (job: string) => void }) {
  const t = useT();
  const start = useChange('start_export', ['list_exports']);
  const submit = ({ list, format, source, pin, reason }: Values) =>
    start.mutate(
      {
        body: {
          list,
          format,
          ...(source ? { source } : {}),
          ...(pin && list === 'units' ? { pin } : {}),
          ...(reason?.trim() ? { reason: reason.trim() } : {}),
        },
      },
      { onSuccess: (job) => started(job.id) },
    );
  const first = exportLists.find((list) => list === preset) ?? 'units';
  return (
    <Form<Values> layout="vertical" onFinish={submit} initialValues={{ list: first, format: 'xlsx', source: '' }}>
      {start.error && <ProblemAlert error={start.error} />}
      <Form.Item name="list" label={t('exports.list')}>
        <select className="native" style={{ width: '100%' }}>
          {exportLists.map((list) => (
            <option key={list} value={list}>
              {listName(t, list)}
            </option>
          ))}
        </select>
      </Form.Item>
      <Form.Item noStyle shouldUpdate>
        {(form) =>
          form.getFieldValue('list') === 'units' && (
            <PinSelect
              value={(form.getFieldValue('pin') as string | undefined) ?? ''}
              none={t('pins.now')}
              change={(pin) => form.setFieldValue('pin', pin?.name)}
            />
          )
        }
      </Form.Item>
      <Form.Item name="pin" hidden>
        <input />
      </Form.Item>
      <SourceField />
      <ExportFields />
      <Button type="primary" htmlType="submit" loading={start.isPending}>
        {t('exports.go')}
      </Button>
    </Form>
  );
}

function Download({ item }: { item: Export }) {
  const t = useT();
  const over = item.expires_at !== undefined && new Date(item.expires_at).getTime() < Date.now();
  if (over) return <span className="chip">{t('exports.expired')}</span>;
  if (item.state !== 'done') {
    return (
      <span className="chip info">{isKey(`job.${item.state}`) ? t(`job.${item.state}` as Key) : item.state}</span>
    );
  }
  return (
    <Button size="small" icon={<DownloadOutlined />} href={urlOf('get_export', { path: { id: item.id } })}>
      {t('exports.download')}
    </Button>
  );
}

function Made() {
  const t = useT();
  const list = useList('list_exports', {});
  return (
    <ListTable<Export>
      list={list}
      label={t('nav.exports')}
      rowKey={(item) => item.id}
      width={720}
      empty={<Empty title={t('exports.none')} />}
      columns={[
        {
          title: t('exports.list'),
          key: 'list',
          width: 140,
          render: (_, item) => item.title ?? listName(t, item.list),
        },
        {
          title: t('import.file'),
          key: 'file',
          render: (_, item) => <span className="mono">{text(item.file_name)}</span>,
        },
        { title: t('exports.rows'), key: 'rows', width: 80, align: 'right', render: (_, item) => count(item.rows) },
        { title: t('import.size'), key: 'bytes', width: 90, align: 'right', render: (_, item) => bytes(item.bytes) },
        {
          title: t('exports.made'),
          key: 'made',
          width: 145,
          render: (_, item) => <span className="num">{time(item.created_at)}</span>,
        },
        {
          title: t('exports.until'),
          key: 'until',
          width: 145,
          render: (_, item) => <span className="num">{time(item.expires_at)}</span>,
        },
        { title: '', key: 'get', width: 100, render: (_, item) => <Download item={item} /> },
      ]}
    />
  );
}

export default function Exports() {
  const t = useT();
  const may = useMay();
  const [params] = useSearchParams();
  const [job, setJob] = useState(params.get('job') ?? undefined);
  const preset = params.get('list') ?? undefined;
  return (
    <>
      <PageHead title={t('nav.exports')} hint={t('exports.hint')} />
      <div className="grid-2">
        <div className="stack">
          {job && (
            <section className="panel panel-body">
              <JobProgress key={job} id={job} refresh={['list_exports']} done={() => t('exports.ready')} />
            </section>
          )}
          <Panel title={t('exports.mine')}>
            <Made />
          </Panel>
        </div>
        {may('start_export') && (
          <Panel title={t('exports.new')}>
            <div className="panel-body">
              <NewExport key={preset} preset={preset} started={setJob} />
            </div>
          </Panel>
        )}
      </div>
    </>
  );
}
