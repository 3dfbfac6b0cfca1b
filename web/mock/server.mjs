// A stand-in for the server while pages are made and tested: node mock/server.mjs [port]. Nothing is kept.
//
// Log in as anyone of `people` in state.mjs with the pass phrase "minglu-demo" (totp asks for 123456).
// Open a page with ?fail=500 and every list on it fails so; ?fail=search_units:403 fails one operation; ?fail=empty
// empties all lists; ?fail=slow waits 1.5 s; ?fail=login:429 and the like work on the login page too.
import { createServer } from 'node:http';
import { readFileSync } from 'node:fs';
import { handlers } from './handlers.mjs';
import { patternOf, Problem, readBody, sendJson, sendPage, sendProblem, traceId } from './http.mjs';
import { audit, sessions } from './state.mjs';

const port = Number(process.argv[2] ?? process.env.PORT ?? 8099);
const dist = new URL('../dist', import.meta.url).pathname;
const table = readFileSync(new URL('../src/api/routes.ts', import.meta.url), 'utf8');
const routes = [...table.matchAll(/^ {2}(\w+): \['(\w+)', '([^']+)'\]/gm)].map(([, op, method, path]) => ({
  op,
  method,
  pattern: patternOf(path),
}));
const open = new Set(['login', 'setup', 'sign_on_info', 'begin_sign_on', 'finish_sign_on']);
const quiet = new Set(['me', 'logout']);

const failures = {
  403: ['forbidden', '无权进行此操作', '您的角色不能查看这个列表'],
  404: ['not_found', '没有找到', '编号不存在或不在您的辖区'],
  409: ['conflict', '内容已被他人改动', '请刷新后重试'],
  422: ['invalid', '内容不合要求', '有 1 处需要修改'],
  423: ['locked', '账号已锁定', '连续 5 次输错口令，请 15 分钟后再试'],
  429: ['too_many', '请求过于频繁', '请稍候再试'],
  500: ['internal', '服务器出错', '已记录，请把追踪号告诉管理员'],
  503: ['read_only', '系统暂时只读', '磁盘已满，管理员正在处理'],
};

/** What the address of the page that asks wants to fail. */
function wanted(request, op) {
  const from = request.headers.referer ?? '';
  const asked = /[?&]fail=([^&#]+)/.exec(from)?.[1];
  if (!asked) return undefined;
  const [name, what] = asked.includes(':') ? asked.split(':') : [quiet.has(op) || open.has(op) ? '' : op, asked];
  return name === op ? what : undefined;
}

function guard(request, op, method) {
  const id = /minglu_session=(\w+)/.exec(request.headers.cookie ?? '')?.[1];
  const session = sessions.get(id);
  if (open.has(op)) return session;
  if (!session) throw new Problem(401, 'unauthenticated', '请先登录', '会话不存在或已过期');
  if (method !== 'GET' && request.headers['x-csrf-token'] !== session.csrf) {
    throw new Problem(403, 'csrf', '请求缺少校验', 'X-CSRF-Token 不符');
  }
  if (!session.operations().includes(op) && !quiet.has(op)) {
    throw new Problem(403, 'forbidden', '无权进行此操作', `操作 ${op} 不属于您的角色`);
  }
  return session;
}

async function answer(request, response, url) {
  const path = decodeURIComponent(url.pathname.slice('/api/v1'.length));
  const route = routes.find(({ method, pattern }) => method === request.method && pattern.test(path));
  if (!route) throw new Problem(404, 'not_found', '没有这个接口', path);
  const { op } = route;
  const fail = wanted(request, op);
  if (fail && failures[fail]) {
    const [code, title, detail] = failures[fail];
    throw new Problem(
      Number(fail),
      code,
      title,
      detail,
      fail === '422' ? { errors: [{ pointer: '/source', message: '不在来源目录中' }] } : {},
    );
  }
  if (fail === 'slow') await new Promise((done) => setTimeout(done, 1500));
  const session = guard(request, op, request.method);
  const raw = await readBody(request);
  const json =
    (request.headers['content-type'] ?? '').includes('json') && raw.length ? JSON.parse(raw.toString()) : undefined;
  const context = {
    parts: route.pattern.exec(path).slice(1),
    query: url.searchParams,
    body: json,
    raw,
    session,
    request,
    response,
    empty: fail === 'empty',
  };
  const result = await handlers[op](context);
  if (!quiet.has(op)) audit(context.session, op, context.parts[0] ?? '', 'ok', json?.reason);
  if (result?.text !== undefined) {
    response.writeHead(200, {
      'Content-Type': result.type,
      'Content-Disposition': `attachment; filename*=UTF-8''${encodeURIComponent(result.name)}`,
    });
    response.end(result.text);
    return;
  }
  sendJson(
    response,
    result?.status ?? (result?.body === undefined ? 204 : 200),
    result?.body,
    undefined,
    result?.headers,
  );
}

const server = createServer((request, response) => {
  const url = new URL(request.url, 'http://mock');
  if (!url.pathname.startsWith('/api/v1/')) {
    sendPage(response, dist, decodeURIComponent(url.pathname));
    return;
  }
  answer(request, response, url).catch((error) => {
    if (error instanceof Problem) sendProblem(response, error);
    else {
      console.error(error);
      sendProblem(response, {
        status: 500,
        code: 'internal',
        title: '服务器出错',
        detail: `${error.message} (${traceId()})`,
      });
    }
  });
});
server.listen(port, '127.0.0.1', () => console.log(`mock on http://127.0.0.1:${port}`));
