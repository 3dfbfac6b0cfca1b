// The map's address, its frame, its colours: everything that can be told without drawing.
import type { Schemas } from '../../api/client';

export type Areas = Schemas['AreaCollection'];
export type Area = Schemas['AreaFeature'];
export type Counts = Schemas['MapCounts'];
/** Degrees: longitude, latitude. */
export type Position = [number, number];
/** West, south, east, north in degrees. */
export type Box = [number, number, number, number];

/** Parameters of a search that the map counts too; the list behind a number takes the same. */
export const filterNames = [
  'q',
  'district',
  'industry',
  'size',
  'status',
  'source',
  'has_conflict',
  'has_missing',
  'within',
  'precision',
] as const;

export function filterOf(params: URLSearchParams): Record<string, string> {
  const filter: Record<string, string> = {};
  for (const name of filterNames) {
    const value = params.get(name)?.trim();
    if (value) filter[name] = value;
  }
  return filter;
}

export const listOf = (filter: Record<string, string>, more: Record<string, string>) =>
  `/search?${new URLSearchParams({ ...filter, ...more }).toString()}`;

const polygonsOf = (area: Area): Position[][][] => {
  if (!area.geometry) return [];
  const { type, coordinates } = area.geometry;
  return (type === 'Polygon' ? [coordinates] : coordinates) as Position[][][];
};

/** The box of areas with a margin of a twentieth on every side; null when none has a border. */
export function boxOf(areas: Area[]): Box | null {
  const points = areas.flatMap((area) => polygonsOf(area).flat(2) as Position[]);
  if (points.length === 0) return null;
  const box: Box = [Infinity, Infinity, -Infinity, -Infinity];
  for (const [east, north] of points) {
    box[0] = Math.min(box[0], east);
    box[1] = Math.min(box[1], north);
    box[2] = Math.max(box[2], east);
    box[3] = Math.max(box[3], north);
  }
  const margin = [(box[2] - box[0]) / 20, (box[3] - box[1]) / 20] as const;
  return [box[0] - margin[0], box[1] - margin[1], box[2] + margin[0], box[3] + margin[1]];
}

/** "113.7,22.4,114.7,22.9" of the address; null for anything that is no box. */
export function parseBox(text: string | null): Box | null {
  const parts = text?.split(',').map(Number) ?? [];
  if (parts.length !== 4 || parts.some((part) => !Number.isFinite(part))) return null;
  const [west, south, east, north] = parts as Box;
  const onGlobe = Math.abs(west) <= 180 && Math.abs(east) <= 180 && Math.abs(south) <= 90 && Math.abs(north) <= 90;
  return onGlobe && west < east && south < north ? [west, south, east, north] : null;
}
export const printBox = (box: Box) => box.map((degrees) => degrees.toFixed(5)).join(',');

/** The same middle, `factor` times as wide and high. */
export function scaled(box: Box, factor: number, middle?: Position): Box {
  const [east, north] = middle ?? [(box[0] + box[2]) / 2, (box[1] + box[3]) / 2];
  const width = ((box[2] - box[0]) * factor) / 2;
  const height = ((box[3] - box[1]) * factor) / 2;
  return [east - width, north - height, east + width, north + height];
}

/** Height of the drawing for a width of 1. */
export const shape = 0.66;

/** The box, widened on one side to the shape of the drawing: what is seen is what is counted. */
export function fitted(box: Box): Box {
  const narrow = Math.cos((((box[1] + box[3]) / 2) * Math.PI) / 180);
  const width = (box[2] - box[0]) * narrow;
  const height = box[3] - box[1];
  const wider = Math.max(width, height / shape);
  const [east, north] = [(box[0] + box[2]) / 2, (box[1] + box[3]) / 2];
  const reach = [wider / 2 / narrow, (wider * shape) / 2] as const;
  return [east - reach[0], north - reach[1], east + reach[0], north + reach[1]];
}

export interface Frame {
  /** What is seen: the box, widened on one side to the shape of the frame. */
  seen: Box;
  project: (position: Position) => [number, number];
  unproject: (x: number, y: number) => Position;
}

/** Degrees to pixels, true to shape at the middle of the box. */
export function frameOf(box: Box, width: number, height: number): Frame {
  const narrow = Math.cos((((box[1] + box[3]) / 2) * Math.PI) / 180);
  const scale = Math.min(width / ((box[2] - box[0]) * narrow), height / (box[3] - box[1]));
  const east = (box[0] + box[2]) / 2;
  const north = (box[1] + box[3]) / 2;
  const reach = [width / 2 / scale / narrow, height / 2 / scale] as const;
  return {
    seen: [east - reach[0], north - reach[1], east + reach[0], north + reach[1]],
    project: ([lon, lat]) => [width / 2 + (lon - east) * narrow * scale, height / 2 - (lat - north) * scale],
    unproject: (x, y) => [east + (x - width / 2) / scale / narrow, north - (y - height / 2) / scale],
  };
}

export function pathOf(area: Area, frame: Frame): string {
  return polygonsOf(area)
    .flat()
    .map((ring) => {
      const steps = ring.map((position) => {
        const [x, y] = frame.project(position);
        return `${x.toFixed(1)},${y.toFixed(1)}`;
      });
      return `M${steps.join('L')}Z`;
    })
    .join('');
}

/** Washes of pine, light to dark; the texts upon them stay readable. */
export const washes = ['#f1f5f4', '#dcebe7', '#bcd8d1', '#94c0b6', '#6aa599'] as const;

/** Which wash a count has: equal steps up to the largest, and the first only for none. */
export function washOf(count: number, largest: number): number {
  if (count <= 0 || largest <= 0) return 0;
  return Math.min(washes.length - 1, 1 + Math.floor((count / largest) * (washes.length - 1) * 0.9999));
}

/** Radius in pixels; never too small to hit. */
export const radiusOf = (count: number, largest: number) =>
  12 + 12 * Math.sqrt(Math.max(0, count) / Math.max(1, largest));

/** 12,345 -> "1.2万" or "12k": short enough for a bubble. */
export function brief(count: number, lang: 'zh' | 'en'): string {
  if (count < 1000) return String(count);
  if (lang === 'zh') return count < 10_000 ? String(count) : `${(count / 10_000).toFixed(count < 100_000 ? 1 : 0)}万`;
  return count < 1_000_000 ? `${Math.round(count / 1000)}k` : `${(count / 1_000_000).toFixed(1)}M`;
}

/** A drawn line of points as the geometry of the interface. */
export const polygonFrom = (points: Position[]): Schemas['AreaGeometry'] => ({
  type: 'Polygon',
  coordinates: [[...points, points[0]!]],
});
