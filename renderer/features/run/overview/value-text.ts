import { formatNumber, fullNumber } from '../../../lib/format.ts';

/** A param or summary value in a cell: numbers as they are written everywhere, texts bare, lists and objects as JSON. */
export function valueText(value: unknown): string {
  if (typeof value === 'number') return formatNumber(value, 6);
  if (typeof value === 'string') return value;
  return JSON.stringify(value) ?? '';
}

/** The same with nothing left out, for copying and for the tooltip. */
export function fullText(value: unknown): string {
  return typeof value === 'number'
    ? fullNumber(value)
    : typeof value === 'string'
      ? value
      : JSON.stringify(value, null, 2);
}
