import type { MergedRow } from './merged-rows.ts';
import type { Diff } from './types.ts';
import { columnTypes, imageFacts, keySentence, many, verdictLine } from './words.ts';

const MOST_COLUMNS = 12;
const MOST_ENTRIES = 50;
const LONGEST = 80;
/** A space of no width. */
const UNSEEN = '&#8203;';

type Names = { old: string; now: string };

/** A summary for a pull request; everything that comes from the files stands as text, whatever is in it. */
export function markdownReport(diff: Diff, names: Names, rows: readonly MergedRow[]): string {
  const lines = [`### ${plain(names.old)} → ${plain(names.now)}`, '', `**${verdictLine(diff)}**`, ''];
  if (diff.kind === 'table') {
    const { rows: r } = diff;
    lines.push(
      ...grid(
        ['rows before', 'rows after', 'added', 'removed', 'changed', 'unchanged', 'moved'],
        [
          [r.before, r.after, r.added, r.removed, r.changed, r.unchanged, r.moved].map((count) =>
            count.toLocaleString('en-US'),
          ),
        ],
      ),
    );
    const key = keySentence(diff);
    if (key) lines.push('', plain(key));
    const changed = diff.columns.filter(({ status, changedCells }) => status !== 'same' || changedCells > 0);
    if (changed.length > 0) {
      const body = changed
        .sort((a, b) => b.changedCells - a.changedCells)
        .slice(0, MOST_ENTRIES)
        .map((column) => [
          plain(column.renamedFrom === null ? column.name : `${column.renamedFrom} → ${column.name}`),
          column.status,
          plain(columnTypes(column)),
          column.changedCells.toLocaleString('en-US'),
          column.nullsBefore === null || column.nullsAfter === null
            ? ''
            : `${column.nullsBefore} → ${column.nullsAfter}`,
        ]);
      lines.push('', ...grid(['column', 'status', 'type', 'changed cells', 'NULLs'], body));
      if (changed.length > MOST_ENTRIES)
        lines.push('', `and ${many(changed.length - MOST_ENTRIES, 'more column', 'more columns')}`);
    }
    if (rows.length > 0) lines.push('', ...rowsOf(diff, rows));
  } else if (diff.kind === 'folder') {
    const { files } = diff;
    lines.push(...grid(Object.keys(files), [Object.values(files).map(String)]));
    const body = diff.entries
      .slice(0, MOST_ENTRIES)
      .map((entry) => [
        entry.status,
        plain(entry.renamedFrom === null ? entry.path : `${entry.renamedFrom} → ${entry.path}`),
        `${entry.bytesBefore ?? ''}`,
        `${entry.bytesAfter ?? ''}`,
      ]);
    if (body.length > 0) lines.push('', ...grid(['', 'file', 'bytes before', 'bytes after'], body));
    if (diff.entries.length > MOST_ENTRIES)
      lines.push('', `and ${many(diff.entries.length - MOST_ENTRIES, 'more file', 'more files')}`);
  } else if (diff.kind === 'image') {
    const facts = imageFacts(diff).map((row) => row.map((fact) => plain(fact)));
    lines.push(...grid(['', 'before', 'after'], facts));
  } else {
    lines.push(
      ...grid(
        ['', 'before', 'after'],
        [
          ['bytes', String(diff.bytes.before), String(diff.bytes.after)],
          ...(diff.lines ? [['lines', String(diff.lines.before), String(diff.lines.after)]] : []),
          ['MD5', diff.md5.before, diff.md5.after],
        ],
      ),
    );
  }
  if (diff.findings.length > 0) {
    lines.push('');
    for (const { code, message, side } of diff.findings)
      lines.push(`- \`${code}\`${side ? ` (${side})` : ''}: ${plain(message, 300)}`);
  }
  return `${lines.join('\n')}\n`;
}

function rowsOf(diff: Diff & { kind: 'table' }, rows: readonly MergedRow[]): string[] {
  const { columns, key } = diff;
  const own = columns
    .map(({ name }, i) => ({
      name,
      i,
      weight: key.columns.includes(name) ? 2 : rows.some((row) => row.cells[i]!.changed) ? 1 : 0,
    }))
    .sort((a, b) => b.weight - a.weight || a.i - b.i)
    .slice(0, MOST_COLUMNS)
    .sort((a, b) => a.i - b.i);
  const shown = (cell: string | null | undefined): string =>
    cell === undefined ? '' : cell === null ? '*NULL*' : plain(cell);
  const body = rows.map(({ kind, cells }) => [
    kind,
    ...own.map(({ i }) => {
      const { old, now, changed } = cells[i]!;
      return changed ? `~~${shown(old)}~~ **${shown(now)}**` : shown(now === undefined ? old : now);
    }),
  ]);
  const total = diff.rows.added + diff.rows.removed + diff.rows.changed;
  return [
    `<details><summary>The first ${rows.length.toLocaleString('en-US')} of ${many(total, 'row')}</summary>`,
    '',
    ...grid(['', ...own.map(({ name }) => plain(name))], body),
    '',
    '</details>',
  ];
}

function grid(header: readonly string[], body: readonly (readonly string[])[]): string[] {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [line(header), line(header.map(() => '---')), ...body.map(line)];
}

/** Text of a file as text of Markdown: no markup, no mention, no link, one line. */
function plain(text: string, longest = LONGEST): string {
  const short = text.length > longest ? `${text.slice(0, longest)}…` : text;
  return (
    short
      .replaceAll(/\s+/g, ' ')
      .replaceAll('&', '&amp;')
      .replaceAll('<', '&lt;')
      .replaceAll(/[\\`*_{}[\]()#!|~>]/g, '\\$&')
      // mentions, issues and links are made of the text that stands on the page, whatever it was written as: something unseen parts them
      .replaceAll('@', `@${UNSEEN}`)
      .replaceAll('\\#', `\\#${UNSEEN}`)
      .replaceAll('://', `:${UNSEEN}//`)
      .replaceAll(/\bwww\./gi, (start) => `${start.slice(0, 3)}${UNSEEN}.`)
  );
}
