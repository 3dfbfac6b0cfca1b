// What the watched folder of the server brings: files under way, and those that were refused, with the reason.
import { Table } from 'antd';
import { ApiError, type Schemas } from '../../api/client';
import { useOp } from '../../api/hooks';
import { type Key, useT } from '../../i18n';
import { count, time } from '../../shared/format';
import { Panel } from '../../shared/page';
import { Failed } from '../../shared/states';

type Job = Schemas['Job'];

const isOpen = (job: Job) => job.state === 'queued' || job.state === 'running';
const pollBusyMs = 2000;
const pollIdleMs = 30_000;

export function Incoming({ sources }: { sources: Schemas['Source'][] }) {
  const t = useT();
  const jobs = useOp('list_jobs', {}, { pollMs: pollIdleMs });
  const shown = (jobs.data?.items ?? []).filter((job) => job.origin === 'watched_folder' && job.state !== 'done');
  useOp('list_jobs', {}, { enabled: shown.some(isOpen), pollMs: pollBusyMs });
  if (jobs.error) return <Failed error={jobs.error} retry={() => void jobs.refetch()} />;
  if (shown.length === 0) return null;
  const titleOf = (id?: string) => sources.find((source) => source.id === id)?.title ?? id;
  return (
    <Panel title={t('watch.title')}>
      <Table<Job>
        size="small"
        pagination={false}
        rowKey="id"
        dataSource={shown}
        columns={[
          { title: t('sources.source'), key: 'source', width: 140, render: (_, job) => titleOf(job.source) },
          { title: t('import.file'), key: 'file', render: (_, job) => job.title },
          { title: t('import.at'), key: 'at', width: 140, render: (_, job) => time(job.created_at) },
          {
            title: t('watch.state'),
            key: 'state',
            render: (_, job) => (
              <>
                <span className={`chip ${job.state === 'failed' ? 'bad' : 'info'}`}>
                  {t(`job.${job.state}` as Key)}
                </span>{' '}
                {isOpen(job) && !!job.done && t('job.rowsSoFar', { done: count(job.done) })}
                {job.error && <span className="soft">{job.error.detail ?? new ApiError(job.error).message}</span>}
              </>
            ),
          },
        ]}
      />
    </Panel>
  );
}
