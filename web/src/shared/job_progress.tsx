// A long task as it runs: its step, how far it is, and what came of it.
import { useQueryClient } from '@tanstack/react-query';
import { Button, Progress } from 'antd';
import { type ReactNode, useEffect } from 'react';
import { ApiError, type Op, type Schemas } from '../api/client';
import { useChange, useOp } from '../api/hooks';
import { isKey, type Key, type T, useT } from '../i18n';
import { count } from './format';
import { useMay } from './session';
import { Failed, Loading } from './states';

type Job = Schemas['Job'];

const ended = (job: Job | undefined) => !!job && ['done', 'failed', 'cancelled'].includes(job.state);
const pollMs = 700;

/** Steps come as words for programs. */
const stepName = (t: T, step: string) => (isKey(`step.${step}`) ? t(`step.${step}` as Key) : step);

function percent(job: Job): number {
  if (job.state === 'done') return 100;
  return job.total ? Math.min(99, Math.floor((100 * (job.done ?? 0)) / job.total)) : 0;
}

interface Props {
  id: string;
  /** Lists that the task changes; asked anew when it ends. */
  refresh: Op[];
  done: (job: Job) => ReactNode;
}

function useJob(id: string, refresh: Op[]) {
  const client = useQueryClient();
  const known = client.getQueryData<Job>(['get_job', { path: { id } }]);
  const job = useOp('get_job', { path: { id } }, { pollMs: ended(known) ? false : pollMs });
  const over = ended(job.data);
  useEffect(() => {
    if (over) for (const op of refresh) void client.invalidateQueries({ queryKey: [op] });
    // The lists are constants of the page; only the end of the task matters.
  }, [over, client]);
  return { job, over };
}

export function JobProgress({ id, refresh, done }: Props) {
  const t = useT();
  const may = useMay();
  const { job, over } = useJob(id, refresh);
  const cancel = useChange('cancel_job', ['get_job']);
  if (job.error) return <Failed error={job.error} retry={() => void job.refetch()} />;
  if (!job.data) return <Loading />;
  const { data } = job;
  if (data.state === 'failed' && data.error) return <Failed error={new ApiError(data.error)} />;
  return (
    <div className="stack" role="status" aria-live="polite">
      <div className="row between">
        <span>
          <b>{data.title ?? data.kind}</b> <span className="chip info">{t(`job.${data.state}` as Key)}</span>{' '}
          {!over && data.step && <span className="soft">{stepName(t, data.step)}</span>}
        </span>
        {!over && may('cancel_job') && (
          <Button size="small" onClick={() => cancel.mutate({ path: { id } })} loading={cancel.isPending}>
            {t('job.cancel')}
          </Button>
        )}
      </div>
      <Progress
        percent={percent(data)}
        status={data.state === 'cancelled' ? 'exception' : undefined}
        aria-label={t('job.progress')}
      />
      {!!data.done && !over && (
        <span className="soft num">
          {data.total
            ? t('job.rows', { done: count(data.done), total: count(data.total) })
            : t('job.rowsSoFar', { done: count(data.done) })}
        </span>
      )}
      {data.state === 'done' && done(data)}
    </div>
  );
}
