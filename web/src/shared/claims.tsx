// What the sources say about one field, side by side, and why one of them holds.
import type { ReactNode } from 'react';
import type { Schemas } from '../api/client';
import { useI18n } from '../i18n';
import { diff } from './diff';
import { fieldValue, moneyFields, time } from './format';
import { Pieces } from './pieces';
import { Verdict } from './verdict';

// The text of a code, which the desks get with their claims.
type Claim = Schemas['Claim'] & { value_title?: string };

function claimClass(claim: Claim): string {
  if (claim.wins) return 'claim wins';
  return claim.agrees ? 'claim' : 'claim differs';
}

interface CardProps {
  claim: Claim;
  field: string;
  /** The text of the code, where it is known. */
  title?: string;
  /** The value that holds: what differs from it is marked. */
  against?: string;
  children?: ReactNode;
}

export function ClaimCard({ claim, field, title, against, children }: CardProps) {
  const { t, lang } = useI18n();
  const shownTitle = claim.value_title ?? title;
  return (
    <div className={claimClass(claim)}>
      <div className="row between">
        <b>{claim.source_title}</b>
        <span className="row" style={{ gap: 4 }}>
          {claim.wins && <span className="chip info">{t('claim.wins')}</span>}
          {!claim.wins && claim.agrees && <span className="chip good">{t('claim.agrees')}</span>}
          {!claim.agrees && <span className="chip bad">{t('claim.differs')}</span>}
          {!claim.trusted && <span className="chip warn">{t('claim.untrusted')}</span>}
        </span>
      </div>
      <div className="value">
        {!claim.agrees && against && claim.value && !shownTitle && !moneyFields.has(field) ? (
          <Pieces pieces={diff(claim.value, against)[0]} />
        ) : (
          fieldValue(field, claim.value, shownTitle, lang)
        )}
      </div>
      <div className="meta">
        <span className="mono">{claim.key}</span>
        {claim.since && <span> · {t('claim.since', { at: time(claim.since) })}</span>}
        {claim.last_seen && <span> · {t('claim.lastSeen', { at: time(claim.last_seen) })}</span>}
        {claim.seq !== undefined && claim.row !== undefined && (
          <span> · {t('claim.place', { seq: claim.seq, row: claim.row })}</span>
        )}
      </div>
      {claim.answer && (
        <div style={{ marginTop: 4 }}>
          {t('disc.answer')}: <Verdict answer={claim.answer} />{' '}
          <span className="mono faint">{claim.answer.number}</span>
        </div>
      )}
      {children}
    </div>
  );
}

export function Claims({ field, action }: { field: Schemas['UnitField']; action?: (claim: Claim) => ReactNode }) {
  const { t } = useI18n();
  return (
    <div>
      {field.why && (
        <p className="why">
          {t('unit.why')} {field.why}
        </p>
      )}
      <div className="claims">
        {(field.claims ?? []).map((claim) => (
          <ClaimCard
            key={`${claim.source}:${claim.key}:${claim.value}`}
            claim={claim}
            field={field.code}
            against={field.value}
            title={claim.value === field.value ? field.value_title : undefined}
          >
            {action?.(claim)}
          </ClaimCard>
        ))}
      </div>
    </div>
  );
}
