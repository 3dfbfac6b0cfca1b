// Units by score: one list a model (四上, 四下), by grade, district and industry; what changed since it was sealed.
import { Link } from 'react-router-dom';
import type { Schemas } from '../../api/client';
import { useList, useOp } from '../../api/hooks';
import { useI18n } from '../../i18n';
import { DistrictSelect } from '../../shared/district_select';
import { useFilterParams } from '../../shared/filter_params';
import { count, text } from '../../shared/format';
import { ListTable } from '../../shared/list_table';
import { PageHead } from '../../shared/page';
import { Answered, Empty } from '../../shared/states';
import { GradeChip } from './bars';
import { decimal, signed, titleOf } from './model';

type Score = Schemas['ActivityScore'];
type Version = Schemas['ActivityVersion'];

const whole = (score: number | null | undefined) => score ?? 0;

function Scores({ versions }: { versions: Version[] }) {
  const { t, lang } = useI18n();
  const [params, set] = useFilterParams();
  const models = [...new Map(versions.map((version) => [version.id, version])).values()];
  const model = params.get('model') ?? models[0]?.id ?? '';
  const query = {
    model,
    ...(params.get('grade') ? { grade: params.get('grade')! } : {}),
    ...(params.get('district') ? { district: params.get('district')! } : {}),
    ...(params.get('industry') ? { industry: params.get('industry')! } : {}),
    ...(params.get('moved') ? { moved: true } : {}),
  };
  const list = useList('list_activity_scores', { query }, { keep: true });
  const first = list.first;
  const grades = ['A', 'B', 'C', 'D', 'E', 'U'].filter((grade) => first?.grades[grade]);
  return (
    <section className="panel">
      <div className="panel-body row">
        <label className="row">
          {t('activity.model')}
          <select className="native" value={model} onChange={(event) => set('model', event.target.value)}>
            {models.map((item) => (
              <option key={item.id} value={item.id}>
                {titleOf(item, lang)}
              </option>
            ))}
          </select>
        </label>
        <DistrictSelect value={params.get('district') ?? ''} change={(value) => set('district', value)} />
        <label className="row">
          {t('activity.industry')}
          <input
            className="native"
            size={6}
            maxLength={4}
            value={params.get('industry') ?? ''}
            onChange={(event) => set('industry', event.target.value.trim().toUpperCase())}
          />
        </label>
        <label className="row checkline">
          <input
            type="checkbox"
            checked={params.get('moved') !== null}
            onChange={(event) => set('moved', event.target.checked ? '1' : '')}
          />
          {t('activity.onlyMoved')}
        </label>
      </div>
      <div className="panel-body row" role="group" aria-label={t('activity.grade')}>
        <button type="button" className="pick" aria-pressed={!params.get('grade')} onClick={() => set('grade', '')}>
          {t('form.all')}
        </button>
        {grades.map((grade) => (
          <button
            key={grade}
            type="button"
            className="pick"
            aria-pressed={params.get('grade') === grade}
            onClick={() => set('grade', grade)}
          >
            <GradeChip grade={grade} /> <span className="num">{count(first?.grades[grade])}</span>
          </button>
        ))}
        {first && (
          <span className="soft">
            {t('activity.sealedOf', { period: first.run.period, n: first.run.revision })}
            {first.changed > 0 && ` · ${t('activity.liveChanged', { n: count(first.changed) })}`}
            {first.is_behind && ` · ${t('activity.behind')}`}
          </span>
        )}
      </div>
      <ListTable<Score>
        list={list}
        label={t('nav.activityScores')}
        rowKey={(row) => row.unit}
        total={first?.total}
        width={860}
        empty={<Empty title={t('activity.noScores')} hint={t('activity.noScoresHint')} />}
        columns={[
          {
            title: t('activity.unit'),
            key: 'name',
            render: (_, row) => (
              <Link className="target" to={`/units/${row.unit}/activity?model=${encodeURIComponent(model)}`}>
                {text(row.name)}
              </Link>
            ),
          },
          {
            title: t('activity.uscc'),
            key: 'uscc',
            width: 190,
            render: (_, row) => <span className="mono">{text(row.uscc)}</span>,
          },
          {
            title: t('activity.grade'),
            key: 'grade',
            width: 80,
            render: (_, row) => <GradeChip grade={row.grade} />,
          },
          {
            title: t('activity.score'),
            key: 'score',
            width: 90,
            align: 'right',
            render: (_, row) => <span className="num">{decimal(row.score)}</span>,
          },
          {
            title: t('activity.sinceSealed'),
            key: 'moved',
            width: 120,
            align: 'right',
            render: (_, row) =>
              row.score === row.sealed_score ? (
                ''
              ) : (
                <span className="num">
                  {signed(whole(row.score) - whole(row.sealed_score))}{' '}
                  {row.sealed_grade !== row.grade && `(${row.sealed_grade})`}
                </span>
              ),
          },
          {
            title: t('activity.coverage'),
            key: 'coverage',
            width: 90,
            align: 'right',
            render: (_, row) => <span className="num">{decimal(row.coverage * 100, 0)}%</span>,
          },
        ]}
      />
    </section>
  );
}

export default function ActivityScores() {
  const { t } = useI18n();
  const models = useOp('list_activity_models', {});
  return (
    <>
      <PageHead title={t('nav.activityScores')} hint={t('activity.scoresWhat')} />
      <Answered query={models}>
        {({ items }) => {
          const published = items.filter((item) => item.state === 'published');
          return published.length === 0 ? (
            <section className="panel">
              <Empty title={t('activity.noScores')} hint={t('activity.noModelsHint')} />
            </section>
          ) : (
            <Scores versions={published} />
          );
        }}
      </Answered>
    </>
  );
}
