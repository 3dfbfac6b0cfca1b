// One run of import: its counters, its findings by rule and row by row, and the rejected rows to mend and feed again.
import { DownloadOutlined } from '@ant-design/icons';
import { Button } from 'antd';
import { useState } from 'react';
import { useParams } from 'react-router-dom';
import { type Schemas, urlOf } from '../../api/client';
import { useList, useOp } from '../../api/hooks';
import { isKey, useT } from '../../i18n';
import { Equation } from '../../shared/equation';
import { bytes, count, text, time } from '../../shared/format';
import { ListTable } from '../../shared/list_table';
import { PageHead, Panel } from '../../shared/page';
import { useMay } from '../../shared/session';
import { Answered, Empty } from '../../shared/states';

type Finding = Schemas['Finding'];
type Import = Schemas['Import'];

function Rules({ run, rule, choose }: { run: Import; rule?: string; choose: (rule?: string) => void }) {
  const t = useT();
  const findings = run.findings ?? [];
  const most = Math.max(1, ...findings.map((finding) => finding.count));
  if (findings.length === 0) return <Empty title={t('import.noFindings')} />;
  return (
    <ul className="lines">
      {findings.map((finding) => (
        <li key={finding.rule}>
          <button
            type="button"
            className="line plain-button"
            aria-pressed={rule === finding.rule}
            onClick={() => choose(rule === finding.rule ? undefined : finding.rule)}
          >
            <span className="grow">
              {finding.title} <span className="mono faint">{finding.rule}</span>
            </span>
            <span className="bar" style={{ width: 90 }} aria-hidden="true">
              <i style={{ width: `${(100 * finding.count) / most}%` }} />
            </span>
            <b className="num">{count(finding.count)}</b>
          </button>
        </li>
      ))}
    </ul>
  );
}

function FindingRows({ seq, rule }: { seq: number; rule?: string }) {
  const t = useT();
  const list = useList('get_import_findings', { path: { seq }, query: { rule } });
  return (
    <ListTable<Finding>
      list={list}
      label={t('import.findings')}
      rowKey={(finding) => `${finding.row}:${finding.rule}:${finding.field ?? ''}`}
      empty={<Empty title={t('import.noFindings')} />}
      columns={[
        {
          title: t('import.row'),
          key: 'row',
          width: 80,
          align: 'right',
          render: (_, finding) => <span className="num">{count(finding.row)}</span>,
        },
        {
          title: t('import.severity'),
          key: 'severity',
          width: 80,
          render: (_, finding) => (
            <span className={`chip ${finding.severity === 'M' ? 'bad' : finding.severity === 'I' ? '' : 'warn'}`}>
              {isKey(`severity.${finding.severity}`)
                ? t(`severity.${finding.severity}` as 'severity.M')
                : finding.severity}
            </span>
          ),
        },
        {
          title: t('unit.field'),
          key: 'field',
          width: 140,
          render: (_, finding) => <span className="mono">{text(finding.field)}</span>,
        },
        { title: t('import.message'), key: 'message', render: (_, finding) => finding.message },
        {
          title: t('import.rule'),
          key: 'rule',
          width: 160,
          render: (_, finding) => <span className="mono">{finding.rule}</span>,
        },
      ]}
    />
  );
}

export default function ImportPage() {
  const t = useT();
  const may = useMay();
  const seq = Number(useParams().seq);
  const run = useOp('get_import', { path: { seq } });
  const [rule, setRule] = useState<string>();
  const rejects = run.data && run.data.rejected > 0 && may('get_import_rejects') && (
    <Button type="primary" icon={<DownloadOutlined />} href={urlOf('get_import_rejects', { path: { seq } })}>
      {t('import.rejects', { n: count(run.data.rejected) })}
    </Button>
  );
  return (
    <>
      <PageHead
        title={t('import.runTitle', { seq })}
        crumbs={[{ title: t('nav.sources'), to: '/sources' }]}
        extra={rejects}
      />
      <Answered query={run}>
        {(data) => (
          <div className="stack">
            <section className="panel panel-body stack">
              <div className="facts">
                <span>
                  {t('sources.source')}
                  <b>{data.source_title}</b>
                </span>
                <span>
                  {t('import.file')}
                  <b className="mono">{data.file_name}</b>
                </span>
                <span>
                  {t('import.date')}
                  <b>{text(data.source_date)}</b>
                </span>
                <span>
                  {t('import.at')}
                  <b>{time(data.at)}</b>
                </span>
                <span>
                  {t('import.size')}
                  <b>{bytes(data.bytes)}</b>
                </span>
              </div>
              <Equation counters={data} links={data.rejected > 0 ? { rejected: '#findings' } : {}} />
            </section>
            <Panel title={t('import.byRule')}>
              <Rules run={data} rule={rule} choose={setRule} />
            </Panel>
            {may('get_import_findings') && (data.findings ?? []).length > 0 && (
              <div id="findings">
                <Panel title={t('import.findings')}>
                  <FindingRows seq={seq} rule={rule} />
                </Panel>
              </div>
            )}
          </div>
        )}
      </Answered>
    </>
  );
}
