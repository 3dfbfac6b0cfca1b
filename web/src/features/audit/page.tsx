// The audit trail, newest first, and the check of its chain.
import { Alert, Button, Form, Input } from 'antd';
import { useSearchParams } from 'react-router-dom';
import type { Op, Schemas } from '../../api/client';
import { useChange, useList } from '../../api/hooks';
import { routes } from '../../api/routes';
import { type T, useT } from '../../i18n';
import { auditColumns, type AuditRow, operationName } from '../../shared/audit_columns';
import { count } from '../../shared/format';
import { ListTable } from '../../shared/list_table';
import { PageHead } from '../../shared/page';
import { ProblemAlert } from '../../shared/problem_alert';
import { useMay } from '../../shared/session';
import { Empty } from '../../shared/states';

const names = ['actor', 'operation', 'object', 'outcome', 'from', 'to'] as const;
type Filter = Partial<Record<(typeof names)[number], string>>;

function report(t: T, data: Schemas['AuditReport']): string {
  const trail = data.whole
    ? t('audit.whole', { n: count(data.entries) })
    : t('audit.broken', { n: count(data.first_bad), reason: data.reason ?? '—' });
  const ledger = t(data.ledger_whole ? 'audit.ledgerWhole' : 'audit.ledgerBroken', { n: count(data.commits) });
  return `${trail} ${ledger}`;
}

function Report({ verify }: { verify: ReturnType<typeof useChange<'verify_audit'>> }) {
  const t = useT();
  if (verify.error) return <ProblemAlert error={verify.error} />;
  if (!verify.data) return null;
  const fine = verify.data.whole && verify.data.ledger_whole;
  return (
    <div role="status" style={{ marginBottom: 12 }}>
      <Alert type={fine ? 'success' : 'error'} showIcon message={report(t, verify.data)} />
    </div>
  );
}

function FilterForm({ filter, change }: { filter: Filter; change: (filter: Filter) => void }) {
  const t = useT();
  return (
    <Form<Filter>
      layout="inline"
      colon={false}
      className="search-form audit-filter"
      initialValues={filter}
      onFinish={change}
    >
      <Form.Item name="actor" label={t('audit.actor')}>
        <Input maxLength={200} style={{ width: 110 }} allowClear />
      </Form.Item>
      <Form.Item name="operation" label={t('audit.operation')}>
        <select className="native" style={{ width: 140 }}>
          <option value="">{t('form.all')}</option>
          {(Object.keys(routes) as Op[]).map((op) => (
            <option key={op} value={op}>
              {operationName(t, op)}
            </option>
          ))}
        </select>
      </Form.Item>
      <Form.Item name="object" label={t('audit.object')}>
        <Input maxLength={200} style={{ width: 120 }} allowClear />
      </Form.Item>
      <Form.Item name="outcome" label={t('audit.outcome')}>
        <select className="native">
          <option value="">{t('form.all')}</option>
          {(['ok', 'denied', 'failed'] as const).map((outcome) => (
            <option key={outcome} value={outcome}>
              {t(`outcome.${outcome}`)}
            </option>
          ))}
        </select>
      </Form.Item>
      <Form.Item name="from" label={t('audit.from')}>
        <input type="date" className="native" />
      </Form.Item>
      <Form.Item name="to" label={t('audit.to')}>
        <input type="date" className="native" />
      </Form.Item>
      <Button htmlType="submit">{t('form.apply')}</Button>
    </Form>
  );
}

export default function Audit() {
  const t = useT();
  const may = useMay();
  const [params, setParams] = useSearchParams();
  const filter: Filter = {};
  for (const name of names) filter[name] = params.get(name) ?? '';
  const query = Object.fromEntries(Object.entries(filter).filter(([, value]) => value)) as Filter;
  const verify = useChange('verify_audit');
  const check = may('verify_audit') && (
    <Button type="primary" loading={verify.isPending} onClick={() => verify.mutate({})}>
      {t('audit.verify')}
    </Button>
  );
  const list = useList('list_audit', { query }, { keep: true });
  const change = (next: Filter) => {
    const kept = Object.entries(next).filter(([, value]) => value);
    setParams(Object.fromEntries(kept) as Record<string, string>);
  };
  return (
    <>
      <PageHead title={t('nav.audit')} extra={check} />
      <Report verify={verify} />
      <section className="panel">
        <FilterForm key={params.toString()} filter={filter} change={change} />
        <ListTable<AuditRow>
          list={list}
          label={t('nav.audit')}
          rowKey={(row) => String(row.seq)}
          width={1000}
          columns={auditColumns(t, { object: true })}
          empty={<Empty title={t('audit.none')} />}
        />
      </section>
    </>
  );
}
