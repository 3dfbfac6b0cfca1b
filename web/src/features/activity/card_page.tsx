// The score card of one unit: its grade now and as sealed, the points of every indicator and what they changed, where
// each figure comes from, and its history with every revision.
import { useParams } from 'react-router-dom';
import type { Schemas } from '../../api/client';
import { useOp } from '../../api/hooks';
import { useI18n, useT } from '../../i18n';
import { useFilterParams } from '../../shared/filter_params';
import { text, time } from '../../shared/format';
import { PageHead, Panel } from '../../shared/page';
import { Answered, Empty } from '../../shared/states';
import { GradeChip, Swing } from './bars';
import { decimal, signed, titleOf } from './model';

type Card = Schemas['ActivityCard'];
type Row = Card['indicators'][number];

const change = (row: Row) => (row.points ?? 0) - (row.points_sealed ?? 0);

function Head({ card }: { card: Card }) {
  const t = useT();
  const moved = card.score !== null && card.sealed_score !== null ? card.score! - card.sealed_score! : 0;
  return (
    <div className="panel-body row">
      <span className="big-score num">{decimal(card.score)}</span>
      {card.grade && <GradeChip grade={card.grade} />}
      <span className="soft">
        {t('activity.coverageOf', { n: decimal(card.coverage * 100, 0) })} ·{' '}
        {t('activity.periodOf', { period: card.period })}
      </span>
      {card.sealed_grade && (
        <span>
          {t('activity.sealedScore', { score: decimal(card.sealed_score), grade: card.sealed_grade })}
          {moved !== 0 && <b className="num"> {signed(moved)}</b>}
        </span>
      )}
      {card.caps.map((cap) => (
        <span key={cap} className="chip bad">
          {t('activity.capped', { cap })}
        </span>
      ))}
    </div>
  );
}

function Contributions({ rows }: { rows: Row[] }) {
  const { t, lang } = useI18n();
  const most = Math.max(0.1, ...rows.map((row) => Math.abs(change(row))));
  const highest = Math.max(0.1, ...rows.map((row) => Math.abs(row.points ?? 0)));
  return (
    <div className="table-scroll" tabIndex={0} role="region" aria-label={t('activity.contributions')}>
      <table className="plain">
        <thead>
          <tr>
            <th>{t('activity.indicator')}</th>
            <th>{t('activity.figure')}</th>
            <th className="right">{t('activity.normalised')}</th>
            <th className="right">{t('activity.points')}</th>
            <th>
              <span className="sr-only">{t('activity.points')}</span>
            </th>
            <th className="right">{t('activity.sinceSealed')}</th>
            <th>
              <span className="sr-only">{t('activity.sinceSealed')}</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={row.code}>
              <td>{titleOf(row, lang)}</td>
              <td>
                <span className="num">
                  {row.kind === 'VALUE' || row.kind === 'ZERO' ? `${decimal(row.value, 0)} ${row.unit}` : ''}
                </span>{' '}
                {row.kind !== 'VALUE' && <span className="chip">{t(`activity.kind.${row.kind}`)}</span>}
                {row.base !== null && row.base !== undefined && (
                  <span className="soft num"> {t('activity.against', { base: decimal(row.base, 0) })}</span>
                )}
                <div className="soft">
                  {row.sources.map((source) => source.title).join('、')} {row.period ?? ''}
                </div>
              </td>
              <td className="right num">{decimal(row.normalised)}</td>
              <td className="right num">{decimal(row.points)}</td>
              <td>
                <span className="bar points" aria-hidden="true">
                  <i style={{ width: `${(Math.abs(row.points ?? 0) / highest) * 100}%` }} />
                </span>
              </td>
              <td className="right num">{change(row) === 0 ? '' : signed(change(row))}</td>
              <td>
                <Swing value={change(row)} most={most} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function History({ card }: { card: Card }) {
  const t = useT();
  if (card.history.length === 0) return <Empty title={t('activity.noHistory')} />;
  return (
    <table className="plain">
      <thead>
        <tr>
          <th>{t('activity.period')}</th>
          <th className="right">{t('activity.revision')}</th>
          <th>{t('activity.grade')}</th>
          <th className="right">{t('activity.score')}</th>
          <th>{t('exports.made')}</th>
        </tr>
      </thead>
      <tbody>
        {card.history.map((entry) => (
          <tr key={`${entry.period}/${entry.revision}/${entry.version}`}>
            <td className="num">{entry.period}</td>
            <td className="right num">{entry.revision}</td>
            <td>
              <GradeChip grade={entry.grade} />
            </td>
            <td className="right num">{decimal(entry.score)}</td>
            <td className="num">{time(entry.at)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function CardOf({ id, model }: { id: string; model: string }) {
  const { t, lang } = useI18n();
  const query = useOp('get_unit_activity', { path: { id }, query: { model } });
  return (
    <Answered query={query}>
      {(card) => (
        <>
          <PageHead
            title={text(card.summary.name as string | undefined)}
            crumbs={[
              { title: t('nav.activityScores'), to: `/activity/scores?model=${model}` },
              { title: titleOf(card, lang) },
            ]}
          />
          <Panel title={t('activity.scoreNow')}>
            {card.in_population ? <Head card={card} /> : <Empty title={t('activity.outside')} />}
          </Panel>
          {card.in_population && (
            <Panel title={t('activity.contributions')}>
              <Contributions rows={card.indicators} />
            </Panel>
          )}
          <Panel title={t('activity.history')}>
            <History card={card} />
          </Panel>
        </>
      )}
    </Answered>
  );
}

export default function ActivityCard() {
  const { id = '' } = useParams();
  const { lang, t } = useI18n();
  const [params, set] = useFilterParams();
  const models = useOp('list_activity_models', {});
  return (
    <Answered query={models}>
      {({ items }) => {
        const published = [...new Map(items.filter((i) => i.state === 'published').map((i) => [i.id, i])).values()];
        const model = params.get('model') ?? published[0]?.id;
        if (!model) return <Empty title={t('activity.noScores')} hint={t('activity.noModelsHint')} />;
        return (
          <>
            {published.length > 1 && (
              <label className="row">
                {t('activity.model')}
                <select className="native" value={model} onChange={(event) => set('model', event.target.value)}>
                  {published.map((item) => (
                    <option key={item.id} value={item.id}>
                      {titleOf(item, lang)}
                    </option>
                  ))}
                </select>
              </label>
            )}
            <CardOf id={id} model={model} />
          </>
        );
      }}
    </Answered>
  );
}
