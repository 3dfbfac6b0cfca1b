// The workbench: what there is, what waits for me, whether the feeds come in. Every number opens its list.
import type { ReactNode } from 'react';
import { Link, Navigate } from 'react-router-dom';
import { navGroups } from '../../app/nav';
import type { Op, Schemas } from '../../api/client';
import { useOp } from '../../api/hooks';
import { type Key, useT } from '../../i18n';
import { useActive } from '../../shared/active';
import { count, text, time } from '../../shared/format';
import { lagClass } from '../../shared/lag';
import { PageHead, Panel } from '../../shared/page';
import { useMay, useMe } from '../../shared/session';
import { Answered, Empty } from '../../shared/states';

type Overview = Schemas['Overview'];

interface Tile {
  label: Key;
  value: number | undefined;
  to: string;
  needs: Op;
  /** A number above zero waits for somebody. */
  asks?: boolean;
}

function Tiles({ overview }: { overview: Overview }) {
  const t = useT();
  const may = useMay();
  const tiles: Tile[] = [
    { label: 'work.units', value: overview.units, to: '/search', needs: 'search_units' },
    { label: 'work.records', value: overview.records, to: '/sources', needs: 'list_sources' },
    { label: 'nav.conflicts', value: overview.conflicts, to: '/conflicts', needs: 'list_conflicts', asks: true },
    { label: 'nav.missing', value: overview.missing, to: '/missing', needs: 'list_missing', asks: true },
    { label: 'nav.new', value: overview.new_units, to: '/new', needs: 'list_new' },
    { label: 'nav.matches', value: overview.reviews, to: '/matches', needs: 'list_reviews', asks: true },
  ];
  return (
    <div className="tiles">
      {tiles.map((tile) => {
        if (tile.value === undefined) return null;
        const className = tile.asks && tile.value ? 'tile attention' : 'tile';
        const content = (
          <>
            <div className="label">{t(tile.label)}</div>
            <div className="value">{count(tile.value)}</div>
          </>
        );
        return may(tile.needs) ? (
          <Link key={tile.label} to={tile.to} className={className}>
            {content}
          </Link>
        ) : (
          <div key={tile.label} className={className}>
            {content}
          </div>
        );
      })}
    </div>
  );
}

/** A line that leads to a page, where this user may open it. */
function Gate({ to, children }: { to: string; children: ReactNode }) {
  const may = useMay();
  const page = navGroups.flatMap((group) => group.items).find((item) => item.to === to.split('?')[0]);
  if (page && !may(page.needs)) return <div className="line">{children}</div>;
  return (
    <Link to={to} className="line">
      {children}
      <span aria-hidden="true">→</span>
    </Link>
  );
}

function Tasks({ tasks }: { tasks: Overview['tasks'] }) {
  const t = useT();
  return (
    <Panel title={t('work.tasks')}>
      {tasks.length === 0 ? (
        <Empty title={t('work.noTasks')} />
      ) : (
        <ul className="lines">
          {tasks.map((task) => (
            <li key={task.kind + task.link}>
              <Gate to={task.link}>
                <span className="grow">{task.title}</span>
                <b className="num">{count(task.count)}</b>
              </Gate>
            </li>
          ))}
        </ul>
      )}
    </Panel>
  );
}

function Districts({ districts }: { districts: Schemas['FacetCount'][] }) {
  const t = useT();
  const most = Math.max(1, ...districts.map((d) => d.count));
  return (
    <Panel title={t('work.districts')}>
      <ul className="lines">
        {districts.map((district) => (
          <li key={district.code}>
            <Link to={`/search?district=${district.code}`} className="line">
              <span style={{ width: 72 }}>{district.title}</span>
              <span className="bar grow" aria-hidden="true">
                <i style={{ width: `${(100 * district.count) / most}%` }} />
              </span>
              <b className="num" style={{ minWidth: 72, textAlign: 'right' }}>
                {count(district.count)}
              </b>
            </Link>
          </li>
        ))}
      </ul>
    </Panel>
  );
}

function Feeds({ sources }: { sources: Schemas['Source'][] }) {
  const t = useT();
  return (
    <Panel
      title={t('work.feeds')}
      extra={
        <Link to="/sources" className="target">
          {t('work.all')}
        </Link>
      }
    >
      {sources.length === 0 ? (
        <Empty title={t('sources.none')} />
      ) : (
        <table className="plain">
          <thead>
            <tr>
              <th>{t('sources.source')}</th>
              <th>{t('sources.last')}</th>
              <th>{t('sources.lag')}</th>
              <th className="right">{t('sources.rejected')}</th>
            </tr>
          </thead>
          <tbody>
            {sources.map((source) => (
              <tr key={source.id}>
                <td>
                  <Link to={`/sources?source=${source.id}`}>{source.title}</Link>
                </td>
                <td className="num nowrap">{text(source.last_source_date)}</td>
                <td>
                  <span className={`chip ${lagClass(source.lag_days)}`}>
                    {source.lag_days === undefined ? '—' : t('sources.days', { n: source.lag_days })}
                  </span>
                </td>
                <td className="num right">{count(source.rejected)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </Panel>
  );
}

export default function Workbench() {
  const t = useT();
  const me = useMe();
  const may = useMay();
  const active = useActive();
  const overview = useOp('overview', {}, { enabled: may('overview'), pollMs: active && 60_000 });
  const elsewhere = navGroups.flatMap((group) => group.items).find((item) => may(item.needs));
  if (!may('overview') && elsewhere) return <Navigate to={elsewhere.to} replace />;
  if (!elsewhere) return <Empty title={t('work.hello', { name: me.display_name })} hint={t('work.useNav')} />;
  return (
    <>
      <PageHead title={t('nav.workbench')} />
      <Answered query={overview}>
        {(data) => (
          <div className="stack">
            <Tiles overview={data} />
            <div className="grid-2">
              <Feeds sources={data.sources} />
              <div className="stack">
                <Tasks tasks={data.tasks} />
                {data.districts && data.districts.length > 0 && <Districts districts={data.districts} />}
              </div>
            </div>
            <div className="row faint" style={{ fontSize: 12 }}>
              <span>{t('work.knownAt', { at: time(data.known_at), seq: count(data.visible_seq) })}</span>
              {data.seq !== data.visible_seq && (
                <span className="chip warn">{t('work.behind', { n: data.seq - data.visible_seq })}</span>
              )}
              <span className="mono" title={data.state_hash}>
                {t('work.state', { hash: data.state_hash.slice(0, 16) })}
              </span>
            </div>
          </div>
        )}
      </Answered>
    </>
  );
}
