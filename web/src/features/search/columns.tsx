// The columns of the table of units and which of them a person wants to see.
import { Button, Popover, type TableProps } from 'antd';
import { useState } from 'react';
import { Link } from 'react-router-dom';
import type { Schemas } from '../../api/client';
import { type Key, type T, useT } from '../../i18n';
import { text } from '../../shared/format';
import { statusClass } from '../../shared/status';

export type Hit = Schemas['SearchHit'];
export const columnNames = [
  'uscc',
  'district',
  'industry',
  'status',
  'legal_rep',
  'founded',
  'address',
  'sources',
  'conflicts',
  'missing',
] as const;
export type ColumnName = (typeof columnNames)[number];
const usual: ColumnName[] = ['uscc', 'district', 'industry', 'status', 'legal_rep', 'founded', 'conflicts'];
/** Id of a source to its title. */
export type Titles = ReadonlyMap<string, string>;
const storageKey = 'minglu.search.columns';

/** The part of the name that was asked for, marked. */
export function Marked({ name, words }: { name: string; words?: string }) {
  const at = words ? name.toLowerCase().indexOf(words.toLowerCase()) : -1;
  if (!words || at < 0) return <>{name}</>;
  return (
    <>
      {name.slice(0, at)}
      <mark>{name.slice(at, at + words.length)}</mark>
      {name.slice(at + words.length)}
    </>
  );
}

const some = (n: number | undefined, to: string, tone: string) =>
  n ? (
    <Link
      to={to}
      className={`chip ${tone}`}
      style={{ minHeight: 24, minWidth: 24, justifyContent: 'center', alignItems: 'center' }}
    >
      {n}
    </Link>
  ) : (
    <span className="faint">{n === undefined ? '—' : 0}</span>
  );

const cells: Record<ColumnName, { width: number; render: (hit: Hit, titles: Titles) => React.ReactNode }> = {
  uscc: { width: 172, render: (hit) => <span className="mono">{text(hit.uscc)}</span> },
  district: { width: 90, render: (hit) => text(hit.district_title ?? hit.district) },
  industry: { width: 150, render: (hit) => text(hit.industry_title ?? hit.industry) },
  status: {
    width: 92,
    render: (hit) => (
      <span className={`chip ${statusClass(hit.status_title)}`}>{text(hit.status_title ?? hit.status)}</span>
    ),
  },
  legal_rep: { width: 84, render: (hit) => text(hit.legal_rep) },
  founded: { width: 96, render: (hit) => <span className="num nowrap">{text(hit.founded)}</span> },
  address: { width: 240, render: (hit) => text(hit.address) },
  sources: { width: 180, render: (hit, titles) => text(hit.sources?.map((id) => titles.get(id) ?? id).join('、')) },
  conflicts: { width: 64, render: (hit) => some(hit.conflicts, `/units/${hit.unit}?only=conflict`, 'bad') },
  missing: { width: 64, render: (hit) => some(hit.missing, `/units/${hit.unit}`, 'warn') },
};

interface TableSpec {
  shown: ColumnName[];
  words?: string;
  titles?: Titles;
}

export function tableColumns(t: T, { shown, words, titles = new Map() }: TableSpec): TableProps<Hit>['columns'] {
  const nameColumn = {
    title: t('search.col.name'),
    key: 'name',
    width: 280,
    render: (_: unknown, hit: Hit) => (
      <div className="row" style={{ gap: 6 }}>
        <Link to={`/units/${hit.unit}`} className="target">
          <Marked name={hit.name} words={words} />
        </Link>
        {hit.match && hit.match !== 'listed' && (
          <span className="chip info">{t(`search.match.${hit.match}` as Key)}</span>
        )}
      </div>
    ),
  };
  const rest = columnNames
    .filter((name) => shown.includes(name))
    .map((name) => ({
      title: t(`search.col.${name}` as Key),
      key: name,
      width: cells[name].width,
      render: (_: unknown, hit: Hit) => cells[name].render(hit, titles),
    }));
  return [nameColumn, ...rest];
}

export const tableWidth = (shown: ColumnName[]) => 280 + shown.reduce((sum, name) => sum + cells[name].width, 0);

function stored(): ColumnName[] {
  try {
    const names = JSON.parse(localStorage.getItem(storageKey) ?? 'null') as unknown;
    return Array.isArray(names) ? columnNames.filter((name) => names.includes(name)) : usual;
  } catch {
    return usual;
  }
}

export function useColumns(): [ColumnName[], (names: ColumnName[]) => void] {
  const [names, setNames] = useState(stored);
  const keep = (next: ColumnName[]) => {
    setNames(next);
    try {
      localStorage.setItem(storageKey, JSON.stringify(next));
    } catch {
      // Kept for this visit only.
    }
  };
  return [names, keep];
}

export function ColumnChooser({ shown, change }: { shown: ColumnName[]; change: (names: ColumnName[]) => void }) {
  const t = useT();
  const flip = (name: ColumnName) =>
    change(
      shown.includes(name)
        ? shown.filter((n) => n !== name)
        : columnNames.filter((n) => n === name || shown.includes(n)),
    );
  const content = (
    <fieldset className="facet">
      <legend className="hidden-visually">{t('search.columns')}</legend>
      {columnNames.map((name) => (
        <label key={name}>
          <input type="checkbox" checked={shown.includes(name)} onChange={() => flip(name)} />
          {t(`search.col.${name}` as Key)}
        </label>
      ))}
    </fieldset>
  );
  return (
    <Popover trigger="click" placement="bottomRight" content={content}>
      <Button>{t('search.columns')}</Button>
    </Popover>
  );
}
