// One handler an operation: everything of the contract that a page uses.
import { activityHandlers } from './handlers_activity.mjs';
import { fullUnit, groupOf, historyOf, linksOf } from './data.mjs';
import { desks } from './handlers_desks.mjs';
import { feeds } from './handlers_feeds.mjs';
import { mapHandlers, placeOf } from './handlers_map.mjs';
import { page, Problem } from './http.mjs';
import * as state from './state.mjs';

const { byId, city, filters, keys, people, pins } = state;
const ok = (body, more = {}) => ({ body, ...more });
const missing = () => new Problem(404, 'not_found', '没有找到', '编号不存在或不在您的辖区');

function meOf(session) {
  const { user } = session;
  return {
    id: user.id,
    login: user.login,
    display_name: user.display_name,
    roles: user.roles,
    regions: user.regions,
    operations: session.operations(),
    csrf_token: session.csrf,
    must_change_password: false,
    totp_enrolled: user.totp_enrolled,
    totp_required: false,
    expires_at: '2026-12-31T12:00:00.000000Z',
  };
}
const withSession = (session, status) =>
  ok(meOf(session), {
    status,
    headers: { 'Set-Cookie': `minglu_session=${session.id}; Path=/; HttpOnly; SameSite=Strict` },
  });

let firstDone = false;
const access = {
  setup(context) {
    const { token, login, display_name } = context.body;
    const known = people.find((user) => `link-${user.id}` === token);
    if (!known && (token !== 'first' || firstDone))
      throw new Problem(410, 'gone', '链接已失效', '此链接已用过或已过期');
    const user = known ?? state.makeUser(login, display_name, ['security_admin']);
    if (!known) people.push(user);
    firstDone = firstDone || !known;
    context.session = state.openSession(user);
    return withSession(context.session, 201);
  },
  login(context) {
    const { login, password, totp } = context.body;
    const user = people.find((one) => one.login === login);
    if (user?.locked) throw new Problem(423, 'locked', '账号已锁定', '请联系安全管理员');
    if (!user || password !== 'minglu-demo')
      throw new Problem(401, 'bad_login', '登录名或口令不对', '还可以再试 4 次');
    if (user.login === 'totp' && !totp)
      throw new Problem(401, 'totp_required', '需要动态验证码', '请输入验证器上的 6 位数字');
    if (user.login === 'totp' && totp !== '123456')
      throw new Problem(401, 'totp_wrong', '动态验证码不对', '请核对手机时间');
    context.session = state.openSession(user);
    return withSession(context.session, 201);
  },
  sign_on_info: () => ok({ available: true, title: '智慧统计平台' }),
  begin_sign_on: () => ok({ url: '/sign-on?state=mock&code=mock' }),
  finish_sign_on(context) {
    if (context.body.state !== 'mock')
      throw new Problem(401, 'unauthenticated', '请先登录', '单点登录没有成功，请重新登录');
    context.session = state.openSession(people.find((one) => one.login === 'demo'));
    return withSession(context.session, 201);
  },
  logout: ({ session }) => void state.sessions.delete(session.id),
  me: ({ session }) => ok(meOf(session)),
  change_password({ body }) {
    if (body.old_password !== 'minglu-demo')
      throw new Problem(422, 'bad_old', '原口令不对', '请重新输入', {
        errors: [{ pointer: '/old_password', message: '与现在的口令不符' }],
      });
  },
  totp_enroll({ body, session }) {
    if (!body.code)
      return ok({
        enrolled: false,
        secret: 'JBSWY3DPEHPK3PXP',
        uri: `otpauth://totp/Minglu:${session.user.login}?secret=JBSWY3DPEHPK3PXP&issuer=Minglu`,
      });
    if (body.code !== '123456') throw new Problem(422, 'totp_wrong', '动态验证码不对', '请核对手机时间');
    session.user.totp_enrolled = true;
    return ok({ enrolled: true });
  },
  list_users: ({ query, empty }) => ok(page(empty ? [] : people, query)),
  create_user({ body }) {
    if (people.some((user) => user.login === body.login))
      throw new Problem(409, 'taken', '登录名已被使用', body.login);
    const user = state.makeUser(
      body.login,
      body.display_name,
      body.roles,
      body.regions,
      body.source ? { source: body.source } : {},
    );
    people.push(user);
    return ok(
      { user, link: `/reset?token=link-${user.id}`, expires_at: '2026-11-28T09:00:00.000000Z' },
      { status: 201 },
    );
  },
  update_user({ parts, body, request }) {
    const user = people.find((one) => one.id === parts[0]);
    if (!user) throw missing();
    if (!request.headers['if-match']) throw new Problem(428, 'if_match', '缺少 If-Match', '');
    if (request.headers['if-match'] !== `"${user.version}"`)
      throw new Problem(412, 'stale', '内容已被他人改动', '请刷新后重试');
    Object.assign(user, body, { version: user.version + 1 }, body.disabled === false ? { locked: false } : {});
    return ok(user);
  },
  reset_user({ parts }) {
    const user = people.find((one) => one.id === parts[0]);
    return ok({ user, link: `/reset?token=link-${user.id}`, expires_at: '2026-11-28T09:00:00.000000Z' });
  },
  list_api_keys: ({ empty }) => ok({ items: empty ? [] : keys }),
  create_api_key({ body }) {
    const key = { id: `k${keys.length + 1}`, created_at: state.now(), revoked: false, quota_per_5_min: 600, ...body };
    keys.unshift(key);
    return ok({ key, secret: 'mk_8f2c0d1e7b6a5948372615f0e1d2c3b4a5968778' }, { status: 201 });
  },
  revoke_api_key: ({ parts }) => void (keys.find((key) => key.id === parts[0]).revoked = true),
  list_audit({ query, empty }) {
    const has = (row, name) =>
      !query.get(name) ||
      String(row[name] ?? '').includes(query.get(name)) ||
      (name === 'actor' && (row.actor_name ?? '').includes(query.get(name)));
    const rows = state.audits.filter((row) =>
      ['actor', 'operation', 'object', 'outcome'].every((name) => has(row, name)),
    );
    return ok(page(empty ? [] : rows, query));
  },
  verify_audit: () => ok({ entries: state.audits.length, whole: true, commits: state.seq, ledger_whole: true }),
};

