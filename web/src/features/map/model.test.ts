import { expect, test } from 'vitest';
import {
  type Area,
  boxOf,
  brief,
  filterOf,
  fitted,
  frameOf,
  listOf,
  parseBox,
  pathOf,
  polygonFrom,
  scaled,
  washOf,
} from './model';

const square: Area = {
  type: 'Feature',
  id: 'a',
  properties: { id: 'a', name: '甲', kind: 'area' },
  geometry: {
    type: 'Polygon',
    coordinates: [
      [
        [114, 22],
        [115, 22],
        [115, 23],
        [114, 23],
        [114, 22],
      ],
    ],
  },
};

test('only what the list understands is taken from the address', () => {
  const filter = filterOf(new URLSearchParams('q= 甲 &within=440305&area=440306&box=1,2,3,4&district='));
  expect(filter).toEqual({ q: '甲', within: '440305' });
  expect(listOf(filter, { within: 'none' })).toBe('/search?q=%E7%94%B2&within=none');
});

test('boxes are read strictly and scaled about their middle', () => {
  expect(parseBox('113,22,114,23')).toEqual([113, 22, 114, 23]);
  for (const bad of [null, '', '1,2,3', '1,2,x,4', '3,2,1,4', '1,2,3,400']) expect(parseBox(bad)).toBeNull();
  expect(scaled([0, 0, 2, 4], 0.5)).toEqual([0.5, 1, 1.5, 3]);
  expect(boxOf([{ ...square, geometry: null }])).toBeNull();
  expect(boxOf([square])).toEqual([113.95, 21.95, 115.05, 23.05]);
});

test('what is projected comes back, and the box is seen whole', () => {
  const frame = frameOf([114, 22, 115, 23], 600, 400);
  const [x, y] = frame.project([114.25, 22.75]);
  const [east, north] = frame.unproject(x, y);
  expect(east).toBeCloseTo(114.25, 9);
  expect(north).toBeCloseTo(22.75, 9);
  expect(frame.project([114.5, 23])[1]).toBeCloseTo(0, 6);
  expect(frame.seen[0]).toBeLessThan(114);
  expect(pathOf(square, frame)).toMatch(/^M[\d.,L-]+Z$/);
});

test('a fitted box fills the drawing and keeps its middle', () => {
  const box = fitted([114, 22, 115, 22.1]);
  expect((box[0] + box[2]) / 2).toBeCloseTo(114.5, 9);
  const frame = frameOf(box, 1000, 660);
  for (let i = 0; i < 4; i += 1) expect(frame.seen[i]).toBeCloseTo(box[i]!, 3);
});

test('shades grow with the count, and none has its own', () => {
  expect(washOf(0, 10)).toBe(0);
  expect(washOf(1, 1000)).toBe(1);
  expect(washOf(1000, 1000)).toBe(4);
});

test('numbers are short in both languages', () => {
  expect([brief(999, 'zh'), brief(9999, 'zh'), brief(12_345, 'zh'), brief(1_234_567, 'zh')]).toEqual([
    '999',
    '9999',
    '1.2万',
    '123万',
  ]);
  expect([brief(12_345, 'en'), brief(1_234_567, 'en')]).toEqual(['12k', '1.2M']);
});

test('a drawn line is closed', () => {
  expect(
    polygonFrom([
      [1, 2],
      [3, 4],
      [5, 6],
    ]).coordinates,
  ).toEqual([
    [
      [1, 2],
      [3, 4],
      [5, 6],
      [1, 2],
    ],
  ]);
});
