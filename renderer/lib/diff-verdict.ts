import type { Diff, EarlyVerdict, TableDiff, Verdict } from '../../shared/contract/diffs.ts';
import { formatBytes, formatCount, plural } from './format.ts';

export type VerdictWords = {
  /** The verdict in a few words. */
  headline: string;
  /** What stands behind it, with exact counts: one sentence without a full stop, or ''. */
  detail: string;
};

const SAME: Record<'identical' | 'identical_data', string> = {
  identical: 'every byte is the same',
  identical_data: 'no value differs, though the files are written differently',
};

/** What a comparison found, in words. */
export function verdictWords(diff: Diff): VerdictWords {
  const { verdict } = diff;
  if (verdict === 'identical') return { headline: 'Identical', detail: SAME.identical };
  if (verdict === 'identical_data')
    return {
      headline: 'Same data, different bytes',
      detail:
        diff.kind === 'table'
          ? SAME.identical_data
          : diff.kind === 'image'
            ? 'every pixel is the same, though the files are written differently'
            : 'the content is the same, though it is written differently',
    };
  if (verdict === 'order_only')
    return { headline: 'Only the order changed', detail: diff.kind === 'table' ? orderWords(diff) : '' };
  if (verdict === 'schema_only')
    return {
      headline: 'Only the schema changed',
      detail: diff.kind === 'table' ? [schemaWords(diff), 'no value differs'].filter(Boolean).join(', ') : '',
    };
  return { headline: 'Data changed', detail: changedWords(diff) };
}

function orderWords({ rows, columns }: TableDiff): string {
  const words = rows.moved > 0 ? [`${plural(rows.moved, 'row')} moved`] : [];
  if (rows.moved === 0 && columns.length > 1) words.push('columns are in another order');
  return [...words, 'no value differs'].join(', ');
}

/** `2 columns added, 1 renamed` …, only what happened; '' for nothing. */
function schemaWords({ columns }: TableDiff): string {
  return (['added', 'removed', 'renamed', 'retyped'] as const)
    .map((status) => ({ status, count: columns.filter((column) => column.status === status).length }))
    .filter(({ count }) => count > 0)
    .map(({ status, count }, at) => `${at === 0 ? plural(count, 'column') : formatCount(count)} ${status}`)
    .join(', ');
}

function changedWords(diff: Diff): string {
  switch (diff.kind) {
    case 'table':
      return tableWords(diff);
    case 'folder': {
      const { files } = diff;
      return (['changed', 'added', 'removed', 'renamed'] as const)
        .filter((status) => files[status] > 0)
        .map((status, at) => `${at === 0 ? plural(files[status], 'file') : formatCount(files[status])} ${status}`)
        .join(', ');
    }
    case 'image': {
      if (!diff.pixels)
        return diff.before &&
          diff.after &&
          (diff.before.width !== diff.after.width || diff.before.height !== diff.after.height)
          ? `${diff.before.width} × ${diff.before.height} became ${diff.after.width} × ${diff.after.height}`
          : 'the pixels could not be compared';
      const { changed, compared } = diff.pixels;
      return `${plural(changed, 'pixel')} of ${formatCount(compared)} differ${changed === 1 ? 's' : ''} (${share(changed, compared)})`;
    }
    case 'text':
      return diff.lines
        ? counted([diff.lines.added, 'lines added'], [diff.lines.removed, 'removed']) ||
            'line endings or encoding differ'
        : '';
    case 'binary':
      return diff.bytes.before === diff.bytes.after
        ? `${formatBytes(diff.bytes.after)} on both sides, other content`
        : `${formatBytes(diff.bytes.before)} became ${formatBytes(diff.bytes.after)}`;
  }
}

function tableWords(diff: TableDiff): string {
  const { rows, columns } = diff;
  const touched = columns.filter((column) => column.changedCells > 0).length;
  const words = [
    rows.changed > 0
      ? `${plural(rows.changed, 'row')} changed in ${formatCount(touched)} of ${plural(columns.length, 'column')}`
      : '',
    ...(['added', 'removed'] as const)
      .filter((kind) => rows[kind] > 0)
      .map(
        (kind, at) => `${rows.changed === 0 && at === 0 ? plural(rows[kind], 'row') : formatCount(rows[kind])} ${kind}`,
      ),
    schemaWords(diff),
  ];
  return words.filter(Boolean).join(', ');
}

function counted(...parts: readonly (readonly [number, string])[]): string {
  return parts
    .filter(([count]) => count > 0)
    .map(([count, what]) => `${formatCount(count)} ${what}`)
    .join(', ');
}

/** A share for people: `12.3 %`, and never `0 %` or `100 %` when it is not. */
export function share(part: number, whole: number): string {
  if (whole === 0 || part === 0) return '0 %';
  const percent = (100 * part) / whole;
  if (part === whole) return '100 %';
  if (percent < 0.01) return '< 0.01 %';
  if (percent > 99.99) return '> 99.99 %';
  return `${percent < 1 || percent > 99 ? percent.toFixed(2) : percent < 10 ? percent.toFixed(1) : percent > 99.5 ? percent.toFixed(1) : percent.toFixed(0)} %`;
}

/** The first thing that can be said while the comparison is at work; null while nothing is certain. */
export function earlyWords(early: EarlyVerdict | null): VerdictWords | null {
  if (!early) return null;
  const { rowsBefore, rowsAfter, columnsAdded, columnsRemoved } = early;
  const facts = [
    rowsBefore === null || rowsAfter === null
      ? ''
      : rowsBefore === rowsAfter
        ? `${plural(rowsAfter, 'row')} on both sides`
        : `${plural(rowsBefore, 'row')} before, ${formatCount(rowsAfter)} after`,
    columnsAdded > 0 ? `${plural(columnsAdded, 'column')} added` : '',
    columnsRemoved > 0 ? `${plural(columnsRemoved, 'column')} removed` : '',
  ].filter(Boolean);
  if (early.verdict === null && facts.length === 0) return null;
  return { headline: early.verdict === null ? 'So far' : EARLY[early.verdict], detail: facts.join(', ') };
}

const EARLY: Record<Verdict, string> = {
  identical: 'Identical',
  identical_data: 'Same data, different bytes',
  order_only: 'Only the order changed',
  schema_only: 'Only the schema changed',
  changed: 'Data changed',
};

/** A verdict in two or three words, for lists. */
export function verdictLabel(verdict: Verdict): string {
  return EARLY[verdict];
}

/** How the rows were matched, as a sentence without a full stop. */
export function keyWords({ key, rows }: TableDiff): string {
  const names = key.columns.join(' + ');
  if (key.source === 'none') return 'No key: equal rows were matched first, then the most alike';
  if (key.source === 'declared') return `Rows matched by ${names}, as you asked`;
  const unique = key.uniqueBefore && key.uniqueAfter;
  if (unique) return `Rows matched by ${names}, found: unique on both sides`;
  const repeated = rows.duplicateKeysBefore + rows.duplicateKeysAfter;
  return `Rows matched by ${names}, found: ${repeated > 0 ? `${plural(repeated, 'repeated key')}` : 'not unique'}`;
}
