// The search as the address of the page: what can be typed, linked, saved and exported is the same set of parameters.
export const facetNames = ['district', 'industry', 'size', 'status', 'source'] as const;
export type FacetName = (typeof facetNames)[number];
export const sorts = ['relevance', 'name', 'founded', 'unit'] as const;

export interface SearchQuery {
  q?: string;
  district?: string;
  industry?: string;
  size?: string;
  status?: string;
  source?: string;
  has_conflict?: boolean;
  has_missing?: boolean;
  /** Ids of areas, own drawn ones included, none or outside. */
  within?: string;
  precision?: string;
  sort?: (typeof sorts)[number];
}

const yes = (value: string | null) => (value === 'true' ? true : undefined);

/** Reads the parameters this page knows; others are dropped, because the interface refuses what it does not know. */
export function fromParams(params: URLSearchParams): SearchQuery {
  const query: SearchQuery = { q: params.get('q')?.trim() || undefined };
  for (const name of facetNames) query[name] = params.get(name) || undefined;
  query.has_conflict = yes(params.get('has_conflict'));
  query.has_missing = yes(params.get('has_missing'));
  query.within = params.get('within') || undefined;
  query.precision = params.get('precision') || undefined;
  query.sort = sorts.find((sort) => sort === params.get('sort'));
  return query;
}

export function toStrings(query: SearchQuery): Record<string, string> {
  const out: Record<string, string> = {};
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined && value !== '' && value !== false) out[name] = String(value);
  }
  return out;
}

export const chosen = (query: SearchQuery, name: FacetName): string[] =>
  query[name]?.split(',').filter(Boolean) ?? [];

export function toggle(query: SearchQuery, name: FacetName, code: string): SearchQuery {
  const codes = chosen(query, name);
  const next = codes.includes(code) ? codes.filter((c) => c !== code) : [...codes, code];
  return { ...query, [name]: next.length ? next.join(',') : undefined };
}
