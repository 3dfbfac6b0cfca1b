// Models of activity and their scores in the mock: the default models of the catalog, one version each published, one
// draft, and scores that follow from the unit's number.
import { readFileSync } from 'node:fs';
import { page, Problem } from './http.mjs';
import * as state from './state.mjs';

const { byId, city } = state;
const ok = (body, more = {}) => ({ body, ...more });
const template = (id) =>
  JSON.parse(readFileSync(new URL(`../../catalog/activity/models/${id}.json`, import.meta.url), 'utf8'));
const templates = [template('sishang'), template('sixia')];
const version = (model, number, published) => ({
  id: model.id,
  version: number,
  title_zh: model.title_zh,
  title_en: model.title_en,
  state: published ? 'published' : 'draft',
  drafted_by: '陈文静',
  drafted_at: '2026-10-08T02:00:00.000000Z',
  ...(published ? { published_by: '李强', published_at: '2026-10-09T02:00:00.000000Z', base_period: '2026-06' } : {}),
  document: model,
});
const versions = [version(templates[0], 1, true), version(templates[1], 2, false), version(templates[1], 1, true)];
const runs = ['2026-09', '2026-08', '2026-07'].map((period, at) => ({
  model: 'sixia',
  version: 1,
  period,
  revision: at === 1 ? 2 : 1,
  units: city.length,
  grades: { A: 9, B: 21, C: 40, D: 18, E: 8, U: 4 },
  mean: 51.3 - at,
  drift: 0.04 + 0.09 * (2 - at),
  drift_state: at === 0 ? 'watch' : 'stable',
  changed: at === 1 ? 12 : 0,
  by: '陈文静',
  at: `${period}-28T02:00:00.000000Z`,
  seq: 50 - at,
  digest: 'c0ffee'.padEnd(64, '0'),
  ...(at === 1 ? { reason: '税务迟报' } : {}),
}));

const gradeOf = (score) =>
  score === null ? 'U' : score >= 80 ? 'A' : score >= 60 ? 'B' : score >= 40 ? 'C' : score >= 20 ? 'D' : 'E';
const scored = () =>
  city
    .map((unit, at) => {
      const sealed = at % 23 === 7 ? null : Math.round(((at * 7919) % 1000) / 1) / 10;
      const score = at % 17 === 3 && sealed !== null ? Math.min(100, sealed + 12.5) : sealed;
      return {
        unit: unit.unit,
        name: unit.name,
        uscc: unit.uscc,
        score,
        grade: gradeOf(score),
        coverage: sealed === null ? 0.4 : 0.92,
        sealed_score: sealed,
        sealed_grade: gradeOf(sealed),
      };
    })
    .sort((a, b) => (b.score ?? -1) - (a.score ?? -1));

function listScores({ query, empty }) {
  const district = query.get('district') ?? '';
  const inside = (empty ? [] : scored()).filter(
    (row) =>
      (byId.get(row.unit).district ?? '').startsWith(district) &&
      (query.get('moved') !== 'true' || row.grade !== row.sealed_grade),
  );
  const grades = {};
  for (const row of inside) grades[row.grade] = (grades[row.grade] ?? 0) + 1;
  const wanted = (query.get('grade') ?? '').split(',').filter(Boolean);
  const fit = inside.filter((row) => wanted.length === 0 || wanted.includes(row.grade));
  return ok({ ...page(fit, query), total: fit.length, run: runs[0], grades, changed: 6, is_behind: false });
}

function card({ parts, query, empty }) {
  const row = scored().find((item) => item.unit === parts[0]);
  if (!row) throw new Problem(404, 'not_found', '没有这个单位', '');
  const model = templates.find((item) => item.id === query.get('model')) ?? templates[1];
  const kinds = [
    'VALUE',
    'VALUE',
    'ZERO',
    'VALUE',
    'NOT_LINKED',
    'VALUE',
    'NOT_APPLICABLE',
    'NOT_DELIVERED',
    'VALUE',
  ];
  const indicators = model.indicators.map((indicator, at) => {
    const kind = kinds[at % kinds.length];
    const has = kind === 'VALUE' || kind === 'ZERO';
    return {
      code: indicator.code,
      title_zh: indicator.title_zh,
      title_en: indicator.title_en,
      unit: indicator.unit,
      value: has ? (kind === 'ZERO' ? 0 : 12_345_678 / (at + 1)) : null,
      base: indicator.base ? 9_000_000 / (at + 1) : null,
      normalised: has ? 70 - at * 5 : null,
      points: has ? (row.score ?? 0) / 6 - at : null,
      points_sealed: has ? (row.sealed_score ?? 0) / 6 - at : null,
      kind,
      sources: [{ id: 'tax_decl', title: '税务申报' }],
      ...(has ? { period: '2026-09' } : {}),
    };
  });
  return ok({
    unit: row.unit,
    model: model.id,
    title_zh: model.title_zh,
    title_en: model.title_en,
    period: '2026-09',
    in_population: true,
    score: row.score,
    grade: row.grade,
    coverage: row.coverage,
    sealed_score: row.sealed_score,
    sealed_grade: row.sealed_grade,
    caps: row.grade === 'E' ? ['dormant'] : [],
    indicators,
    history: empty
      ? []
      : runs.map((run, at) => ({
          period: run.period,
          version: 1,
          revision: run.revision,
          score: row.sealed_score === null ? null : Math.max(0, row.sealed_score - at),
          grade: gradeOf(row.sealed_score),
          coverage: row.coverage,
          at: run.at,
        })),
    summary: { unit: row.unit, name: row.name, uscc: row.uscc },
  });
}

