// What a simulation found: grades, who would move by district and industry, and every indicator before and after.
import type { Schemas } from '../../api/client';
import { useI18n, useT } from '../../i18n';
import { count, text } from '../../shared/format';
import { Bars, GradeChip } from './bars';
import { decimal, titleOf } from './model';

type ImpactData = Schemas['ActivityImpact'];
type ImpactGroup = Schemas['ActivityImpactGroup'];

function Groups({ title, groups }: { title: string; groups: ImpactGroup[] }) {
  const t = useT();
  const moved = groups.filter((group) => group.up + group.down > 0);
  if (moved.length === 0) return null;
  return (
    <table className="plain">
      <caption>{title}</caption>
      <thead>
        <tr>
          <th>{title}</th>
          <th className="right">{t('activity.units')}</th>
          <th className="right">{t('activity.up')}</th>
          <th className="right">{t('activity.down')}</th>
        </tr>
      </thead>
      <tbody>
        {moved.map((group) => (
          <tr key={group.code}>
            <td>{group.title ?? text(group.code)}</td>
            <td className="right num">{count(group.units)}</td>
            <td className="right num">{count(group.up)}</td>
            <td className="right num">{count(group.down)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

export function Impact({ impact }: { impact: ImpactData }) {
  const { t, lang } = useI18n();
  return (
    <div className="stack" role="status">
      <p>
        {t('activity.sampled', { n: count(impact.units), of: count(impact.sampled_of) })}{' '}
        {impact.moves.length > 0 && <b>{t('activity.moved', { up: count(impact.up), down: count(impact.down) })}</b>}
      </p>
      <div className="row">
        {impact.grade_names.map((grade, at) => (
          <span key={grade} className="row">
            <GradeChip grade={grade} /> <span className="num">{count(impact.grades[at])}</span>
          </span>
        ))}
      </div>
      <figure>
        <figcaption className="soft">{t('activity.scoreClasses')}</figcaption>
        <Bars
          counts={impact.score_classes}
          behind={impact.score_classes_before.length ? impact.score_classes_before : undefined}
          label={t('activity.scoreClasses')}
        />
      </figure>
      <div className="side-by-side">
        <Groups title={t('search.facet.district')} groups={impact.districts} />
        <Groups title={t('activity.industry')} groups={impact.sections} />
      </div>
      <table className="plain">
        <thead>
          <tr>
            <th>{t('activity.indicator')}</th>
            <th className="right">{t('activity.values')}</th>
            <th className="right">{t('activity.skewness')}</th>
            <th>{t('activity.before')}</th>
            <th>{t('activity.after')}</th>
            <th className="right">{t('activity.weight')}</th>
          </tr>
        </thead>
        <tbody>
          {impact.indicators.map((indicator) => (
            <tr key={indicator.code}>
              <td>{titleOf(indicator, lang)}</td>
              <td className="right num">{count(indicator.values)}</td>
              <td className="right num">{decimal(indicator.skewness)}</td>
              <td>
                <Bars counts={indicator.before} label={t('activity.beforeOf', { title: titleOf(indicator, lang) })} />
              </td>
              <td>
                <Bars counts={indicator.after} label={t('activity.afterOf', { title: titleOf(indicator, lang) })} />
              </td>
              <td className="right num">{decimal(indicator.weight * 100)}%</td>
            </tr>
          ))}
        </tbody>
      </table>
      {impact.notes.map((note) => (
        <p key={note} className="soft">
          {note}
        </p>
      ))}
    </div>
  );
}
