// What the mock remembers while it runs.
import { readFileSync } from 'node:fs';
import { randomBytes } from 'node:crypto';
import { makeCity, random, sourceRows } from './data.mjs';

const table = readFileSync(new URL('../src/api/routes.ts', import.meta.url), 'utf8');
export const allOperations = [...table.matchAll(/^ {2}(\w+): \[/gm)].map((match) => match[1]);

export const city = makeCity();
export const byId = new Map(city.map((unit) => [unit.unit, unit]));
export const sessions = new Map();
export const filters = new Map([
  ['南山停业', { district: '440305', status: '2' }],
  ['有冲突的企业', { has_conflict: 'true' }],
]);
export const pins = [
  {
    name: '2025年报',
    as_of: '2025-12-31',
    known_seq: 44,
    state_hash: '7be2c1d04f6a9983150e2d7cc4b8f016',
    note: '年报抽样框',
    created_by: '陈文静',
    created_at: '2026-10-08T02:00:00.000000Z',
    seq: 45,
  },
];
export const decisions = [];
export const exportsDone = [];
export const jobs = new Map();
export const audits = [];
export let seq = 57;
export const nextSeq = () => (seq += 1);
export const now = () => new Date().toISOString().replace('Z', '000Z');

const policy = readFileSync(new URL('../../catalog/access/policy.csv', import.meta.url), 'utf8');
const rights = policy
  .split('\n')
  .map((line) => line.split(','))
  .filter(([op]) => allOperations.includes(op));
const mayCall = (user, roles) =>
  user.login === 'demo' || roles === 'any' || roles.split('|').some((role) => user.roles.includes(role));
/** The operations of a user by the policy of the catalog; "demo" may do everything. */
export const operationsOf = (user) => rights.filter(([, roles]) => mayCall(user, roles)).map(([op]) => op);

let userCount = 0;
export function makeUser(login, display_name, roles, regions = [], more = {}) {
  userCount += 1;
  return {
    id: `u${userCount}`,
    login,
    display_name,
    roles,
    regions,
    disabled: false,
    locked: false,
    totp_enrolled: false,
    version: 1,
    ...more,
  };
}
export const people = [
  makeUser('demo', '演示全权', ['city', 'security_admin', 'audit_admin', 'system_admin'], [], {
    last_login_at: '2026-11-24T08:01:10.000000Z',
  }),
  makeUser('city', '陈文静', ['city'], [], { last_login_at: '2026-11-24T02:11:00.000000Z' }),
  makeUser('nanshan', '林志强', ['district'], ['440305'], { last_login_at: '2026-11-23T06:40:00.000000Z' }),
  makeUser('security', '周国平', ['security_admin'], [], { totp_enrolled: true }),
  makeUser('audit', '何海燕', ['audit_admin']),
  makeUser('system', '郑俊杰', ['system_admin']),
  makeUser('leader', '王建国', ['leader']),
  makeUser('totp', '黄雅婷', ['city'], [], { totp_enrolled: true }),
  makeUser('scjg', '市监数据专员', ['department'], [], { source: 'scjg_reg' }),
  makeUser('old', '吴小红', ['subdistrict'], ['440305005'], { locked: true }),
];
export const keys = [
  {
    id: 'k1',
    name: '市监推送',
    source: 'scjg_reg',
    created_at: '2026-09-02T01:00:00.000000Z',
    last_used_at: '2026-11-24T23:58:12.000000Z',
    revoked: false,
    quota_per_5_min: 600,
  },
  {
    id: 'k2',
    name: '税务试用',
    source: 'tax_reg',
    created_at: '2026-07-11T01:00:00.000000Z',
    revoked: true,
    quota_per_5_min: 600,
  },
];

export function openSession(user) {
  const id = randomBytes(16).toString('hex');
  const session = { id, user, csrf: randomBytes(16).toString('hex'), operations: () => operationsOf(user) };
  sessions.set(id, session);
  return session;
}

export function audit(session, operation, object, outcome, reason) {
  audits.unshift({
    seq: audits.length + 1,
    at: now(),
    actor: session?.user.id ?? '-',
    actor_name: session?.user.display_name,
    role: session?.user.roles[0],
    remote: '127.0.0.1',
    operation,
    object,
    outcome,
    ...(reason ? { reason } : {}),
  });
}
for (let i = 0; i < 60; i += 1)
  audit(
    { user: people[1 + (i % 4)] },
    ['get_unit', 'search_units', 'login', 'decide', 'unmask_unit'][i % 5],
    `U${100001 + i}`,
    i % 17 === 9 ? 'denied' : 'ok',
    i % 5 === 4 ? '核对联系方式' : undefined,
  );

const counters = (id, n) => {
  const next = random(n * 97 + id.length);
  const [rejected, duplicate, superseded] = [
    Math.floor(next() * 40),
    Math.floor(next() * 60),
    Math.floor(next() * 300),
  ];
  const accepted = 2000 + Math.floor(next() * 9000);
  return { rows_in: accepted + rejected + duplicate + superseded, accepted, rejected, duplicate, superseded };
};
export const ruleTitles = {
  uscc_check: '统一社会信用代码校验位不符',
  date_order: '注销时间早于成立时间',
  region_unknown: '行政区划代码不在目录',
  name_empty: '单位名称为空',
};
export const imports = sourceRows
  .filter((row) => row[3])
  .flatMap(([source, title], i) =>
    [2, 1, 0].map((back) => {
      const c = counters(source, i * 3 + back);
      const first = Math.floor(c.rejected / 2);
      return {
        seq: 50 - i * 5 - back,
        source,
        source_title: title,
        file_name: `${source}_2026-${String(10 - back).padStart(2, '0')}.csv`,
        source_date: `2026-${String(10 - back).padStart(2, '0')}-28`,
        at: `2026-11-0${1 + i}T0${back + 1}:12:40.000000Z`,
        bytes: 900000 + i * 12345,
        ...c,
        balanced: true,
        findings: [
          { rule: 'uscc_check', title: ruleTitles.uscc_check, count: first },
          { rule: 'region_unknown', title: ruleTitles.region_unknown, count: c.rejected - first },
        ],
      };
    }),
  )
  .sort((a, b) => b.seq - a.seq);

export const reviews = Array.from({ length: 14 }, (_, i) => {
  const a = city[i * 3];
  const b = city[i * 3 + 1];
  return {
    record_a: `scjg_reg:${a.uscc}`,
    name_a: a.name,
    unit_a: a.unit,
    record_b: `hrss:HR${7000 + i}`,
    name_b: i % 2 ? a.name.replace('有限公司', '有限责任公司') : a.name.replace('深圳市', ''),
    unit_b: b.unit,
    weight_bits: 6.4 - i * 0.4,
    probability: Math.max(0.31, 0.86 - i * 0.04),
  };
});
