import { expect, test } from 'vitest';
import {
  branches,
  columnsOf,
  decimal,
  type Document,
  isWhole,
  methodOf,
  signed,
  withMethod,
  without,
  withWeight,
} from './model';

const document: Document = {
  id: 'm',
  weights_total: 100,
  columns: { sales: { source: 'tax_decl', field: 'tax_sales' }, people: { source: 'hrss', field: 'insured' } },
  groups: [{ code: 'top' }, { code: 'money', parent: 'top', weight: 60 }],
  indicators: [
    {
      code: 'a',
      parent: 'money',
      weight: 100,
      value: 'sales / people',
      normalise: { method: 'zscore', clamp: null },
    },
    { code: 'b', weight: 40, value: 'people' },
  ],
};

test('weights are summed below each group, the root included', () => {
  expect(branches(document)).toEqual([
    { code: 'top', sum: 100, isWhole: true },
    { code: 'money', sum: 100, isWhole: true },
  ]);
  expect(isWhole(withWeight(document, 'b', 41))).toBe(false);
  expect(isWhole(without(document, 'b'))).toBe(false);
});

test('another method drops the parameters of the old one', () => {
  expect(methodOf(document.indicators[1]!)).toBe('minmax');
  expect(withMethod(document, 'a', 'rank').indicators[0]!.normalise).toEqual({ method: 'rank' });
});

test('an expression names its columns', () => {
  expect(columnsOf(document, 'sales / people').map(([name]) => name)).toEqual(['sales', 'people']);
  expect(columnsOf(document, undefined)).toEqual([]);
});

test('numbers without a value are a dash, and nothing is minus zero', () => {
  expect(decimal(null)).toBe('—');
  expect(decimal(1234.56)).toBe('1,234.6');
  expect([signed(2), signed(-2), signed(-0.04)]).toEqual(['+2.0', '−2.0', '0.0']);
});
