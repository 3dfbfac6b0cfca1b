import { sourceRows } from './data.mjs';
import { page, Problem } from './http.mjs';
import * as state from './state.mjs';

const { exportsDone, imports, jobs, ruleTitles } = state;
const ok = (body, more = {}) => ({ body, ...more });
const names = ['rows_in', 'accepted', 'rejected', 'duplicate', 'superseded'];
const identified = new Set(['scjg_reg', 'tax_reg', 'mz_org', 'tj_key', 'scjg_annual']);

const sourceList = () =>
  sourceRows.map(([id, title, department, last, lag]) => {
    const runs = imports.filter((run) => run.source === id);
    const sums = Object.fromEntries(names.map((name) => [name, runs.reduce((sum, run) => sum + run[name], 0)]));
    return {
      id,
      title,
      department,
      identified: identified.has(id),
      full_extract: id === 'mz_org',
      files: runs.length,
      ...(last ? { last_source_date: last, last_taken_in_at: runs[0]?.at, lag_days: lag } : {}),
      ...sums,
    };
  });

const stepNames = ['读取', '清洗', '审核', '比对', '融合', '提交'];
function advance(job) {
  if (job.state !== 'running' && job.state !== 'queued') return job;
  job.state = 'running';
  job.ticks += 1;
  job.done = Math.min(job.total, job.ticks * Math.ceil(job.total / 5));
  job.step = stepNames[Math.min(5, job.ticks)];
  if (job.ticks >= 5) job.finish(job);
  return job;
}
const shown = ({ ticks, finish, ...job }) => job;
function startJob(kind, title, total, finish) {
  const job = {
    id: `j${jobs.size + 1}`,
    kind,
    title,
    state: 'queued',
    step: stepNames[0],
    done: 0,
    total,
    created_at: state.now(),
    ticks: 0,
    finish,
  };
  jobs.set(job.id, job);
  return ok(shown(job), { status: 202 });
}

function addImport(job, source, fileName, date, text) {
  const rows = Math.max(1, text.split('\n').filter((line) => line.trim()).length - 1);
  const rejected = Math.min(rows, text.split('坏').length - 1);
  const [, title] = sourceRows.find((row) => row[0] === source);
  const run = {
    seq: state.nextSeq(),
    source,
    source_title: title,
    file_name: fileName,
    source_date: date,
    at: state.now(),
    bytes: text.length,
    rows_in: rows,
    accepted: rows - rejected,
    rejected,
    duplicate: 0,
    superseded: 0,
    balanced: true,
    findings: rejected ? [{ rule: 'uscc_check', title: ruleTitles.uscc_check, count: rejected }] : [],
  };
  imports.unshift(run);
  Object.assign(job, { state: 'done', finished_at: state.now(), import_seq: run.seq, rows });
}

const runOf = (seq) => {
  const run = imports.find((one) => one.seq === Number(seq));
  if (!run) throw new Problem(404, 'not_found', '没有找到', `没有第 ${seq} 次导入`);
  return run;
};

function findingsOf(run) {
  let row = 1;
  return run.findings.flatMap(({ rule, title, count }) =>
    Array.from({ length: count }, () => {
      row += 7;
      return {
        row,
        field: rule === 'region_unknown' ? 'region_code' : 'uscc',
        rule,
        severity: 'M',
        message: `${title}：第 ${row} 行`,
      };
    }),
  );
}

const handlers = {
  list_sources: ({ empty }) => ok({ items: empty ? [] : sourceList() }),
  list_imports: ({ query, empty }) =>
    ok(page(empty ? [] : imports.filter((run) => !query.get('source') || run.source === query.get('source')), query)),
  start_import({ query, raw }) {
    const source = query.get('source');
    const fileName = query.get('file_name');
    if (!sourceRows.some((row) => row[0] === source)) throw new Problem(404, 'not_found', '没有这个来源', source);
    const text = raw.toString();
    return startJob('import', fileName, Math.max(5, text.split('\n').length - 1), (job) => {
      if (text.includes('PK'))
        Object.assign(job, {
          state: 'failed',
          finished_at: state.now(),
          error: {
            type: 'about:blank',
            title: '文件读不懂',
            status: 422,
            detail: '表头与来源合同不符',
            code: 'bad_file',
            traceId: 'f00d',
          },
        });
      else addImport(job, source, fileName, query.get('source_date') ?? '2026-11-25', text);
    });
  },
  get_import: ({ parts }) => ok(runOf(parts[0])),
  get_import_findings: ({ parts, query }) =>
    ok(
      page(
        findingsOf(runOf(parts[0])).filter((one) => !query.get('rule') || one.rule === query.get('rule')),
        query,
      ),
    ),
  get_import_rejects: ({ parts }) => ({
    text: `行号,原因\n${findingsOf(runOf(parts[0]))
      .map((one) => `${one.row},${one.message}`)
      .join('\n')}\n`,
    type: 'text/csv; charset=utf-8',
    name: `rejects_${parts[0]}.csv`,
  }),
  list_jobs: () => ok({ items: [...jobs.values()].map((job) => shown(advance(job))) }),
  get_job({ parts }) {
    const job = jobs.get(parts[0]);
    if (!job) throw new Problem(404, 'not_found', '没有找到', '没有这个任务');
    return ok(shown(advance(job)));
  },
  cancel_job: ({ parts }) => void Object.assign(jobs.get(parts[0]), { state: 'cancelled', finished_at: state.now() }),
  start_export: ({ body }) =>
    startJob('export', body.list, 640, (job) => {
      const id = `e${exportsDone.length + 1}`;
      exportsDone.unshift({
        id,
        list: body.list,
        title: `导出 ${body.list}`,
        state: 'done',
        rows: 640,
        bytes: 71234,
        file_name: `${body.list}_20261125.${body.format ?? 'csv'}`,
        created_at: state.now(),
        expires_at: '2026-12-02T09:00:00.000000Z',
      });
      Object.assign(job, { state: 'done', finished_at: state.now(), export_id: id, rows: 640 });
    }),
  list_exports: ({ empty }) => ok({ items: empty ? [] : exportsDone }),
  get_export: ({ parts }) => ({ text: '单位编号,名称\n', type: 'text/csv; charset=utf-8', name: `${parts[0]}.csv` }),
};

export const feeds = { handlers, sourceList };
