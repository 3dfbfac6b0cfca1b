// How values are shown. What is not known is "—"; nothing here ever shows "undefined", "null" or "NaN".
import type { Lang } from '../i18n';

export const unknown = '—';

export function text(value: string | null | undefined): string {
  return value === undefined || value === null || value.trim() === '' ? unknown : value;
}

export function count(value: number | null | undefined): string {
  return value === undefined || value === null || !Number.isFinite(value) ? unknown : value.toLocaleString('en-US');
}

/** A UTC time as the wall clock of the reader, to the second; a plain date stays as it is. */
export function time(value: string | null | undefined): string {
  if (!value) return unknown;
  if (/^\d{4}(-\d{2}){0,2}$/.test(value)) return value;
  const date = new Date(value);
  if (Number.isNaN(date.getTime())) return value;
  const two = (n: number) => String(n).padStart(2, '0');
  const day = `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
  return `${day} ${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`;
}

export function bytes(value: number | null | undefined): string {
  if (value === undefined || value === null || !Number.isFinite(value)) return unknown;
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];
  let amount = value;
  let unit = 0;
  while (amount >= 1024 && unit < units.length - 1) {
    amount /= 1024;
    unit += 1;
  }
  return `${unit === 0 ? amount : amount.toFixed(1)} ${units[unit]}`;
}

export function duration(seconds: number | null | undefined, lang: Lang): string {
  if (seconds === undefined || seconds === null || !Number.isFinite(seconds)) return unknown;
  const days = Math.floor(seconds / 86400);
  const hours = Math.floor((seconds % 86400) / 3600);
  const minutes = Math.floor((seconds % 3600) / 60);
  const parts: [number, string, string][] = [
    [days, '天', 'd'],
    [hours, '小时', 'h'],
    [minutes, '分', 'min'],
  ];
  const shown = parts.filter(([n]) => n > 0).map(([n, zh, en]) => (lang === 'zh' ? `${n}${zh}` : `${n} ${en}`));
  return shown.length ? shown.join(lang === 'zh' ? '' : ' ') : lang === 'zh' ? '不到1分' : '< 1 min';
}

/** Fields whose values are whole fen; kept equal to the rows of type money in catalog/fields.csv by a test. */
export const moneyFields: ReadonlySet<string> = new Set([
  'capital',
  'revenue',
  'main_revenue',
  'assets',
  'expense',
  'tax_sales',
  'tax_paid',
  'subsidy',
  'rd_expense',
  'profit',
  'project_investment',
]);

/** Whole fen as yuan, digit by digit, so that no amount is rounded. */
export function yuan(fen: string, lang: Lang): string {
  const match = /^(-?)0*(\d+)$/.exec(fen);
  if (!match) return fen;
  const digits = match[2]!.padStart(3, '0');
  const whole = digits.slice(0, -2).replace(/\B(?=(\d{3})+$)/g, ',');
  const cents = digits.slice(-2);
  const amount = `${match[1]}${whole}${cents === '00' ? '' : `.${cents}`}`;
  return lang === 'zh' ? `${amount} 元` : `CNY ${amount}`;
}

/** A field's value for people: the text of its code, money in yuan, or as it is. */
export function fieldValue(field: string, value: string | undefined, title: string | undefined, lang: Lang): string {
  if (!value) return unknown;
  if (title && title !== value) return `${title}`;
  return moneyFields.has(field) ? yuan(value, lang) : value;
}