const codesOf = { district: 'district', industry: 'industry', status: 'status', source: 'sources' };
const valueOf = (unit, name) => (name === 'size' ? unit.size[0] : unit[codesOf[name]]);

function matchOf(unit, q) {
  if (!q) return 'listed';
  if (unit.uscc.includes(q.toUpperCase())) return 'identifier';
  if (unit.name === q) return 'exact_name';
  if (unit.name.startsWith(q)) return 'prefix';
  if (unit.name.includes(q)) return 'contains';
  if (unit.legal_rep === q) return 'legal_rep';
  return unit.address.includes(q) ? 'address' : undefined;
}

function found(query) {
  const wants = Object.keys(codesOf)
    .concat('size')
    .filter((name) => query.get(name));
  const fits = (unit, name) =>
    query
      .get(name)
      .split(',')
      .some((code) => [valueOf(unit, name)].flat().some((own) => own.startsWith(code)));
  return city
    .map((unit) => ({ unit, match: matchOf(unit, query.get('q') ?? '') }))
    .filter(({ unit, match }) => match && wants.every((name) => fits(unit, name)))
    .filter(
      ({ unit }) =>
        (query.get('has_conflict') !== 'true' || unit.conflicts) &&
        (query.get('has_missing') !== 'true' || unit.missing) &&
        (!query.get('within') || query.get('within').split(',').includes(placeOf(unit).area)) &&
        (!query.get('precision') || query.get('precision').split(',').includes(placeOf(unit).precision)),
    );
}

const facetTitles = { district: '所在区', industry: '行业', size: '单位规模', status: '运营状态', source: '来源' };
function facet(name, units) {
  const counts = new Map();
  for (const unit of units)
    for (const code of [valueOf(unit, name)].flat()) counts.set(code, (counts.get(code) ?? 0) + 1);
  const titleOf = (code) => {
    const unit = units.find((one) => [valueOf(one, name)].flat().includes(code));
    return name === 'size'
      ? unit.size[1]
      : name === 'source'
        ? (state.imports.find((run) => run.source === code)?.source_title ?? code)
        : unit[`${codesOf[name]}_title`];
  };
  const values = [...counts]
    .map(([code, count]) => ({ code, title: titleOf(code), count }))
    .sort((a, b) => b.count - a.count);
  return { name, title: facetTitles[name], values };
}

const hit = ({ unit, match }) => {
  const { size, resolved, ...rest } = unit;
  return { ...rest, match };
};
const unitOf = (id) => {
  const unit = byId.get(id);
  if (!unit) throw missing();
  return unit;
};
const ownAudit = (id) => state.audits.filter((row) => row.object === id);

