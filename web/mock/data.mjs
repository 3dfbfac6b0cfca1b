// A small invented city: same seed, same city. Names, people and addresses are made of lists; none is real.
export const districts = [
  ['440303', '罗湖区'],
  ['440304', '福田区'],
  ['440305', '南山区'],
  ['440306', '宝安区'],
  ['440307', '龙岗区'],
  ['440308', '盐田区'],
  ['440309', '龙华区'],
  ['440310', '坪山区'],
  ['440311', '光明区'],
];
export const industries = [
  ['3911', '计算机整机制造'],
  ['6513', '应用软件开发'],
  ['5162', '五金产品批发'],
  ['6210', '正餐服务'],
  ['7010', '房地产开发经营'],
  ['4720', '住宅房屋建筑'],
  ['5430', '普通货物道路运输'],
  ['7511', '农林牧渔技术推广'],
  ['8321', '普通小学教育'],
  ['3522', '橡胶加工专用设备制造'],
  ['7241', '会计、审计及税务服务'],
];
export const statuses = [
  ['1', '正常运营'],
  ['2', '停业（歇业）'],
  ['3', '筹建'],
  ['4', '当年关闭'],
  ['6', '当年注销'],
  ['7', '当年撤（吊）销'],
];
export const sizes = [
  ['1', '大型'],
  ['2', '中型'],
  ['3', '小型'],
  ['4', '微型'],
];
export const sourceRows = [
  ['scjg_reg', '市监登记', '市监', '2026-10-31', 25],
  ['tax_reg', '税务登记', '税务', '2026-10-31', 24],
  ['hrss', '社会保险参保', '人社', '2026-09-30', 56],
  ['scjg_annual', '市监年报', '市监', '2026-06-30', 148],
  ['tj_key', '重点单位核查', '统计', '2026-09-30', 47],
  ['mz_org', '社会组织名册', '民政', '2026-11-10', 15],
  ['power', '用电客户', '供电', '2026-11-15', 10],
  ['web_jobs', '招聘网站', '互联网', undefined, undefined],
];
const marks = [
  '华芯',
  '鹏城',
  '蓝海',
  '新锐',
  '汇通',
  '天成',
  '海纳',
  '星辰',
  '恒信',
  '万象',
  '云帆',
  '众合',
  '金石',
  '泰和',
  '卓越',
  '明远',
];
const trades = [
  '科技',
  '电子',
  '贸易',
  '餐饮管理',
  '建筑工程',
  '物流',
  '投资',
  '软件',
  '实业',
  '机械设备',
  '会计师',
  '文化传播',
];
const surnames = ['王', '李', '张', '刘', '陈', '杨', '黄', '周', '吴', '林', '何', '郑'];
const givens = ['志强', '丽华', '建国', '雅婷', '晓明', '海燕', '国平', '文静', '俊杰', '小红', '伟', '芳'];
const streets = [
  '科苑路',
  '深南大道',
  '宝安大道',
  '布吉路',
  '民治大道',
  '沙河西路',
  '梅华路',
  '创业二路',
  '龙翔大道',
];

