import { Link } from 'react-router-dom';
import { type Key, useT } from '../i18n';
import { count } from './format';

export interface Counters {
  rows_in?: number;
  accepted?: number;
  rejected?: number;
  duplicate?: number;
  superseded?: number;
}

const parts = ['accepted', 'rejected', 'duplicate', 'superseded'] as const;

/** Whether every row that came in ended in exactly one of the four ways. */
export function balances(counters: Counters): boolean | undefined {
  if (counters.rows_in === undefined || parts.some((part) => counters[part] === undefined)) return undefined;
  return parts.reduce((sum, part) => sum + (counters[part] ?? 0), 0) === counters.rows_in;
}

function Term({ name, value, to }: { name: keyof Counters; value?: number; to?: string }) {
  const t = useT();
  const tone = name === 'rejected' && value ? 'bad' : undefined;
  return (
    <span className="term">
      {to ? (
        <Link to={to} className={`target ${tone ?? ''}`}>
          <b>{count(value)}</b>
        </Link>
      ) : (
        <b className={tone}>{count(value)}</b>
      )}
      <span>{t(`counter.${name}` as Key)}</span>
    </span>
  );
}

/** in = accepted + rejected + duplicate + superseded, and whether that holds. */
export function Equation({
  counters,
  links = {},
}: {
  counters: Counters;
  links?: Partial<Record<keyof Counters, string>>;
}) {
  const t = useT();
  const holds = balances(counters);
  return (
    <div className="equation">
      <Term name="rows_in" value={counters.rows_in} to={links.rows_in} />
      {parts.map((part, index) => (
        <span key={part} className="row" style={{ alignItems: 'baseline', flexWrap: 'nowrap' }}>
          <span className="op">{index === 0 ? '=' : '+'}</span>
          <Term name={part} value={counters[part]} to={links[part]} />
        </span>
      ))}
      {holds !== undefined && (
        <span className={`chip ${holds ? 'good' : 'bad'}`}>
          {t(holds ? 'counter.balanced' : 'counter.unbalanced')}
        </span>
      )}
    </div>
  );
}
