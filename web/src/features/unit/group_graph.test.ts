import { expect, test } from 'vitest';
import type { Schemas } from '../../api/client';
import { placesOf } from './group_graph';

const member = (unit: string, level: number, steps = 1) => ({ unit, name: unit, steps, level, in_cycle: false });
const group = (members: Schemas['UnitGroup']['members'], links: [string, string][] = []): Schemas['UnitGroup'] => ({
  unit: members[0]!.unit,
  members,
  links: links.map(([child, parent]) => ({ child, parent, kind: 'parent', title: '', in_cycle: false })),
  unresolved: [],
  truncated: false,
});

test('columns are levels and no two boxes share a place', () => {
  const { placed, left } = placesOf(
    group(
      [member('a', 0, 0), member('b', 1), member('c', 1)],
      [
        ['b', 'a'],
        ['c', 'a'],
      ],
    ),
  );
  expect(left).toBe(0);
  expect(new Set(placed.map(({ x, y }) => `${x}:${y}`)).size).toBe(3);
  expect(placed.find(({ member: { unit } }) => unit === 'b')!.x).toBeGreaterThan(placed[0]!.x);
});

test('the unit asked for is drawn however many stand beside it', () => {
  const many = Array.from({ length: 60 }, (_, i) => member(`m${i}`, 1));
  const { placed, left } = placesOf(group([member('own', 1, 0), member('head', 0), ...many]));
  expect(placed.some(({ member: { unit } }) => unit === 'own')).toBe(true);
  expect(left).toBe(61 - 14);
});