const register = {
  search_units({ query, empty }) {
    const known = [
      'q',
      'district',
      'industry',
      'size',
      'status',
      'source',
      'has_conflict',
      'has_missing',
      'within',
      'precision',
      'sort',
      'cursor',
      'limit',
      'facets',
    ];
    for (const name of query.keys())
      if (!known.includes(name)) throw new Problem(400, 'unknown_parameter', '参数不认识', name);
    const all = empty ? [] : found(query);
    if (query.get('sort') === 'name') all.sort((a, b) => a.unit.name.localeCompare(b.unit.name, 'zh'));
    const listed = page(all, query);
    const facets =
      query.get('facets') === 'true'
        ? {
            facets: Object.keys(facetTitles).map((name) =>
              facet(
                name,
                all.map((one) => one.unit),
              ),
            ),
          }
        : {};
    return ok({
      ...listed,
      items: listed.items.map(hit),
      total: all.length,
      total_is_exact: all.length < 600,
      took_us: 2140,
      ...facets,
    });
  },
  get_unit({ parts, query }) {
    const unit = unitOf(parts[0]);
    const asOf = query.get('as_of') ?? undefined;
    const body = fullUnit(unit, { asOf, knownSeq: Number(query.get('known_at')) || undefined });
    const place = placeOf(unit);
    const shown = place.precision === 'none' ? {} : { longitude: place.at[0], latitude: place.at[1] };
    const known = { precision: place.precision, precision_title: '', hidden: false, area_title: unit.district_title };
    return ok(asOf || query.get('known_at') ? body : { ...body, place: { ...known, ...shown } });
  },
  unmask_unit: ({ parts }) => ok(fullUnit(unitOf(parts[0]), { unmasked: true })),
  get_unit_history: ({ parts }) => ok(historyOf(unitOf(parts[0]))),
  get_unit_links: ({ parts }) => ok(linksOf(unitOf(parts[0]), city)),
  get_unit_group: ({ parts }) => ok(groupOf(unitOf(parts[0]), city)),
  get_unit_audit: ({ parts, query }) => ok(page(ownAudit(parts[0]), query)),
  list_pins: ({ query, empty }) => ok({ ...page(empty ? [] : pins, query), total: empty ? 0 : pins.length }),
  get_pin({ parts }) {
    const pin = pins.find((one) => one.name === parts[0]);
    if (!pin) throw missing();
    return ok(pin);
  },
  create_pin({ body, session }) {
    if (pins.some((pin) => pin.name === body.name)) throw new Problem(409, 'conflict', '名称已被使用', body.name);
    const seq = state.nextSeq();
    const pin = {
      as_of: '2026-11-25',
      known_seq: seq - 1,
      state_hash: 'a41f09c27d6e51b38890acde77120f5e',
      created_by: session.user.display_name,
      created_at: state.now(),
      ...body,
      seq,
    };
    pins.unshift(pin);
    return ok(pin, { status: 201 });
  },
  saved_filters: () => ok({ items: [...filters].map(([name, query]) => ({ name, query })) }),
  put_saved_filter: ({ parts, body }) => void filters.set(parts[0], body.query),
  delete_saved_filter: ({ parts }) => void filters.delete(parts[0]),
  overview({ empty }) {
    const conflicts = desks.conflictRows().length;
    return ok({
      units: empty ? 0 : city.length,
      records: empty ? 0 : 1874,
      conflicts: empty ? 0 : conflicts,
      missing: empty ? 0 : desks.missingRows().length,
      new_units: empty ? 0 : 23,
      reviews: empty ? 0 : state.reviews.length,
      seq: state.seq,
      visible_seq: state.seq,
      state_hash: 'a41f09c27d6e51b38890acde77120f5e',
      known_at: state.now(),
      districts: empty ? [] : facet('district', city).values,
      tasks: empty
        ? []
        : [
            {
              kind: 'conflicts',
              title: '单位所在地冲突待处理',
              count: desks.conflictRows().filter((row) => row.field === 'address').length,
              link: '/conflicts?field=address',
            },
            { kind: 'reviews', title: '比对待复核', count: state.reviews.length, link: '/matches' },
            { kind: 'missing', title: '缺注册地的单位', count: desks.missingRows().length, link: '/missing' },
          ],
      sources: empty ? [] : feeds.sourceList(),
    });
  },
  list_codes: ({ parts }) =>
    ok({ name: parts[0], items: facet('district', city).values.map(({ code, title }) => ({ code, title })) }),
  status: () =>
    ok({
      version: '0.1.0',
      seq: state.seq,
      visible_seq: state.seq,
      state_hash: 'a41f09c27d6e51b38890acde77120f5e',
      history_hash: '5be0d9137cc2a8f46e1102f3988d7a6b',
      catalog: '2026-11',
      started_at: '2026-11-20T01:00:00.000000Z',
      uptime_s: 446_400,
      memory_mib: 812,
      disk_free_mib: 54_321,
      ledger: 'sqlite 3.40.1',
    }),
};

export const handlers = {
  ...access,
  ...register,
  ...mapHandlers(found),
  ...desks.handlers,
  ...feeds.handlers,
  ...activityHandlers,
};