const classes = [2, 5, 9, 14, 22, 19, 12, 9, 6, 2];
const impact = ({ body }) =>
  ok({
    units: city.length,
    sampled_of: city.length,
    grade_names: ['A', 'B', 'C', 'D', 'E', 'U'],
    grades: [9, 21, 40, 18, 8, 4],
    score_classes: classes,
    score_classes_before: [...classes].reverse(),
    moves: body.against ? [[1]] : [],
    up: 7,
    down: 12,
    districts: [
      { code: '440305', title: '南山区', units: 30, up: 3, down: 5 },
      { code: '440304', title: '福田区', units: 28, up: 4, down: 7 },
    ],
    sections: [{ code: 'C', title: '制造业', units: 40, up: 7, down: 12 }],
    indicators: body.document.indicators.map((indicator, at) => ({
      code: indicator.code,
      title_zh: indicator.title_zh,
      title_en: indicator.title_en,
      unit: indicator.unit,
      values: 90 - at,
      min: 0,
      max: 1e7,
      skewness: 3.2 - at / 2,
      before: [60, 12, 6, 4, 3, 2, 1, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 1],
      after: classes,
      mean: 50,
      weight: 1 / body.document.indicators.length,
    })),
    notes: [],
  });

const method = (name, titleZh) => ({
  name,
  title_zh: titleZh,
  summary: '',
  parameters: [],
  example: { method: name },
});
const finished = (kind, title) => {
  const job = {
    id: `a${state.nextSeq()}`,
    kind,
    title,
    state: 'done',
    done: 1,
    total: 1,
    created_at: state.now(),
    finished_at: state.now(),
  };
  state.jobs.set(job.id, job);
  return ok(job, { status: 202 });
};

export const activityHandlers = {
  list_activity_methods: () =>
    ok({
      treat: [method('log1p', '对数')],
      normalise: [
        method('minmax', '极值法'),
        method('zscore', '标准差法'),
        method('base_period', '基期法'),
        method('percentile_rank', '百分位'),
        method('goalposts', '固定标杆'),
        method('none', '不变换'),
      ],
      weights: [method('given', '给定')],
      aggregate: [method('arithmetic', '算术平均')],
    }),
  list_activity_models: ({ empty }) =>
    ok({
      items: empty ? [] : versions.map(({ document, ...rest }) => rest),
      templates,
      sources: [
        {
          source: 'tax_decl',
          title: '税务申报',
          fields: [
            { field: 'tax_sales', title: '申报销售收入', is_level: false },
            { field: 'tax_paid', title: '实缴税额', is_level: false },
          ],
        },
        { source: 'hrss', title: '社会保险参保', fields: [{ field: 'insured', title: '参保人数', is_level: true }] },
      ],
    }),
  get_activity_model({ parts }) {
    const known = versions.find((item) => item.id === parts[0] && item.version === Number(parts[1]));
    if (!known) throw new Problem(404, 'not_found', '没有这个版本', '');
    return ok(known);
  },
  draft_activity_model({ body, session }) {
    const number = Math.max(0, ...versions.filter((v) => v.id === body.document.id).map((v) => v.version)) + 1;
    const made = { ...version(body.document, number, false), drafted_by: session.user.display_name };
    versions.unshift(made);
    const { document, ...shown } = made;
    return ok(shown, { status: 201 });
  },
  publish_activity_model({ parts, body, session }) {
    const known = versions.find((item) => item.id === parts[0] && item.version === Number(parts[1]));
    Object.assign(known, {
      state: 'published',
      published_by: session.user.display_name,
      published_at: state.now(),
      base_period: body.base_period,
    });
    return finished('activity_model', '发布活跃度模型');
  },
  simulate_activity_model: impact,
  list_activity_runs: ({ query, empty }) => ok({ ...page(empty ? [] : runs, query), total: empty ? 0 : runs.length }),
  start_activity_run: () => finished('activity_run', '计算活跃度'),
  list_activity_scores: listScores,
  get_unit_activity: card,
};
