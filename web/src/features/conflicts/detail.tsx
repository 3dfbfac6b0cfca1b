import { App, Button, Input } from 'antd';
import { useState } from 'react';
import { Link } from 'react-router-dom';
import { ClaimCard } from '../../shared/claims';
import type { useDecisions } from '../../shared/desk';
import { useI18n, useT } from '../../i18n';
import { fieldValue } from '../../shared/format';
import { useKeys } from '../../shared/keys';
import { ProblemAlert } from '../../shared/problem_alert';
import { useMay } from '../../shared/session';
import type { AlikeAsk } from './alike_dialog';
import { type Claim, type Conflict, conflictKey, patternOf, recordOf } from './alike';

interface Props {
  row: Conflict;
  decisions: ReturnType<typeof useDecisions>;
  askAlike: (ask: AlikeAsk) => void;
}

// The reason of the last decision is offered again: a person works through many of one kind.
let lastReason: string | undefined;

interface ClaimsProps {
  row: Conflict;
  chosen: number | undefined;
  choose: (index: number) => void;
  mayDecide: boolean;
}

function ClaimChoice({ row, chosen, choose, mayDecide }: ClaimsProps) {
  const t = useT();
  return (
    <div className="claims" role="radiogroup" aria-label={t('conflicts.which')}>
      {row.claims.map((claim, index) => (
        <label key={`${recordOf(claim)}:${index}`} className={chosen === index ? 'choice chosen' : 'choice'}>
          <ClaimCard claim={claim} field={row.field} against={row.value}>
            {mayDecide && (
              <span className="row" style={{ marginTop: 6, minHeight: 24 }}>
                <input type="radio" name="claim" checked={chosen === index} onChange={() => choose(index)} />
                {t('conflicts.choose')} <kbd>{index + 1}</kbd>
              </span>
            )}
          </ClaimCard>
        </label>
      ))}
    </div>
  );
}

function useDetail({ row, decisions }: Props) {
  const t = useT();
  const may = useMay();
  const { message } = App.useApp();
  const [chosen, setChosen] = useState<number>();
  const [reason, setReason] = useState(lastReason ?? t('conflicts.defaultReason'));
  const claim: Claim | undefined = chosen === undefined ? undefined : row.claims[chosen];
  const ready = may('decide') && !!claim && reason.trim() !== '' && !decisions.decide.isPending;
  const decide = () => {
    if (!ready || !claim) return;
    lastReason = reason.trim();
    const body = { kind: 'value' as const, record: recordOf(claim), field: row.field, reason: reason.trim() };
    decisions
      .run(conflictKey(row), body)
      .then((receipt) => void message.success(t('decide.done', { seq: receipt.seq })))
      .catch(() => undefined);
  };
  const keys: Record<string, () => void> = { Enter: decide };
  row.claims.slice(0, 9).forEach((_, index) => {
    keys[String(index + 1)] = () => setChosen(index);
  });
  useKeys(keys);
  return { chosen, setChosen, reason, setReason, claim, ready, decide, mayDecide: may('decide') };
}

export function Detail(props: Props) {
  const { row, decisions, askAlike } = props;
  const { t, lang } = useI18n();
  const { chosen, setChosen, reason, setReason, claim, ready, decide, mayDecide } = useDetail(props);
  const pattern = claim && patternOf(row, claim);
  const holder = row.claims.find((one) => one.wins);
  return (
    <section className="panel">
      <div className="panel-head">
        <Link to={`/units/${row.unit}?only=conflict`} className="target grow">
          {row.name}
        </Link>
        <span className="chip bad">{row.field_title}</span>
      </div>
      <div className="panel-body stack">
        <p className="soft">
          {t('conflicts.now')} <b>{fieldValue(row.field, row.value, undefined, lang)}</b>
        </p>
        <ClaimChoice row={row} chosen={chosen} choose={setChosen} mayDecide={mayDecide} />
        {decisions.decide.error && <ProblemAlert error={decisions.decide.error} />}
        {mayDecide && (
          <div className="row" style={{ alignItems: 'end' }}>
            <label className="field grow">
              {t('form.reason')}
              <Input
                value={reason}
                maxLength={500}
                onChange={(event) => setReason(event.target.value)}
                onPressEnter={decide}
              />
            </label>
            <Button type="primary" disabled={!ready} loading={decisions.decide.isPending} onClick={decide}>
              {t('decide.holds')}
            </Button>
            <Button
              disabled={!ready || !pattern}
              onClick={() =>
                pattern &&
                claim &&
                askAlike({
                  pattern,
                  titles: { field: row.field_title, from: holder?.source_title ?? '', to: claim.source_title },
                  reason: reason.trim(),
                })
              }
            >
              {t('alike.button')}
            </Button>
          </div>
        )}
      </div>
    </section>
  );
}
