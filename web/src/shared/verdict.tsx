import type { Schemas } from '../api/client';
import { type Key, useT } from '../i18n';

type Answer = Schemas['Answer'];
export const verdicts: Answer['verdict'][] = ['accepted', 'rejected', 'corrected'];

/** What a department answered: the verdict, the value it gives instead, and its reason. */
export function Verdict({ answer }: { answer: Answer }) {
  const t = useT();
  const tone = answer.verdict === 'accepted' ? 'good' : answer.verdict === 'rejected' ? 'bad' : 'warn';
  return (
    <span>
      <span className={`chip ${tone}`}>{t(`verdict.${answer.verdict}` as Key)}</span>{' '}
      {answer.value && <b>{answer.value}</b>} {answer.reason && <span className="soft">{answer.reason}</span>}
    </span>
  );
}
