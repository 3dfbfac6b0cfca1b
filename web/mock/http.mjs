// Plain node http for the mock: routing by the contract's paths, problems, pages by cursor, and the built pages.
import { createReadStream, existsSync, statSync } from 'node:fs';
import { randomBytes } from 'node:crypto';
import { extname, join, normalize } from 'node:path';

export class Problem extends Error {
  constructor(status, code, title, detail, more = {}) {
    super(title);
    Object.assign(this, { status, code, title, detail, more });
  }
}

export const traceId = () => randomBytes(16).toString('hex');

export function sendJson(response, status, body, type = 'application/json; charset=utf-8', headers = {}) {
  const text = body === undefined ? '' : JSON.stringify(body);
  response.writeHead(status, { 'Content-Type': type, 'Cache-Control': 'no-store', ...headers });
  response.end(text);
}

export function sendProblem(response, { status, code, title, detail, more = {} }) {
  const headers = status === 429 ? { 'Retry-After': '7' } : {};
  const body = { type: `urn:minglu:problem:${code}`, title, status, detail, code, traceId: traceId(), ...more };
  sendJson(response, status, body, 'application/problem+json; charset=utf-8', headers);
}

/** One page of a list: `items`, and `next` when there are more. */
export function page(list, query) {
  const from = Number(query.get('cursor') ?? 0);
  const limit = Math.min(1000, Number(query.get('limit') ?? 50));
  const items = list.slice(from, from + limit);
  return { items, ...(from + limit < list.length ? { next: String(from + limit) } : {}) };
}

export async function readBody(request) {
  const pieces = [];
  for await (const piece of request) pieces.push(piece);
  return Buffer.concat(pieces);
}

/** "/units/{id}:unmask" as a pattern that captures id. */
export function patternOf(path) {
  const text = path.replace(/[.*+?^$()|[\]\\]/g, '\\$&').replace(/\{\w+\}/g, '([^/]+?)');
  return new RegExp(`^${text}$`);
}

const types = {
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.html': 'text/html; charset=utf-8',
  '.svg': 'image/svg+xml',
};
const policy = "default-src 'self'; style-src 'self' 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'";

/** A built file, or index.html for every address that is no file: the pages route themselves. */
export function sendPage(response, root, path) {
  const wanted = join(root, normalize(path).replace(/^(\.\.[/\\])+/, ''));
  const file = existsSync(wanted) && statSync(wanted).isFile() ? wanted : join(root, 'index.html');
  if (!existsSync(file)) {
    response.writeHead(503, { 'Content-Type': 'text/plain; charset=utf-8' });
    response.end('Build the pages first: npm run build\n');
    return;
  }
  response.writeHead(200, {
    'Content-Type': types[extname(file)] ?? 'application/octet-stream',
    'Content-Security-Policy': policy,
    'X-Content-Type-Options': 'nosniff',
  });
  createReadStream(file).pipe(response);
}
