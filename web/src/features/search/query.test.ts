import { describe, expect, it } from 'vitest';
import { fromParams, toggle, toStrings } from './query';

describe('the search as an address', () => {
  it('keeps what it knows and drops the rest', () => {
    const query = fromParams(new URLSearchParams('q= 鹏城 &district=440305&has_conflict=true&sort=sideways&evil=1'));
    expect(toStrings(query)).toEqual({ q: '鹏城', district: '440305', has_conflict: 'true' });
  });

  it('of nothing is nothing', () => {
    expect(toStrings(fromParams(new URLSearchParams()))).toEqual({});
    expect(toStrings(fromParams(new URLSearchParams('q=&has_missing=false')))).toEqual({});
  });

  it('adds and removes a value of a facet', () => {
    const one = toggle({}, 'status', '2');
    const two = toggle(one, 'status', '6');
    expect([one.status, two.status]).toEqual(['2', '2,6']);
    expect(toggle(two, 'status', '2').status).toBe('6');
    expect(toggle(one, 'status', '2').status).toBeUndefined();
  });
});
