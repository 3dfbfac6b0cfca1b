// What a list or page shows while it loads, when there is nothing, and when the server refuses.
import { Button, Spin } from 'antd';
import type { ReactNode } from 'react';
import type { ApiError } from '../api/client';
import { useT } from '../i18n';
import { SecondFactorHint } from './problem_alert';

export function Loading() {
  const t = useT();
  return (
    <div className="state" role="status">
      <Spin />
      <span>{t('state.loading')}</span>
    </div>
  );
}

export function Empty({ title, hint, action }: { title?: string; hint?: string; action?: ReactNode }) {
  const t = useT();
  return (
    <div className="state">
      <span className="glyph" aria-hidden="true">
        ○
      </span>
      <h3>{title ?? t('state.empty')}</h3>
      {hint && <span>{hint}</span>}
      {action}
    </div>
  );
}

/** Title, detail, faulty fields and trace number of a problem, and a way to try again. */
export function Failed({ error, retry }: { error: ApiError; retry?: () => void }) {
  const t = useT();
  const { problem } = error;
  const title = problem.code === 'network' ? t('state.network') : problem.title;
  return (
    <div className="state failed" role="alert">
      <span className="glyph" aria-hidden="true">
        !
      </span>
      <h3>{title}</h3>
      {problem.detail && <span>{problem.detail}</span>}
      {problem.errors?.map((item) => (
        <span key={item.pointer}>
          <span className="mono">{item.pointer}</span> {item.message}
        </span>
      ))}
      {error.retryAfterSeconds && <span>{t('state.retryAfter', { n: error.retryAfterSeconds })}</span>}
      {problem.traceId && <span className="trace">{t('state.trace', { id: problem.traceId })}</span>}
      <SecondFactorHint problem={problem} />
      {retry && <Button onClick={retry}>{t('state.retry')}</Button>}
    </div>
  );
}

interface Asked<D> {
  data: D | undefined;
  error: ApiError | null;
  refetch: () => unknown;
}

/** Draws the answer of a query, or its loading or failed state. */
export function Answered<D>({ query, children }: { query: Asked<D>; children: (data: D) => ReactNode }) {
  if (query.error) return <Failed error={query.error} retry={() => void query.refetch()} />;
  if (query.data === undefined) return <Loading />;
  return <>{children(query.data)}</>;
}
