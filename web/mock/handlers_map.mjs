// The map of the stand-in: borders and points of the catalog, units spread over their district.
import { readFileSync } from 'node:fs';
import { random } from './data.mjs';
import { Problem } from './http.mjs';

const rowsOf = (file) =>
  readFileSync(new URL(`../../catalog/${file}`, import.meta.url), 'utf8')
    .split('\n')
    .filter((line) => line && !line.startsWith('#'))
    .slice(1)
    .map((line) => line.split(','));

const names = new Map(rowsOf('codes/regions_areas.csv').map(([area, name]) => [area, name]));
const regions = new Map(rowsOf('codes/regions.csv').map(([code, , name]) => [code, name]));
const centres = new Map(
  rowsOf('geo/centres.csv').map(([code, east, north]) => [code, [Number(east), Number(north)]]),
);
const borders = new Map();
for (const [area, part, , points] of rowsOf('geo/borders.csv')) {
  const ring = points.split(';').map((point) => point.split(' ').map((degrees) => Number(degrees) / 1e5));
  const polygons = borders.get(area) ?? borders.set(area, []).get(area);
  polygons[Number(part) - 1] = [[...ring, ring[0]]];
}
const pointOf = (code) => {
  const [longitude, latitude] = centres.get(code) ?? [];
  return longitude === undefined ? {} : { longitude, latitude };
};

/** Where an invented unit is: always the same place for the same unit. */
export function placeOf(unit) {
  const next = random(Number(unit.unit.replace(/\D/g, '')) || 1);
  const middle = centres.get(unit.district);
  const precision = ['source', 'community', 'street', 'district', 'none'][Math.floor(next() * 5)];
  const streets = [...centres.keys()].filter((code) => code.length === 9 && code.startsWith(unit.district));
  const street = streets[Math.floor(next() * streets.length)];
  const spread = () => (next() - 0.5) * 0.06;
  const at =
    precision === 'source' || precision === 'community'
      ? [middle[0] + spread(), middle[1] + spread()]
      : (centres.get(street) ?? middle);
  return { precision, street, area: precision === 'none' ? 'none' : unit.district, at };
}

const drawn = new Map();
const areaFeature = (id) => ({
  type: 'Feature',
  id,
  properties: { id, name: names.get(id), kind: 'area', district: id.slice(0, 6), ...pointOf(id) },
  geometry: borders.has(id) ? { type: 'MultiPolygon', coordinates: borders.get(id) } : null,
});

const titles = { source: '来源坐标', community: '社区', street: '街道', district: '区中心', none: '无坐标' };

function cellsOf(units, bbox, size) {
  const [west, south, east, north] = bbox;
  const cells = new Map();
  for (const { unit, place } of units) {
    const [lon, lat] = place.at;
    if (!['source', 'community'].includes(place.precision)) continue;
    if (lon < west || lon > east || lat < south || lat > north) continue;
    const key = `${Math.floor(((lon - west) / (east - west)) * size)}:${Math.floor(((lat - south) / (north - south)) * size)}`;
    const cell =
      cells.get(key) ?? cells.set(key, { longitude: lon, latitude: lat, count: 0, unit: unit.unit }).get(key);
    cell.count += 1;
  }
  return [...cells.values()].map(({ unit, ...cell }) => (cell.count === 1 ? { ...cell, unit } : cell));
}

export const mapHandlers = (found) => ({
  map_units({ query, empty }) {
    const units = (empty ? [] : found(query)).map(({ unit }) => ({ unit, place: placeOf(unit) }));
    const count = (test) => units.filter(test).length;
    const bbox = (query.get('bbox') ?? '113.7,22.4,114.7,22.9').split(',').map(Number);
    const streets = [...new Set(units.map(({ place }) => place.street ?? ''))].map((code) => ({
      code,
      title: regions.get(code) ?? '街道未知',
      count: count(({ place }) => (place.street ?? '') === code),
      ...(code ? { area: code.slice(0, 6) } : {}),
      ...pointOf(code),
    }));
    return {
      body: {
        areas: [...names.keys(), 'outside', 'none'].map((id) => ({
          id,
          title: names.get(id) ?? { outside: '市外', none: '无坐标' }[id],
          count: count(({ place }) => place.area === id),
          ...pointOf(id),
        })),
        streets: streets.sort((a, b) => b.count - a.count),
        precisions: Object.keys(titles).map((code) => ({
          code,
          title: titles[code],
          count: count(({ place }) => place.precision === code),
        })),
        cells: cellsOf(units, bbox, Number(query.get('cells') ?? 32)),
        cells_hidden: false,
        total: units.length,
        total_is_exact: true,
        took_us: 4200,
      },
    };
  },
  list_areas: () => ({
    body: {
      type: 'FeatureCollection',
      features: [...[...names.keys()].map(areaFeature), ...drawn.values()],
      sources: ['演示用边界：catalog/geo/borders.csv', '演示用点位：catalog/geo/centres.csv'],
      version: '2021',
    },
  }),
  create_area({ body }) {
    const ring = body.geometry?.coordinates?.[0];
    if (!Array.isArray(ring) || ring.length < 4)
      throw new Problem(422, 'invalid', '内容不合要求', '几何类型应为 Polygon 或 MultiPolygon');
    const id = `u${JSON.stringify(body.geometry).length}${drawn.size}`;
    const area = {
      type: 'Feature',
      id,
      properties: { id, name: body.name, kind: 'drawn', created_at: new Date().toISOString() },
      geometry: body.geometry,
    };
    drawn.set(id, area);
    return { body: area, status: 201 };
  },
  delete_area: ({ parts }) => void drawn.delete(parts[0]),
});