/** Small seeded generator; the city must be the same at every start. */
export function random(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

const alphabet = '0123456789ABCDEFGHJKLMNPQRTUWXY';

function makeUnit(index, next) {
  const pick = (list) => list[Math.floor(next() * list.length)];
  const district = pick(districts);
  const industry = pick(industries);
  const status = next() < 0.78 ? statuses[0] : pick(statuses);
  const mark = pick(marks) + (next() < 0.4 ? pick(marks) : '');
  const name = `深圳市${mark}${pick(trades)}有限公司`;
  const uscc = `91${district[0]}MA5${Array.from({ length: 7 }, () => pick(alphabet)).join('')}`
    .padEnd(18, '0')
    .slice(0, 18);
  const conflicts = next() < 0.28 ? 1 + Math.floor(next() * 3) : 0;
  const used = sourceRows.slice(0, 7).filter((_, i) => i === 0 || next() < 0.5);
  return {
    unit: `U${String(100001 + index)}`,
    name,
    uscc,
    district: district[0],
    district_title: district[1],
    industry: industry[0],
    industry_title: industry[1],
    status: status[0],
    status_title: status[1],
    size: pick(sizes),
    address: `深圳市${district[1]}${pick(streets)}${1 + Math.floor(next() * 300)}号`,
    legal_rep: pick(surnames) + pick(givens),
    founded: `${2001 + Math.floor(next() * 24)}-0${1 + Math.floor(next() * 9)}-1${Math.floor(next() * 9)}`,
    sources: used.map((row) => row[0]),
    conflicts,
    missing: next() < 0.15 ? 1 : 0,
  };
}

export function makeCity(count = 640) {
  const next = random(20261125);
  return Array.from({ length: count }, (_, index) => makeUnit(index, next));
}

const sourceTitle = (id) => sourceRows.find((row) => row[0] === id)?.[1] ?? id;

function claim(unit, source, value, wins, agrees, extra = {}) {
  return {
    source,
    source_title: sourceTitle(source),
    key: source === 'scjg_reg' ? unit.uscc : `${source.slice(0, 2).toUpperCase()}${unit.unit.slice(1)}`,
    value,
    wins,
    agrees,
    trusted: true,
    since: `${unit.founded}`,
    last_seen: '2026-10-31',
    seq: 12,
    row: Number(unit.unit.slice(1)) - 100000,
    ...extra,
  };
}

const rivals = {
  address: (unit) => unit.address.replace(/\d+号/, '大厦B座1203室'),
  legal_rep: (unit) => `${unit.legal_rep[0]}建华`,
  op_status: () => '2',
};

function field(unit, code, title, value, options = {}) {
  const others = unit.sources.slice(1, 3);
  const rival = options.conflict ? rivals[code]?.(unit) : undefined;
  const claims =
    value === ''
      ? []
      : [
          claim(unit, unit.sources[0], value, true, true),
          ...others.map((source, i) =>
            claim(unit, source, rival && i === 0 ? rival : value, false, !(rival && i === 0), {
              trusted: i === 0 || !rival,
            }),
          ),
        ];
  return {
    code,
    title,
    value,
    ...(options.title ? { value_title: options.title } : {}),
    source_class: options.class ?? 'PUBLIC',
    ...(options.masked ? { masked: true } : {}),
    conflict: !!rival && others.length > 0,
    trusted: value !== '',
    why: value === '' ? '没有来源提供' : `${sourceTitle(unit.sources[0])}可信度 90，且最近一期仍然如此`,
    claims,
  };
}

/** The whole unit as `GET /units/{id}` answers it. */
export function fullUnit(unit, { asOf, knownSeq, unmasked } = {}) {
  const moved = asOf && asOf < '2024-03-01';
  const gone = asOf && asOf < unit.founded;
  const who = unmasked ? unit.legal_rep : `${unit.legal_rep[0]}**`;
  const address = moved ? unit.address.replace(/\d+号/, '8号旧厂房') : unit.address;
  const resolved = unit.resolved ?? new Set();
  const clash = (code, n) => unit.conflicts >= n && !resolved.has(code) && !moved;
  const fields = gone
    ? []
    : [
        field(unit, 'uscc', '统一社会信用代码', unit.uscc),
        field(unit, 'name', '单位详细名称', moved ? unit.name.replace('有限公司', '（筹）') : unit.name),
        field(unit, 'unit_type', '单位类型', '1', { title: '法人单位' }),
        field(unit, 'org_type', '机构类型', '10', { title: '企业' }),
        field(unit, 'industry_code', '行业代码', unit.industry, { title: unit.industry_title }),
        field(unit, 'address', '单位所在地', address, { conflict: clash('address', 1) }),
        field(unit, 'region_code', '所在地区划代码', unit.district, { title: unit.district_title }),
        field(unit, 'legal_rep', '法定代表人', who, { masked: !unmasked, conflict: clash('legal_rep', 2) }),
        field(unit, 'founded', '成立时间', unit.founded),
        field(unit, 'mobile', '移动电话', unmasked ? '13800001234' : '138****1234', {
          masked: !unmasked,
          class: 'DEPT_ADMIN',
        }),
        field(unit, 'op_status', '运营状态', unit.status, {
          title: unit.status_title,
          conflict: clash('op_status', 3),
        }),
        field(unit, 'capital', '注册资本', '500000000'),
        field(unit, 'size_class', '单位规模', unit.size[0], { title: unit.size[1], class: 'SURVEY' }),
        field(unit, 'employees', '从业人员期末人数', '86', { class: 'SURVEY' }),
        field(unit, 'revenue', '营业收入', '1234567890', { class: 'SURVEY' }),
        field(unit, 'email', '电子邮箱', ''),
        field(unit, 'website', '网址', ''),
      ];
  return {
    unit: unit.unit,
    name: gone ? unit.name : fields[1].value,
    known_seq: knownSeq ?? 57,
    ...(asOf ? { as_of: asOf } : {}),
    minted_seq: 3,
    version: 'v7',
    district: unit.district,
    withheld_fields: 2,
    masked_fields: unmasked || gone ? [] : ['legal_rep', 'mobile'],
    fields,
    members: unit.sources.map((source, i) => ({
      source,
      source_title: sourceTitle(source),
      key: claim(unit, source, '', false, true).key,
      versions: 1 + i,
      since: unit.founded,
      last_seen: '2026-10-31',
      ...(i === 2 ? { not_seen_since: '2026-08-31' } : {}),
    })),
    missing: unit.missing ? [{ code: 'reg_address', title: '单位注册地' }] : [],
  };
}

export function historyOf(unit) {
  const common = {
    known_seq: 12,
    known_at: '2026-03-02T01:20:11.000000Z',
    source: 'scjg_reg',
    source_title: '市监登记',
  };
  const events = [
    { kind: 'birth', title: '单位成立', date: unit.founded, ...common },
    {
      kind: 'relocation',
      title: '迁入现址',
      date: '2024-03-01',
      field: 'address',
      field_title: '单位所在地',
      before: unit.address.replace(/\d+号/, '8号旧厂房'),
      after: unit.address,
      ...common,
      known_seq: 31,
    },
    {
      kind: 'rename',
      title: '名称变更',
      date: '2024-03-01',
      field: 'name',
      field_title: '单位详细名称',
      before: unit.name.replace('有限公司', '（筹）'),
      after: unit.name,
      ...common,
      known_seq: 31,
    },
    {
      kind: 'value',
      title: '取值变化',
      date: '2025-06-30',
      field: 'capital',
      field_title: '注册资本',
      before: '100000000',
      after: '500000000',
      ...common,
      source: 'scjg_annual',
      source_title: '市监年报',
      known_seq: 44,
    },
    {
      kind: 'first_seen',
      title: '首次出现在税务登记',
      date: '2025-09-30',
      ...common,
      source: 'tax_reg',
      source_title: '税务登记',
      known_seq: 45,
    },
  ];
  if (unit.status === '6')
    events.push({ kind: 'death', title: '注销', date: '2026-08-15', ...common, known_seq: 52 });
  return {
    unit: unit.unit,
    dates: [...new Set(events.map((event) => event.date))].sort(),
    known: [
      [12, '2026-03-02T01:20:11.000000Z'],
      [31, '2026-05-06T02:00:00.000000Z'],
      [44, '2026-08-01T02:00:00.000000Z'],
      [57, '2026-11-20T02:00:00.000000Z'],
    ].map(([seq, at]) => ({ seq, at })),
    events: events.sort((a, b) => (a.date < b.date ? 1 : -1)),
  };
}

export function linksOf(unit, city) {
  const at = city.indexOf(unit);
  const other = (n) => city[(at + n) % city.length];
  const link = (kind, title, n, extra = {}) => ({
    kind,
    title,
    unit: other(n).unit,
    name: other(n).name,
    uscc: other(n).uscc,
    ...extra,
  });
  const list =
    at % 7 === 6
      ? []
      : [
          link('parent', '上级法人', 5, { reason: '市监登记填报的上级代码' }),
          link('owner', '归属法人', 9),
          link('branch', '分支机构', 12),
          link('branch', '分支机构', 13),
          link('branch', '分支机构', 15),
          link('group', '同一集团', 21, { reason: '名录集团标识' }),
          link('same_legal_rep', '同一法定代表人', 33, { reason: '同名同证件' }),
          {
            kind: 'refused',
            title: '拒绝合并',
            name: other(40).name,
            record: 'hrss:HR9921',
            other_record: 'tax_reg:TA1123',
            reason: '决定 #48：地址与法人均不同',
          },
        ];
  return { unit: unit.unit, links: list };
}

/** A group of some levels, now and then with a circle. */
export function groupOf(unit, city) {
  const at = city.indexOf(unit);
  const other = (n) => city[(at + n) % city.length];
  const levels =
    at % 7 === 6
      ? []
      : [
          [5, 0],
          [9, 1],
          [12, 1],
          [13, 1],
          [15, 2],
          [21, 2],
        ];
  const member = (one, steps, level, in_cycle = false) => ({
    unit: one.unit,
    name: one.name,
    uscc: one.uscc,
    district_title: one.district_title,
    steps,
    level,
    in_cycle,
  });
  const link = (child, parent, kind, in_cycle = false) => ({
    child: child.unit,
    parent: parent.unit,
    kind,
    title: kind === 'owner' ? '归属法人' : '上级法人',
    in_cycle,
  });
  if (levels.length === 0)
    return { unit: unit.unit, members: [member(unit, 0, 0)], links: [], unresolved: [], truncated: false };
  return {
    unit: unit.unit,
    members: [
      member(unit, 0, 1),
      ...levels.map(([n, level], i) => member(other(n), 1 + (i % 2), level, n === 15 || n === 21)),
    ],
    links: [
      link(unit, other(5), 'parent'),
      link(other(9), other(5), 'owner'),
      link(other(12), other(5), 'parent'),
      link(other(13), other(5), 'owner'),
      link(other(15), unit, 'parent'),
      link(other(15), other(21), 'parent', true),
      link(other(21), other(15), 'parent', true),
    ],
    unresolved: [{ unit: other(5).unit, kind: 'parent', title: '上级法人', uscc: '91110000MA5FRF8GXW' }],
    truncated: false,
  };
}
