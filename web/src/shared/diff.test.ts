import { describe, expect, it } from 'vitest';
import { diff } from './diff';

const differing = (pieces: { text: string; same: boolean }[]) => pieces.filter((p) => !p.same).map((p) => p.text);

describe('diff', () => {
  it('finds nothing in equal texts, and everything in strangers', () => {
    expect(diff('深圳市', '深圳市')).toEqual([[{ text: '深圳市', same: true }], [{ text: '深圳市', same: true }]]);
    expect(diff('甲', '乙').map(differing)).toEqual([['甲'], ['乙']]);
  });

  it('marks what one side has more', () => {
    const [left, right] = diff('深圳市华芯科技有限公司', '华芯科技有限责任公司');
    expect(differing(left)).toEqual(['深圳市']);
    expect(differing(right)).toEqual(['责任']);
  });

  it('treats a character outside the basic plane as one, and empty texts as nothing', () => {
    expect(diff('𠮷野家', '吉野家').map(differing)).toEqual([['𠮷'], ['吉']]);
    expect(diff('', '')).toEqual([[], []]);
    expect(diff('', '甲')[1]).toEqual([{ text: '甲', same: false }]);
  });

  it('gives back both texts whole', () => {
    const [left, right] = diff('宝安大道12号A座', '宝安大道121号');
    expect(left.map((p) => p.text).join('')).toBe('宝安大道12号A座');
    expect(right.map((p) => p.text).join('')).toBe('宝安大道121号');
  });
});
