import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ApiError, call, onUnauthenticated, setCsrfToken, urlOf } from './client';

const answer = (status: number, body: unknown, headers: Record<string, string> = {}) =>
  vi.fn().mockResolvedValue(new Response(status === 204 ? null : JSON.stringify(body), { status, headers }));
const sent = (mock: ReturnType<typeof vi.fn>) => mock.mock.calls[0] as [string, RequestInit & { headers: Headers }];

beforeEach(() => setCsrfToken('token-1'));
afterEach(() => vi.unstubAllGlobals());

describe('addresses', () => {
  it('fill the path and leave out parameters without a value', () => {
    expect(urlOf('get_unit', { path: { id: 'a/b' }, query: { as_of: undefined, known_at: '12' } })).toBe(
      '/api/v1/units/a%2Fb?known_at=12',
    );
    expect(urlOf('unmask_unit', { path: { id: 'U1' } })).toBe('/api/v1/units/U1:unmask');
  });
});

describe('calls', () => {
  it('carry the CSRF token on unsafe methods only', async () => {
    const post = answer(201, { seq: 1, visible_seq: 1 });
    vi.stubGlobal('fetch', post);
    await call('decide', { body: { kind: 'same', record_a: 'a:1', record_b: 'b:2', reason: '同一地址' } });
    expect(sent(post)[1].headers.get('X-CSRF-Token')).toBe('token-1');
    const get = answer(200, {});
    vi.stubGlobal('fetch', get);
    await call('overview', {});
    expect(sent(get)[1].headers.get('X-CSRF-Token')).toBeNull();
  });

  it('throw the problem with its trace and when to try again', async () => {
    const problem = { type: 'x', title: '过于频繁', status: 429, code: 'too_many', traceId: 'abc' };
    vi.stubGlobal('fetch', answer(429, problem, { 'Retry-After': '7' }));
    const error = await call('overview', {}).catch((e: unknown) => e);
    expect(error).toBeInstanceOf(ApiError);
    expect((error as ApiError).problem).toEqual(problem);
    expect((error as ApiError).retryAfterSeconds).toBe(7);
  });

  it('make a problem of what is none', async () => {
    vi.stubGlobal('fetch', vi.fn().mockResolvedValue(new Response('<html>', { status: 502 })));
    const error = (await call('overview', {}).catch((e: unknown) => e)) as ApiError;
    expect(error.problem).toMatchObject({ status: 502, title: 'HTTP 502', code: 'http' });
    vi.stubGlobal('fetch', vi.fn().mockRejectedValue(new TypeError('offline')));
    const offline = (await call('overview', {}).catch((e: unknown) => e)) as ApiError;
    expect(offline.problem.code).toBe('network');
  });

  it('tell that the session has ended, but not when a login is refused', async () => {
    const ended = vi.fn();
    onUnauthenticated(ended);
    vi.stubGlobal('fetch', answer(401, { code: 'unauthenticated' }));
    await call('login', { body: { login: 'a', password: 'b' } }).catch(() => undefined);
    expect(ended).not.toHaveBeenCalled();
    vi.stubGlobal('fetch', answer(401, { code: 'unauthenticated' }));
    await call('overview', {}).catch(() => undefined);
    expect(ended).toHaveBeenCalledOnce();
  });

  it('answer nothing for 204', async () => {
    vi.stubGlobal('fetch', answer(204, undefined));
    expect(await call('logout', {})).toBeUndefined();
  });
});
