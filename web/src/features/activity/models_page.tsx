// Models of activity: versions with who drafted and who published them, what was computed with them, and the two steps
// that a second person takes: publish a draft, compute a period.
import { Button, Form, Input, Modal } from 'antd';
import { type ReactNode, useState } from 'react';
import { Link } from 'react-router-dom';
import type { Op, Schemas } from '../../api/client';
import { useChange, useList, useOp } from '../../api/hooks';
import { useI18n, useT } from '../../i18n';
import { count, text, time } from '../../shared/format';
import { JobProgress } from '../../shared/job_progress';
import { ListTable } from '../../shared/list_table';
import { PageHead, Panel } from '../../shared/page';
import { ProblemAlert } from '../../shared/problem_alert';
import { useMay } from '../../shared/session';
import { Answered, Empty } from '../../shared/states';
import { decimal, titleOf } from './model';

type Version = Schemas['ActivityVersion'];
type Run = Schemas['ActivityRun'];

const monthPattern = /^\d{4}-(0[1-9]|1[0-2])$/;

interface StepProps {
  title: string;
  hint: string;
  go: string;
  withReason?: boolean;
  close: () => void;
  job: string | undefined;
  refresh: Op[];
  error: ReactNode;
  isPending: boolean;
  submit: (period: string, reason: string) => void;
}

/** Asks for a month, starts the work, and shows it to its end. */
function Step({ title, hint, go, withReason, close, job, refresh, error, isPending, submit }: StepProps) {
  const t = useT();
  return (
    <Modal open title={title} footer={null} onCancel={close}>
      {job ? (
        <JobProgress id={job} refresh={refresh} done={() => <Button onClick={close}>{t('activity.close')}</Button>} />
      ) : (
        <Form<{ period: string; reason?: string }>
          layout="vertical"
          requiredMark={false}
          onFinish={({ period, reason }) => submit(period.trim(), reason?.trim() ?? '')}
        >
          {error}
          <p className="soft" style={{ marginBottom: 10 }}>
            {hint}
          </p>
          <Form.Item
            name="period"
            label={t('activity.period')}
            rules={[{ required: true, pattern: monthPattern, message: t('activity.periodForm') }]}
          >
            <Input placeholder="2026-06" maxLength={7} />
          </Form.Item>
          {withReason && (
            <Form.Item name="reason" label={t('activity.reason')}>
              <Input.TextArea rows={2} maxLength={500} />
            </Form.Item>
          )}
          <Button type="primary" htmlType="submit" loading={isPending}>
            {go}
          </Button>
        </Form>
      )}
    </Modal>
  );
}

function Publish({ version, close }: { version: Version; close: () => void }) {
  const t = useT();
  const publish = useChange('publish_activity_model');
  const [job, setJob] = useState<string>();
  return (
    <Step
      title={t('activity.publishTitle', { id: version.id, n: version.version })}
      hint={t('activity.publishHint')}
      go={t('activity.publish')}
      close={close}
      job={job}
      refresh={['list_activity_models']}
      error={publish.error && <ProblemAlert error={publish.error} />}
      isPending={publish.isPending}
      submit={(period) =>
        publish.mutate(
          { path: { id: version.id, version: version.version }, body: { base_period: period } },
          { onSuccess: (made) => setJob(made.id) },
        )
      }
    />
  );
}

function RunPeriod({ model, close }: { model: string; close: () => void }) {
  const t = useT();
  const start = useChange('start_activity_run');
  const [job, setJob] = useState<string>();
  return (
    <Step
      title={t('activity.runTitle', { id: model })}
      hint={t('activity.runHint')}
      go={t('activity.run')}
      withReason
      close={close}
      job={job}
      refresh={['list_activity_runs', 'list_activity_scores']}
      error={start.error && <ProblemAlert error={start.error} />}
      isPending={start.isPending}
      submit={(period, reason) =>
        start.mutate(
          { body: { model, period, ...(reason ? { reason } : {}) } },
          { onSuccess: (made) => setJob(made.id) },
        )
      }
    />
  );
}

