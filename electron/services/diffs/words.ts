import { lostWords, typeWords } from '../../../shared/type-words.ts';
import type { ColumnDiff, Diff, Verdict } from './types.ts';

const VERDICTS: Record<Verdict, string> = {
  identical: 'Identical, byte for byte',
  identical_data: 'The same data in other bytes',
  order_only: 'Only the order of rows changed',
  schema_only: 'Only the columns changed',
  changed: 'Changed',
};

/** A count with its unit, in groups of three: `1,234 rows`, `1 row`. */
export function many(count: number, one: string, more = `${one}s`): string {
  return `${count.toLocaleString('en-US')} ${count === 1 ? one : more}`;
}

/** The verdict and the counts behind it in one sentence, without a full stop. */
export function verdictLine(diff: Diff): string {
  const verdict = VERDICTS[diff.verdict];
  const parts = partsOf(diff).filter((part) => !part.startsWith('0 '));
  return parts.length > 0 ? `${verdict}: ${parts.join(', ')}` : verdict;
}

function partsOf(diff: Diff): string[] {
  switch (diff.kind) {
    case 'table': {
      const { rows, columns } = diff;
      const of = (status: string): number => columns.filter((column) => column.status === status).length;
      return [
        `${many(rows.added, 'row')} added`,
        `${many(rows.removed, 'row')} removed`,
        `${many(rows.changed, 'row')} changed`,
        `${many(rows.moved, 'row')} moved`,
        ...['added', 'removed', 'renamed', 'retyped'].map((status) => `${many(of(status), 'column')} ${status}`),
      ];
    }
    case 'folder':
      return (['added', 'removed', 'changed', 'renamed'] as const).map(
        (status) => `${many(diff.files[status], 'file')} ${status}`,
      );
    case 'text':
      return diff.lines
        ? [`${many(diff.lines.added, 'line')} added`, `${many(diff.lines.removed, 'line')} removed`]
        : [];
    case 'image':
      return imageParts(diff);
    case 'binary':
      return diff.verdict === 'identical'
        ? []
        : [`${many(diff.bytes.before, 'byte')} before`, `${many(diff.bytes.after, 'byte')} after`];
  }
}

function imageParts({ before, after, pixels }: Diff & { kind: 'image' }): string[] {
  if (pixels) return [`${many(pixels.changed, 'pixel')} of ${many(pixels.compared, 'pixel')} changed`];
  const size = (one: typeof before): string => (one ? `${one.width} × ${one.height}` : 'not readable');
  return size(before) === size(after) ? [] : [`${size(before)} before`, `${size(after)} after`];
}

/** The types of a column in words: `text`, or for a retyped one `text → number, no value lost`. */
export function columnTypes({ typeBefore, typeAfter, lost }: ColumnDiff): string {
  const { before, after } = typeWords(typeBefore, typeAfter);
  const types = [before, after].filter((word, i, all) => word !== '' && word !== all[i - 1]).join(' → ');
  return lost === undefined ? types : `${types}, ${lostWords(lost)}`;
}

/** How rows were matched, in one sentence; null for what has no rows. */
export function keySentence(diff: Diff): string | null {
  if (diff.kind !== 'table') return null;
  const { columns, source, uniqueBefore, uniqueAfter } = diff.key;
  if (source === 'none')
    return diff.verdict === 'identical' ? null : 'Rows matched by all their cells: no column is a key on both sides.';
  const unique =
    uniqueBefore && uniqueAfter
      ? 'unique on both sides'
      : uniqueBefore
        ? 'not unique after'
        : uniqueAfter
          ? 'not unique before'
          : 'not unique on either side';
  return `Rows matched by ${columns.join(' + ')} (${source}, ${unique}).`;
}

/** What is known of two images side by side: a name, then both values. */
export function imageFacts({ before, after, metadata }: Diff & { kind: 'image' }): [string, string, string][] {
  const names = ['format', 'width', 'height', 'mode', 'pages', 'bytes'] as const;
  return [
    ...names.map((name): [string, string, string] => [name, String(before?.[name] ?? ''), String(after?.[name] ?? '')]),
    ...metadata.map((one): [string, string, string] => [one.name, one.before ?? '', one.after ?? '']),
  ];
}
