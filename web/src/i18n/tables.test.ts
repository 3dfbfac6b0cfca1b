import { describe, expect, it } from 'vitest';
import { routes } from '../api/routes';
import { translate } from '.';
import { en } from './en';
import { zh } from './zh';

const holes = (text: string) => (text.match(/\{\w+\}/g) ?? []).sort();

describe('tables of texts', () => {
  it('have the same keys in the same order', () => {
    expect(Object.keys(en)).toEqual(Object.keys(zh));
  });

  it('have no empty text and the same holes to fill', () => {
    for (const [key, text] of Object.entries(zh)) {
      const other = en[key as keyof typeof en];
      expect(text.trim(), key).not.toBe('');
      expect(other.trim(), key).not.toBe('');
      expect(holes(other), key).toEqual(holes(text));
    }
  });

  it('are in their own language', () => {
    for (const [key, text] of Object.entries(en)) expect(text, key).not.toMatch(/[\u4e00-\u9fff]/);
  });

  it('name every operation of the contract', () => {
    for (const op of Object.keys(routes)) expect(Object.keys(zh)).toContain(`op.${op}`);
  });

  it('fill holes and leave what has no value visible', () => {
    expect(translate('zh', 'list.shownOf', { n: 2, total: 5 })).toBe('已显示 2 条，共 5 条');
    expect(translate('en', 'list.shownOf', { n: 2 })).toContain('{total}');
  });
});