function Versions({ versions }: { versions: Version[] }) {
  const { t, lang } = useI18n();
  const may = useMay();
  const [publishing, setPublishing] = useState<Version>();
  const [running, setRunning] = useState<string>();
  if (versions.length === 0) return <Empty title={t('activity.noModels')} hint={t('activity.noModelsHint')} />;
  return (
    <ul className="cards">
      {versions.map((version) => (
        <li key={`${version.id}/${version.version}`} className="row between">
          <div>
            <Link className="target" to={`/activity/models/${version.id}/${version.version}`}>
              {titleOf(version, lang)} · {t('activity.version', { n: version.version })}
            </Link>{' '}
            <span className={`chip ${version.state === 'published' ? 'good' : 'info'}`}>
              {t(version.state === 'published' ? 'activity.published' : 'activity.draft')}
            </span>
            <div className="soft">
              {t('activity.draftedBy', { who: version.drafted_by, when: time(version.drafted_at) })}
              {version.published_by &&
                ` · ${t('activity.publishedBy', { who: version.published_by, base: text(version.base_period) })}`}
            </div>
            {version.note && <div>{version.note}</div>}
          </div>
          <div className="row">
            {version.state === 'draft' && may('publish_activity_model') && (
              <Button onClick={() => setPublishing(version)}>{t('activity.publish')}</Button>
            )}
            {version.state === 'published' && may('start_activity_run') && (
              <Button onClick={() => setRunning(version.id)}>{t('activity.run')}</Button>
            )}
          </div>
        </li>
      ))}
      {publishing && <Publish version={publishing} close={() => setPublishing(undefined)} />}
      {running && <RunPeriod model={running} close={() => setRunning(undefined)} />}
    </ul>
  );
}

function Runs() {
  const t = useT();
  const list = useList('list_activity_runs', {});
  const number = (title: string, show: (run: Run) => string) => ({
    title,
    key: title,
    width: 92,
    align: 'right' as const,
    render: (_: unknown, run: Run) => <span className="num">{show(run)}</span>,
  });
  return (
    <ListTable<Run>
      list={list}
      label={t('activity.runs')}
      rowKey={(run) => String(run.seq)}
      width={900}
      empty={<Empty title={t('activity.noRuns')} />}
      columns={[
        {
          title: t('activity.period'),
          key: 'period',
          width: 160,
          render: (_, run) => (
            <Link className="target" to={`/activity/scores?model=${run.model}`}>
              {run.model} {run.period}
            </Link>
          ),
        },
        number(t('activity.revision'), (run) => String(run.revision)),
        number(t('activity.units'), (run) => count(run.units)),
        number(t('activity.mean'), (run) => decimal(run.mean)),
        {
          title: t('activity.drift'),
          key: 'drift',
          width: 130,
          render: (_, run) => (
            <span
              className={`chip ${run.drift_state === 'stable' ? '' : run.drift_state === 'watch' ? 'warn' : 'bad'}`}
            >
              {decimal(run.drift, 3)} {t(`activity.drift.${run.drift_state}`)}
            </span>
          ),
        },
        {
          title: t('activity.reason'),
          key: 'reason',
          render: (_, run) =>
            run.revision > 1 ? `${text(run.reason)} · ${t('activity.changed', { n: count(run.changed) })}` : '',
        },
        { title: t('audit.actor'), key: 'by', width: 100, render: (_, run) => run.by },
        {
          title: t('exports.made'),
          key: 'at',
          width: 150,
          render: (_, run) => <span className="num">{time(run.at)}</span>,
        },
      ]}
    />
  );
}

export default function ActivityModels() {
  const { t, lang } = useI18n();
  const may = useMay();
  const models = useOp('list_activity_models', {});
  return (
    <>
      <PageHead title={t('nav.activityModels')} hint={t('activity.what')} />
      <Answered query={models}>
        {({ items, templates }) => (
          <>
            <Panel
              title={t('activity.versions')}
              extra={
                may('draft_activity_model') && (
                  <span className="row">
                    {templates.map((template) => (
                      <Link
                        className="target"
                        key={String(template.id)}
                        to={`/activity/models/new?from=${String(template.id)}`}
                      >
                        {t('activity.from', { title: titleOf(template, lang) })}
                      </Link>
                    ))}
                  </span>
                )
              }
            >
              <Versions versions={items} />
            </Panel>
            <Panel title={t('activity.runs')}>
              <Runs />
            </Panel>
          </>
        )}
      </Answered>
    </>
  );
}
