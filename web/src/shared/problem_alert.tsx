import { Alert } from 'antd';
import { Link } from 'react-router-dom';
import type { ApiError, Problem } from '../api/client';
import { useT } from '../i18n';

/** Some operations are for those with a second factor only: the way to it. */
export function SecondFactorHint({ problem }: { problem: Problem }) {
  const t = useT();
  if (problem.status !== 403 || !/totp|second_factor/.test(problem.code)) return null;
  return (
    <Link to="/account" className="target">
      {t('state.enroll')}
    </Link>
  );
}

/** A refusal inside a form: title, detail, faulty fields and trace number. */
export function ProblemAlert({ error }: { error: ApiError }) {
  const t = useT();
  const { problem } = error;
  return (
    <Alert
      type="error"
      showIcon
      role="alert"
      style={{ marginBottom: 14 }}
      message={problem.code === 'network' ? t('state.network') : problem.title}
      description={
        (problem.detail || problem.errors || problem.traceId) && (
          <>
            {problem.detail && <div>{problem.detail}</div>}
            {problem.errors?.map((item) => (
              <div key={item.pointer}>
                <span className="mono">{item.pointer}</span> {item.message}
              </div>
            ))}
            {error.retryAfterSeconds && <div>{t('state.retryAfter', { n: error.retryAfterSeconds })}</div>}
            <SecondFactorHint problem={problem} />
            {problem.traceId && <div className="mono faint">{t('state.trace', { id: problem.traceId })}</div>}
          </>
        )
      }
    />
  );
}
