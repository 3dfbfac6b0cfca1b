import { fullUnit } from './data.mjs';
import { page, Problem } from './http.mjs';
import * as state from './state.mjs';

const { byId, city, decisions, reviews } = state;
const ok = (body, more = {}) => ({ body, ...more });

function conflictRows() {
  return city
    .filter((unit) => unit.conflicts)
    .flatMap((unit) =>
      fullUnit(unit, { unmasked: true })
        .fields.filter((field) => field.conflict)
        .map((field) => ({
          unit: unit.unit,
          name: unit.name,
          district: unit.district,
          field: field.code,
          field_title: field.title,
          value: field.value,
          claims: field.claims,
        })),
    );
}
const missingRows = () =>
  city
    .filter((unit) => unit.missing)
    .map((unit) => ({
      unit: unit.unit,
      name: unit.name,
      district: unit.district,
      field: 'reg_address',
      field_title: '单位注册地',
    }));

function byField(rows) {
  const counts = new Map();
  for (const row of rows)
    counts.set(row.field, {
      code: row.field,
      title: row.field_title,
      count: (counts.get(row.field)?.count ?? 0) + 1,
    });
  return [...counts.values()];
}
function filtered(rows, query) {
  return rows.filter(
    (row) =>
      (!query.get('field') || row.field === query.get('field')) &&
      (!query.get('district') || row.district.startsWith(query.get('district'))),
  );
}
const listed = (rows, query, empty) => {
  const fit = empty ? [] : filtered(rows, query);
  return ok({ ...page(fit, query), total: fit.length, by_field: byField(empty ? [] : rows) });
};

/** Marks the conflict of a record's unit as settled, or open again. */
function settle(decision, open) {
  const record = decision.record?.split(':')[1];
  const unit = byId.get(`U${record?.slice(2)}`) ?? city.find((one) => one.uscc === record);
  if (!unit) return;
  unit.resolved ??= new Set();
  if (open) unit.resolved.delete(decision.field);
  else unit.resolved.add(decision.field);
}

const steps = [
  ['name', '单位名称', '去掉地名后相同', 9.2],
  ['address', '地址', '同街道，门牌不同', 2.1],
  ['legal_rep', '法定代表人', '姓同名不同', -3.4],
  ['phone', '电话', '一方未知', 0],
  ['industry_code', '行业', '同中类', 1.8],
  ['uscc', '统一社会信用代码', '一方未知', 0],
];

function explain({ query }) {
  const row = reviews.find((one) => one.record_a === query.get('record_a') && one.record_b === query.get('record_b'));
  if (!row) throw new Problem(404, 'not_found', '没有找到', '记录不存在');
  const unit = byId.get(row.unit_a);
  const a = {
    name: row.name_a,
    address: unit.address,
    legal_rep: unit.legal_rep,
    phone: '',
    industry_code: unit.industry,
    uscc: unit.uscc,
  };
  const b = {
    name: row.name_b,
    address: unit.address.replace(/\d+号/, '66号'),
    legal_rep: `${unit.legal_rep[0]}建华`,
    phone: '0755-26991234',
    industry_code: unit.industry,
    uscc: '',
  };
  let running = -4.2;
  const list = [
    { title: '起点（先验）', bits: running, running_bits: running, note: '同一分块内两条记录为同一单位的先验' },
  ];
  for (const [field, title, level, bits] of steps) {
    running += bits;
    list.push({ field, title, value_a: a[field], value_b: b[field], level, bits, running_bits: running });
  }
  return ok({
    a: { record: row.record_a, source_title: '市监登记', unit: row.unit_a, values: a },
    b: { record: row.record_b, source_title: '社会保险参保', values: b },
    steps: list,
    weight_bits: running,
    probability: row.probability,
    threshold_bits: 7,
    verdict: '待人工复核',
    field_titles: Object.fromEntries(steps.map(([field, title]) => [field, title])),
  });
}

