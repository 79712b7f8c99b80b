import type { ColumnDiff, ColumnDrift, TableDiff } from '../../../../shared/contract/diffs.ts';
import type { ColumnStats } from '../../../../shared/contract/tables.ts';
import { lostWords, typeWord, typeWords } from '../../../../shared/type-words.ts';
import { formatNumber } from '../../../lib/format.ts';

/** Rows that both sides have: those in which a cell can have changed. */
export function matchedRows({ rows }: TableDiff): number {
  return Math.max(0, rows.before - rows.removed);
}

/** Columns with the most changed cells first, then those whose schema changed, then as the table has them. */
export function byImpact(columns: readonly ColumnDiff[]): ColumnDiff[] {
  const schema = (column: ColumnDiff): number => (column.status === 'same' ? 0 : 1);
  return columns
    .map((column, at) => ({ column, at }))
    .sort((a, b) => b.column.changedCells - a.column.changedCells || schema(b.column) - schema(a.column) || a.at - b.at)
    .map(({ column }) => column);
}

/** A difference with its sign, and a true minus: `+1,204`, `−3`, `0`. */
export function signed(value: number): string {
  if (value === 0) return '0';
  const size = Math.abs(value);
  const text = Number.isInteger(value)
    ? size.toLocaleString('en-US', { maximumFractionDigits: 0 })
    : formatNumber(size);
  return `${value < 0 ? '−' : '+'}${text}`;
}

/** An estimated count of distinct values may be off by some per cent; a smaller difference says nothing. */
const ESTIMATE_OFF = 0.06;

export type Fact = { name: string; text: string; title?: string };

/** What a row of the columns says besides the changed cells: nulls, distinct values and mean, each only when it moved. */
export function columnFacts(column: ColumnDiff, drift: ColumnDrift | undefined): Fact[] {
  const facts: Fact[] = [];
  const { nullsBefore, nullsAfter } = column;
  if (nullsBefore !== null && nullsAfter !== null && nullsBefore !== nullsAfter)
    facts.push({
      name: 'nulls',
      text: signed(nullsAfter - nullsBefore),
      title: `${nullsBefore.toLocaleString('en-US')} NULLs before, ${nullsAfter.toLocaleString('en-US')} after`,
    });
  const { before, after } = drift ?? {};
  if (!before || !after) return facts;
  const odd = (after.notNumbers?.count ?? 0) - (before.notNumbers?.count ?? 0);
  if (odd !== 0)
    facts.push({
      name: 'not a number',
      text: signed(odd),
      title: `${notNumberWords(before)} before, ${notNumberWords(after)} after`,
    });
  const exact = before.distinctExact && after.distinctExact;
  const moved = Math.abs(after.distinct - before.distinct);
  if (exact ? moved > 0 : moved > ESTIMATE_OFF * Math.max(before.distinct, after.distinct))
    facts.push({
      name: 'distinct',
      text: `${exact ? '' : '≈ '}${signed(after.distinct - before.distinct)}`,
      title: `${before.distinct.toLocaleString('en-US')} distinct values before, ${after.distinct.toLocaleString('en-US')} after`,
    });
  if (before.mean !== null && after.mean !== null) {
    const [old, now] = [formatNumber(before.mean), formatNumber(after.mean)];
    const title = `mean ${before.mean} before, ${after.mean} after`;
    if (old !== now) facts.push({ name: 'mean', text: `${old} → ${now}`, title });
  }
  return facts;
}

/** `2 values that are no numbers ("NA", "–")`; `none` where every value is one. */
export function notNumberWords({ notNumbers }: ColumnStats): string {
  if (!notNumbers || notNumbers.count === 0) return 'none';
  const { count, values } = notNumbers;
  return `${count === 1 ? '1 value that is no number' : `${count.toLocaleString('en-US')} values that are no numbers`} (${values.map((value) => JSON.stringify(value)).join(', ')})`;
}

/** `Wasserstein distance (normed) 0.18, drifted at 0.1 or more`: a score never stands without its test. */
export function driftWords(drift: NonNullable<ColumnDrift['drift']>): string {
  const bound = drift.scale === 'distance' ? 'or more' : 'or less';
  const score = `${drift.scale === 'p-value' ? 'p = ' : ''}${formatNumber(drift.score, 3)}`;
  return `${drift.test}: ${score}, drifted at ${formatNumber(drift.threshold)} ${bound}`;
}

/** What happened to a column, for its place in the schema; '' when nothing did. */
export function schemaChange(column: ColumnDiff): string {
  switch (column.status) {
    case 'added':
      return typeWord(column.typeAfter);
    case 'removed':
      return typeWord(column.typeBefore);
    case 'renamed':
      return `from ${column.renamedFrom}`;
    case 'retyped': {
      const { before, after } = typeWords(column.typeBefore, column.typeAfter);
      return `${before} → ${after}${column.lost === undefined ? '' : `, ${lostWords(column.lost)}`}`;
    }
    case 'same':
      return '';
  }
}

/** The types themselves, as the database calls them, for whoever points at their words. */
export function exactTypes({ typeBefore, typeAfter }: ColumnDiff): string {
  return [...new Set([typeBefore, typeAfter])].filter((type) => type !== null).join(' → ');
}

/** The message of a named pattern without the column and the count, which stand beside it: `price: multiplied by 100 (12 cells).` is `multiplied by 100`. */
export function patternWords({ column, message }: { column: string; message: string }): string {
  const text = message.startsWith(`${column}: `) ? message.slice(column.length + 2) : message;
  return text.replace(/\s*\([\d,]+ cells?\)/, '').replace(/\.$/, '');
}
