import { useQueryClient } from '@tanstack/react-query';
import { Button, Modal, Progress } from 'antd';
import { useEffect, useRef, useState } from 'react';
import type { ApiError } from '../../api/client';
import { useT } from '../../i18n';
import { count } from '../../shared/format';
import { Failed, Loading } from '../../shared/states';
import { type Conflict, decideAlike, findAlike, type Outcome, type Pattern } from './alike';

export interface AlikeAsk {
  pattern: Pattern;
  titles: { field: string; from: string; to: string };
  reason: string;
}

interface Props extends AlikeAsk {
  district?: string;
  close: (outcome: Outcome) => void;
}

type Phase = 'looking' | 'asking' | 'deciding' | 'over';

function useAlike({ pattern, district, reason }: Props) {
  const client = useQueryClient();
  const [phase, setPhase] = useState<Phase>('looking');
  const [rows, setRows] = useState<Conflict[]>([]);
  const [error, setError] = useState<ApiError>();
  const [outcome, setOutcome] = useState<Outcome>({ done: [], failed: [] });
  const stop = useRef(new AbortController());
  useEffect(() => {
    const looking = new AbortController();
    findAlike(pattern, district, looking.signal).then(
      (found) => {
        setRows(found);
        setPhase('asking');
      },
      (reason_: unknown) => looking.signal.aborted || setError(reason_ as ApiError),
    );
    return () => looking.abort();
  }, [pattern, district]);
  const start = async () => {
    setPhase('deciding');
    stop.current = new AbortController();
    setOutcome(await decideAlike(rows, pattern, reason, stop.current.signal, setOutcome));
    setPhase('over');
    for (const op of ['list_conflicts', 'overview', 'list_decisions', 'get_unit']) {
      void client.invalidateQueries({ queryKey: [op] });
    }
  };
  return { phase, rows, error, outcome, start, stop: () => stop.current.abort() };
}

/** Counts the conflicts that are alike, asks, then decides them one by one and shows how far it is. */
export function AlikeDialog(props: Props) {
  const t = useT();
  const { phase, rows, error, outcome, start, stop } = useAlike(props);
  const { titles, close } = props;
  const handled = outcome.done.length + outcome.failed.length;
  const footer = {
    looking: null,
    asking: (
      <Button type="primary" disabled={rows.length === 0} onClick={() => void start()}>
        {t('alike.go', { n: count(rows.length) })}
      </Button>
    ),
    deciding: <Button onClick={stop}>{t('alike.stop')}</Button>,
    over: (
      <Button type="primary" onClick={() => close(outcome)}>
        {t('form.close')}
      </Button>
    ),
  }[phase];
  return (
    <Modal
      open
      title={t('alike.title')}
      footer={footer}
      onCancel={() => close(outcome)}
      closable={phase !== 'deciding'}
      maskClosable={false}
      keyboard={phase !== 'deciding'}
    >
      {error && <Failed error={error} />}
      {phase === 'looking' && !error && <Loading />}
      {phase !== 'looking' && (
        <div className="stack">
          <p>{t('alike.what', { ...titles, n: count(rows.length) })}</p>
          <p className="soft">{t('alike.each')}</p>
        </div>
      )}
      {(phase === 'deciding' || phase === 'over') && (
        <div className="stack" style={{ marginTop: 12 }} role="status">
          <Progress
            percent={rows.length ? Math.floor((100 * handled) / rows.length) : 100}
            aria-label={t('job.progress')}
          />
          <p>
            {t('alike.progress', {
              done: count(outcome.done.length),
              failed: count(outcome.failed.length),
              total: count(rows.length),
            })}
          </p>
          {outcome.failed.slice(0, 5).map(({ row, error: refused }) => (
            <p key={row.unit} className="bad">
              {row.name}：{refused.problem.title || t('state.network')}
            </p>
          ))}
        </div>
      )}
    </Modal>
  );
}