const lists = [];
const listOf = (number) => {
  const list = lists.find((one) => one.number === number);
  if (!list) throw new Problem(404, 'not_found', '没有找到', number);
  return list;
};
const shownList = ({ items, ...list }) => {
  const of = (verdict) => items.filter((row) => row.answer?.verdict === verdict).length;
  return {
    ...list,
    rows: items.length,
    accepted: of('accepted'),
    rejected: of('rejected'),
    corrected: of('corrected'),
  };
};
function issue({ body, session }) {
  const items = conflictRows().flatMap((row) =>
    row.claims
      .filter((claim) => claim.source === body.source && !claim.agrees)
      .map((claim) => ({ ...row, claims: undefined, key: claim.key, theirs: claim.value, ours: row.value })),
  );
  const list = {
    number: `${body.source}-${String(lists.length + 1).padStart(3, '0')}`,
    source: body.source,
    source_title: state.imports.find((run) => run.source === body.source)?.source_title ?? body.source,
    created_by: session.user.display_name,
    created_at: state.now(),
    seq: state.nextSeq(),
    items: items.map(({ unit, name, field, field_title, key, theirs, ours }, index) => ({
      row: index + 1,
      unit,
      name,
      field,
      field_title,
      key,
      theirs,
      ours,
      why: '来源优先级更高',
    })),
    ...(body.note ? { note: body.note } : {}),
  };
  lists.unshift(list);
  return ok(shownList(list), { status: 201 });
}

const handlers = {
  list_discrepancies: ({ query, empty }) =>
    ok({ ...page(empty ? [] : lists.map(shownList), query), total: empty ? 0 : lists.length }),
  issue_discrepancies: issue,
  get_discrepancies({ parts, query }) {
    const list = listOf(parts[0]);
    return ok({ ...page(list.items, query), total: list.items.length, list: shownList(list) });
  },
  answer_discrepancies({ parts, body, session }) {
    const list = listOf(parts[0]);
    for (const { row, ...answer } of body.answers)
      list.items[row - 1].answer = { ...answer, by: session.user.display_name, at: state.now() };
    return ok(shownList(list), { status: 201 });
  },
  list_conflicts: ({ query, empty }) => listed(conflictRows(), query, empty),
  list_missing: ({ query, empty }) => listed(missingRows(), query, empty),
  list_new({ query, empty }) {
    const fit = empty
      ? []
      : city.slice(-23).filter((unit) => !query.get('district') || unit.district.startsWith(query.get('district')));
    const listedPage = page(fit, query);
    const items = listedPage.items.map(({ size, resolved, ...rest }) => rest);
    return ok({ ...listedPage, items, total: fit.length, since: Number(query.get('since') ?? 50) });
  },
  list_reviews: ({ query, empty }) => ok({ ...page(empty ? [] : reviews, query), total: empty ? 0 : reviews.length }),
  explain_pair: explain,
  decide({ body, session }) {
    const seq = state.nextSeq();
    decisions.unshift({ seq, ...body, actor: session.user.display_name, at: state.now(), undone: false });
    if (body.kind === 'value') settle(body, false);
    else {
      const at = reviews.findIndex((row) => row.record_a === body.record_a && row.record_b === body.record_b);
      if (at >= 0) decisions[0].taken = { at, row: reviews.splice(at, 1)[0] };
    }
    return ok({ seq, visible_seq: seq }, { status: 201 });
  },
  list_decisions: ({ query, empty }) => ok(page(empty ? [] : decisions.map(({ taken, ...row }) => row), query)),
  undo_decision({ parts }) {
    const decision = decisions.find((row) => row.seq === Number(parts[0]));
    if (!decision) throw new Problem(404, 'not_found', '没有找到', '没有这项决定');
    if (decision.undone) throw new Problem(409, 'undone', '已经撤销过', `决定 ${decision.seq}`);
    decision.undone = true;
    if (decision.kind === 'value') settle(decision, true);
    if (decision.taken) reviews.splice(decision.taken.at, 0, decision.taken.row);
    const seq = state.nextSeq();
    return ok({ seq, visible_seq: seq }, { status: 201 });
  },
};

export const desks = { handlers, conflictRows, missingRows };
