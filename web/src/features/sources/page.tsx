// Where the data come from: sources with lag and counters that balance, runs of import, and taking a file in.
import { Button, Table, type TableProps } from 'antd';
import { Link, useSearchParams } from 'react-router-dom';
import type { Schemas } from '../../api/client';
import { useList, useOp } from '../../api/hooks';
import { type T, useT } from '../../i18n';
import { Equation } from '../../shared/equation';
import { count, text, time } from '../../shared/format';
import { lagClass } from '../../shared/lag';
import { ListTable } from '../../shared/list_table';
import { PageHead, Panel } from '../../shared/page';
import { useMay } from '../../shared/session';
import { Answered, Empty } from '../../shared/states';
import { Incoming } from './incoming';
import { Upload } from './upload';

type Source = Schemas['Source'];
type Import = Schemas['Import'];

function SourceEquation({ source }: { source: Source }) {
  const runs = `/sources?source=${source.id}`;
  return <Equation counters={source} links={source.files ? { rows_in: runs, rejected: runs } : {}} />;
}

function SourceTable({ sources, chosen }: { sources: Source[]; chosen?: string }) {
  const t = useT();
  if (sources.length === 0) return <Empty title={t('sources.none')} />;
  return (
    <div className="table-scroll" tabIndex={0} role="region" aria-label={t('nav.sources')}>
      <Table<Source>
        size="small"
        pagination={false}
        rowKey="id"
        dataSource={sources}
        style={{ minWidth: 900 }}
        rowClassName={(source) => (source.id === chosen ? 'chosen-row' : '')}
        columns={[
          {
            title: t('sources.source'),
            key: 'title',
            render: (_, source) => (
              <div className="row" style={{ gap: 6 }}>
                <Link to={`/sources?source=${source.id}`} className="target">
                  {source.title}
                </Link>
                {!source.identified && <span className="chip">{t('sources.noIdentifier')}</span>}
                {source.full_extract && <span className="chip">{t('sources.full')}</span>}
              </div>
            ),
          },
          {
            title: t('sources.department'),
            key: 'department',
            width: 80,
            render: (_, source) => text(source.department),
          },
          {
            title: t('sources.last'),
            key: 'last',
            width: 100,
            render: (_, source) => <span className="num">{text(source.last_source_date)}</span>,
          },
          {
            title: t('sources.lag'),
            key: 'lag',
            width: 80,
            render: (_, source) => (
              <span className={`chip ${lagClass(source.lag_days)}`}>
                {source.lag_days === undefined ? '—' : t('sources.days', { n: source.lag_days })}
              </span>
            ),
          },
          {
            title: t('sources.files'),
            key: 'files',
            width: 60,
            align: 'right',
            render: (_, source) => count(source.files),
          },
          {
            title: t('sources.counters'),
            key: 'counters',
            width: 470,
            render: (_, source) => <SourceEquation source={source} />,
          },
        ]}
      />
    </div>
  );
}

function runColumns(t: T): TableProps<Import>['columns'] {
  return [
    {
      title: t('import.run'),
      key: 'seq',
      width: 56,
      render: (_, run) => (
        <Link to={`/imports/${run.seq}`} className="target">
          #{run.seq}
        </Link>
      ),
    },
    { title: t('sources.source'), key: 'source', width: 104, render: (_, run) => run.source_title },
    {
      title: t('import.file'),
      key: 'file',
      render: (_, run) => (
        <>
          <span className="mono">{run.file_name}</span>{' '}
          {run.origin && <span className="chip">{t('watch.origin')}</span>}
        </>
      ),
    },
    {
      title: t('import.at'),
      key: 'at',
      width: 140,
      render: (_, run) => <span className="num">{time(run.at)}</span>,
    },
    {
      title: t('import.rowsIn'),
      key: 'rows',
      width: 66,
      align: 'right',
      render: (_, run) => count(run.rows_in),
    },
    {
      title: t('sources.rejected'),
      key: 'rejected',
      width: 56,
      align: 'right',
      render: (_, run) => (
        <Link to={`/imports/${run.seq}`} className={`target ${run.rejected ? 'bad' : ''}`}>
          {count(run.rejected)}
        </Link>
      ),
    },
    {
      title: t('import.balance'),
      key: 'balance',
      width: 64,
      render: (_, run) => (
        <span className={`chip ${run.balanced ? 'good' : 'bad'}`}>
          {t(run.balanced ? 'counter.balanced' : 'counter.unbalanced')}
        </span>
      ),
    },
  ];
}

function Runs({ source, sources }: { source?: string; sources: Source[] }) {
  const t = useT();
  const list = useList('list_imports', { query: { source } });
  const title = sources.find((one) => one.id === source)?.title;
  return (
    <Panel
      title={title ? t('import.runsOf', { source: title }) : t('import.runs')}
      extra={
        source && (
          <Link to="/sources" className="target">
            {t('import.allRuns')}
          </Link>
        )
      }
    >
      <ListTable<Import>
        list={list}
        label={t('import.runs')}
        rowKey={(run) => String(run.seq)}
        width={690}
        empty={<Empty title={t('import.none')} />}
        columns={runColumns(t)}
      />
    </Panel>
  );
}

export default function Sources() {
  const t = useT();
  const may = useMay();
  const [params] = useSearchParams();
  const chosen = params.get('source') ?? undefined;
  const sources = useOp('list_sources', {});
  return (
    <>
      <PageHead
        title={t('nav.sources')}
        extra={<Button onClick={() => void sources.refetch()}>{t('list.refresh')}</Button>}
      />
      <Answered query={sources}>
        {({ items }) => (
          <div className="stack">
            <section className="panel">
              <SourceTable sources={items} chosen={chosen} />
            </section>
            {may('list_jobs') && <Incoming sources={items} />}
            <div className={may('start_import') ? 'grid-2' : ''}>
              {may('list_imports') && <Runs source={chosen} sources={items} />}
              {may('start_import') && <Upload key={chosen} sources={items} preset={chosen} />}
            </div>
          </div>
        )}
      </Answered>
    </>
  );
}
