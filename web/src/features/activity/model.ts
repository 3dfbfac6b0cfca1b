// The document of a model as the editor changes it: plain data in, plain data out.
import type { Lang } from '../../i18n';

export interface Indicator {
  code: string;
  title_zh?: string;
  title_en?: string;
  unit?: string;
  parent?: string;
  weight?: number;
  value?: string;
  base?: string;
  normalise?: string | ({ method: string } & Record<string, unknown>);
  treat?: unknown;
  [key: string]: unknown;
}

export interface Group {
  code: string;
  title_zh?: string;
  title_en?: string;
  parent?: string;
  weight?: number;
  [key: string]: unknown;
}

export interface Column {
  source: string;
  field: string;
  reduce?: string;
  months?: number;
  shift?: number;
}

export interface Document {
  id: string;
  title_zh?: string;
  title_en?: string;
  columns?: Record<string, Column>;
  groups?: Group[];
  indicators: Indicator[];
  weights_total?: number;
  [key: string]: unknown;
}

export const titleOf = (node: { code?: string; title_zh?: string; title_en?: string }, lang: Lang): string =>
  (lang === 'zh' ? node.title_zh : node.title_en) ?? node.title_zh ?? node.code ?? '';

/** The word for what a node without parent belongs to. */
export const rootOf = (document: Document): string =>
  document.groups?.find((group) => !group.parent)?.code ?? 'score';

export interface Branch {
  code: string;
  sum: number;
  isWhole: boolean;
}

/** The sum of the stated weights below each group; whole when it is what the model says it must be. */
export function branches(document: Document): Branch[] {
  const total = document.weights_total ?? 100;
  const root = rootOf(document);
  const sums = new Map<string, number>();
  for (const node of [...(document.groups ?? []), ...document.indicators]) {
    const parent = node.parent ?? (node.code === root ? undefined : root);
    if (parent !== undefined) sums.set(parent, (sums.get(parent) ?? 0) + (node.weight ?? 0));
  }
  return [...sums].map(([code, sum]) => ({ code, sum, isWhole: Math.abs(sum - total) <= 0.01 }));
}

export const isWhole = (document: Document): boolean => branches(document).every((branch) => branch.isWhole);

export const methodOf = (indicator: Indicator): string =>
  typeof indicator.normalise === 'string' ? indicator.normalise : (indicator.normalise?.method ?? 'minmax');

function withNode(document: Document, code: string, change: Record<string, unknown>): Document {
  const edit = <N extends { code: string }>(node: N): N => (node.code === code ? { ...node, ...change } : node);
  return {
    ...document,
    groups: document.groups?.map(edit),
    indicators: document.indicators.map(edit),
  };
}

export const withWeight = (document: Document, code: string, weight: number): Document =>
  withNode(document, code, { weight });

export const withValue = (document: Document, code: string, value: string): Document =>
  withNode(document, code, { value });

/** Another method with its own defaults: parameters of the old one mean nothing to it. */
export const withMethod = (document: Document, code: string, method: string): Document =>
  withNode(document, code, { normalise: { method } });

export const without = (document: Document, code: string): Document => ({
  ...document,
  indicators: document.indicators.filter((indicator) => indicator.code !== code),
});

export const indicatorsOf = (document: Document, group: string): Indicator[] =>
  document.indicators.filter((indicator) => (indicator.parent ?? rootOf(document)) === group);

/** Where a value comes from, in words: the columns that its expression names. */
export function columnsOf(document: Document, expression: string | undefined): [string, Column][] {
  const words = new Set(expression?.match(/[A-Za-z_]\w*/g) ?? []);
  return Object.entries(document.columns ?? {}).filter(([name]) => words.has(name));
}

export function decimal(value: number | null | undefined, digits = 1): string {
  return value === null || value === undefined || !Number.isFinite(value)
    ? '—'
    : value.toLocaleString('en-US', { minimumFractionDigits: digits, maximumFractionDigits: digits });
}

export function signed(value: number): string {
  const size = decimal(Math.abs(value));
  return Number(size.replace(/,/g, '')) === 0 ? size : `${value > 0 ? '+' : '−'}${size}`;
}
