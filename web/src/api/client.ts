// The one place that talks HTTP. Pages name an operation of the contract; types of arguments and answers follow.
import { routes } from './routes';
import type { components, operations } from './schema';

export type Schemas = components['schemas'];
export type Problem = Schemas['Problem'];
export type Op = keyof operations;

type Json<R> = R extends { content: { 'application/json': infer B } } ? B : never;
type Responses<O extends Op> = operations[O]['responses'];
export type Answer<O extends Op> = {
  [S in keyof Responses<O>]: S extends 200 | 201 | 202 ? Json<Responses<O>[S]> : never;
}[keyof Responses<O>];
type PathOf<O extends Op> = operations[O]['parameters'] extends { path: infer P }
  ? { path: P }
  : { path?: undefined };
type QueryOf<O extends Op> = operations[O]['parameters'] extends { query: infer Q }
  ? { query: Q }
  : operations[O]['parameters'] extends { query?: infer Q }
    ? { query?: Q }
    : { query?: undefined };
type BodyOf<O extends Op> = operations[O] extends { requestBody: { content: infer C } }
  ? C extends { 'application/json': infer B }
    ? { body: B }
    : { file: Blob }
  : { body?: undefined };
export type Args<O extends Op> = PathOf<O> & QueryOf<O> & BodyOf<O> & { ifMatch?: string; signal?: AbortSignal };

/** What the server refused, or that it could not be reached (`code` is then "network"). */
export class ApiError extends Error {
  constructor(
    readonly problem: Problem,
    readonly retryAfterSeconds?: number,
  ) {
    super(problem.title);
  }
}

const base = '/api/v1';
let csrfToken = '';
let language = 'zh';
let onSignedOut: () => void = () => undefined;

export const setCsrfToken = (token: string) => void (csrfToken = token);
export const setRequestLanguage = (lang: string) => void (language = lang);
/** Called when a request other than a login is answered 401: the session has ended. */
export const onUnauthenticated = (handler: () => void) => void (onSignedOut = handler);

interface LooseArgs {
  path?: Record<string, string | number>;
  query?: Record<string, unknown>;
  body?: unknown;
  file?: Blob;
  ifMatch?: string;
  signal?: AbortSignal;
}

/** The address of an operation; query parameters without a value are left out. */
export function urlOf<O extends Op>(op: O, args: PathOf<O> & QueryOf<O>): string {
  const { path = {}, query = {} } = args as LooseArgs;
  const filled = routes[op][1].replace(/\{(\w+)\}/g, (_, name: string) =>
    encodeURIComponent(String(path[name] ?? '')),
  );
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined && value !== null && value !== '') search.set(name, String(value));
  }
  const text = search.toString();
  return `${base}${filled}${text ? `?${text}` : ''}`;
}

async function problemOf(response: Response): Promise<Problem> {
  const fallback: Problem = {
    type: 'about:blank',
    title: `HTTP ${response.status}`,
    status: response.status,
    code: 'http',
    traceId: response.headers.get('traceparent') ?? '',
  };
  try {
    return { ...fallback, ...((await response.json()) as Partial<Problem>) };
  } catch {
    return fallback;
  }
}

function headersOf(method: string, args: LooseArgs): Headers {
  const headers = new Headers({ Accept: 'application/json', 'Accept-Language': language });
  if (method !== 'GET') headers.set('X-CSRF-Token', csrfToken);
  if (args.ifMatch) headers.set('If-Match', args.ifMatch);
  if (args.file) headers.set('Content-Type', 'application/octet-stream');
  else if (args.body !== undefined) headers.set('Content-Type', 'application/json');
  return headers;
}

/** Calls an operation. Throws ApiError, or the abort error of `signal`. */
export async function call<O extends Op>(op: O, args: Args<O>): Promise<Answer<O>> {
  const loose = args as LooseArgs;
  const method = routes[op][0];
  let response: Response;
  try {
    response = await fetch(urlOf(op, args), {
      method,
      headers: headersOf(method, loose),
      body: loose.file ?? (loose.body === undefined ? undefined : JSON.stringify(loose.body)),
      credentials: 'same-origin',
      signal: loose.signal,
    });
  } catch (error) {
    if (loose.signal?.aborted) throw error;
    throw new ApiError({ type: 'about:blank', title: '', status: 0, code: 'network', traceId: '' });
  }
  if (!response.ok) {
    const problem = await problemOf(response);
    if (response.status === 401 && op !== 'login' && op !== 'me') onSignedOut();
    throw new ApiError(problem, Number(response.headers.get('Retry-After')) || undefined);
  }
  if (response.status === 204) return undefined as never;
  return (await response.json()) as Answer<O>;
}
