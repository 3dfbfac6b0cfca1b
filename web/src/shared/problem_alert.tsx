import { Alert } from 'antd';
import type { ApiError } from '../api/client';
import { useT } from '../i18n';

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
            {problem.traceId && <div className="mono faint">{t('state.trace', { id: problem.traceId })}</div>}
          </>
        )
      }
    />
  );
}
