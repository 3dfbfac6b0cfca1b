import { afterEach, describe, expect, it, vi } from 'vitest';
import { alikeClaim, type Claim, type Conflict, decideAlike, findAlike, patternOf, type Pattern } from './alike';

const claim = (source: string, value: string, wins = false, agrees = wins): Claim => ({
  source,
  source_title: source,
  key: `${source}1`,
  value,
  wins,
  agrees,
  trusted: true,
});
const row = (unit: string, claims: Claim[], field = 'address'): Conflict => ({
  unit,
  name: unit,
  field,
  field_title: field,
  value: '',
  claims,
});
const pattern: Pattern = { field: 'address', from: 'reg', to: 'tax' };
const alike = row('U1', [claim('reg', 'a', true), claim('tax', 'b')]);

afterEach(() => vi.unstubAllGlobals());

describe('conflicts that are alike', () => {
  it('have the same field, holder and rival', () => {
    expect(alikeClaim(alike, pattern)?.value).toBe('b');
    expect(alikeClaim(row('U2', alike.claims, 'name'), pattern)).toBeUndefined();
    expect(alikeClaim(row('U2', [claim('tax', 'b', true), claim('reg', 'a')]), pattern)).toBeUndefined();
    expect(alikeClaim(row('U2', [claim('reg', 'a', true), claim('tax', 'a', false, true)]), pattern)).toBeUndefined();
    expect(alikeClaim(row('U2', []), pattern)).toBeUndefined();
  });

  it('have no pattern when the holder is chosen or nobody holds', () => {
    expect(patternOf(alike, alike.claims[1]!)).toEqual(pattern);
    expect(patternOf(alike, alike.claims[0]!)).toBeUndefined();
    expect(patternOf(row('U3', [claim('tax', 'b')]), claim('tax', 'b'))).toBeUndefined();
  });

  it('are found over all pages', async () => {
    const pages = [
      { items: [alike, row('U2', [])], total: 3, next: '2' },
      { items: [row('U3', alike.claims)], total: 3 },
    ];
    const fetched = vi.fn().mockImplementation(() => Promise.resolve(new Response(JSON.stringify(pages.shift()))));
    vi.stubGlobal('fetch', fetched);
    const found = await findAlike(pattern, undefined, new AbortController().signal);
    expect(found.map((one) => one.unit)).toEqual(['U1', 'U3']);
    expect(String(fetched.mock.calls[1]![0])).toContain('cursor=2');
  });

  it('go on after a refusal and stop when told', async () => {
    const stop = new AbortController();
    let calls = 0;
    vi.stubGlobal('fetch', () => {
      calls += 1;
      const body = calls === 1 ? { title: '没有找到', status: 404, code: 'x' } : { seq: calls, visible_seq: calls };
      return Promise.resolve(new Response(JSON.stringify(body), { status: calls === 1 ? 404 : 201 }));
    });
    const rows = ['U1', 'U2', 'U3'].map((unit) => row(unit, alike.claims));
    const outcome = await decideAlike(
      rows,
      pattern,
      '核对',
      stop.signal,
      ({ done }) => done.length === 1 && stop.abort(),
    );
    expect(outcome.failed.map((one) => one.row.unit)).toEqual(['U1']);
    expect(outcome.done).toEqual([{ seq: 2, key: 'U2:address' }]);
    expect(calls).toBe(2);
  });
});
