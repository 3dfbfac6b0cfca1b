import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { bytes, count, duration, fieldValue, moneyFields, text, time, yuan } from './format';

describe('values', () => {
  it('show a dash for what is not known', () => {
    expect([
      text(undefined),
      text(null),
      text('  '),
      count(undefined),
      count(Number.NaN),
      time(''),
      bytes(undefined),
    ]).toEqual(Array(7).fill('—'));
    expect(fieldValue('name', '', undefined, 'zh')).toBe('—');
  });

  it('group counts and keep zero', () => {
    expect([count(0), count(1234567)]).toEqual(['0', '1,234,567']);
  });

  it('turn fen into yuan digit by digit, beyond what a number can hold', () => {
    expect(yuan('0', 'zh')).toBe('0 元');
    expect(yuan('5', 'zh')).toBe('0.05 元');
    expect(yuan('-123456', 'zh')).toBe('-1,234.56 元');
    expect(yuan('900719925474099312', 'en')).toBe('CNY 9,007,199,254,740,993.12');
    expect(yuan('1.5 亿', 'zh')).toBe('1.5 亿');
  });

  it('show the text of a code before the code', () => {
    expect(fieldValue('op_status', '1', '正常运营', 'zh')).toBe('正常运营');
    expect(fieldValue('capital', '500000000', undefined, 'zh')).toBe('5,000,000 元');
    expect(fieldValue('employees', '86', undefined, 'zh')).toBe('86');
  });

  it('leave dates alone and show nonsense as it came', () => {
    expect(time('2026-10-31')).toBe('2026-10-31');
    expect(time('2026-10-31T01:02:03.000004Z')).toMatch(/^2026-10-3\d \d\d:02:03$/);
    expect(time('昨天')).toBe('昨天');
  });

  it('shorten sizes and durations', () => {
    expect([bytes(0), bytes(1536), bytes(71234567)]).toEqual(['0 B', '1.5 KiB', '67.9 MiB']);
    expect([duration(59, 'zh'), duration(90061, 'zh'), duration(3600, 'en')]).toEqual([
      '不到1分',
      '1天1小时1分',
      '1 h',
    ]);
  });
});

describe('fields of money', () => {
  it('are those of the catalog', () => {
    const rows = readFileSync('../catalog/fields.csv', 'utf8').split('\n');
    const money = rows
      .map((row) => row.split(','))
      .filter((cells) => cells[2] === 'money')
      .map((cells) => cells[0]);
    expect([...moneyFields].sort()).toEqual(money.sort());
  });
});
