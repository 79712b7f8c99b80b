import type { MergedRow } from './merged-rows.ts';
import type { Diff } from './types.ts';
import { columnTypes, imageFacts, keySentence, verdictLine } from './words.ts';

const MOST_COLUMNS = 60;
const MOST_ENTRIES = 2000;
const LONGEST = 200;

const STYLE = `:root{color-scheme:light dark;--line:#8884;--add:#2a92;--del:#d332;--mod:#c802}
body{font:14px/1.5 system-ui,sans-serif;margin:2rem auto;max-width:80rem;padding:0 1rem}
h1{font-size:1.3rem;margin:0}.verdict{font-size:1.1rem;margin:.3rem 0 1rem}h2{font-size:1rem;margin:1.5rem 0 .4rem}
.scroll{overflow-x:auto}table{border-collapse:collapse}th,td{border:1px solid var(--line);padding:.15rem .5rem;text-align:left;vertical-align:top;white-space:pre-wrap;overflow-wrap:anywhere}
.scroll td{max-width:24rem;min-width:3rem}td.n{text-align:right;font-variant-numeric:tabular-nums}
.added{background:var(--add)}.removed{background:var(--del)}td.mod{background:var(--mod)}del{opacity:.7}.null{font-style:italic;opacity:.6}`;

/** One page that needs nothing from anywhere else: no script, no image, no font. Every value of the files is escaped. */
export function htmlReport(diff: Diff, names: { old: string; now: string }, rows: readonly MergedRow[]): string {
  const title = `${names.old} → ${names.now}`;
  const key = keySentence(diff);
  const body = [
    `<h1>${escaped(title)}</h1><p class="verdict">${escaped(verdictLine(diff))}</p>`,
    key ? `<p>${escaped(key)}</p>` : '',
    bodyOf(diff, rows),
    diff.findings.length > 0
      ? `<h2>Findings</h2>${grid(
          ['code', 'side', 'what'],
          diff.findings.map(({ code, side, message }) => [cell(code), cell(side ?? ''), cell(message, 2000)]),
        )}`
      : '',
  ];
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>${escaped(title)}</title><style>${STYLE}</style></head>
<body>${body.join('\n')}</body></html>
`;
}

function bodyOf(diff: Diff, rows: readonly MergedRow[]): string {
  if (diff.kind === 'table') return tableOf(diff, rows);
  if (diff.kind === 'folder') return folderOf(diff);
  return diff.kind === 'image' ? imageOf(diff) : bytesOf(diff);
}

function imageOf(diff: Diff & { kind: 'image' }): string {
  return grid(
    ['', 'before', 'after'],
    imageFacts(diff).map((facts) => facts.map((fact) => cell(fact))),
  );
}

function tableOf(diff: Diff & { kind: 'table' }, rows: readonly MergedRow[]): string {
  const counts = Object.entries(diff.rows).filter(([name]) => !name.startsWith('duplicate'));
  const columns = [...diff.columns].sort((a, b) => b.changedCells - a.changedCells).slice(0, MOST_ENTRIES);
  const total = diff.rows.added + diff.rows.removed + diff.rows.changed;
  return [
    '<h2>Rows</h2>',
    grid(
      counts.map(([name]) => name),
      [counts.map(([, count]) => number(count))],
    ),
    `<h2>Columns${columns.length < diff.columns.length ? ` (${columns.length} of ${diff.columns.length}, those with most changed cells)` : ''}</h2>`,
    grid(
      ['column', 'status', 'type', 'changed cells', 'NULLs before', 'NULLs after'],
      columns.map((column) => [
        cell(column.renamedFrom === null ? column.name : `${column.renamedFrom} → ${column.name}`),
        cell(column.status),
        `<td title="${escaped([...new Set([column.typeBefore, column.typeAfter])].filter((type) => type !== null).join(' → '))}">${escaped(columnTypes(column))}</td>`,
        number(column.changedCells),
        number(column.nullsBefore),
        number(column.nullsAfter),
      ]),
    ),
    rows.length > 0 ? `<h2>Changed rows (${rows.length} of ${total})</h2>${rowsOf(diff, rows)}` : '',
  ].join('\n');
}

function rowsOf(diff: Diff & { kind: 'table' }, rows: readonly MergedRow[]): string {
  const own = diff.columns.map(({ name }, i) => ({ name, i })).slice(0, MOST_COLUMNS);
  const value = (text: string | null | undefined): string =>
    text === undefined ? '' : text === null ? '<span class="null">NULL</span>' : escaped(short(text, LONGEST));
  const lines = rows.map(({ kind, cells }) => {
    const tds = own.map(({ i }) => {
      const { old, now, changed } = cells[i]!;
      return changed
        ? `<td class="mod"><del>${value(old)}</del> → ${value(now)}</td>`
        : `<td>${value(now === undefined ? old : now)}</td>`;
    });
    return `<tr class="${kind}"><td>${kind}</td>${tds.join('')}</tr>`;
  });
  return `<div class="scroll"><table><tr><th></th>${own.map(({ name }) => `<th>${escaped(short(name, LONGEST))}</th>`).join('')}</tr>${lines.join('\n')}</table></div>`;
}

function folderOf(diff: Diff & { kind: 'folder' }): string {
  const counts = Object.entries(diff.files);
  const entries = diff.entries
    .slice(0, MOST_ENTRIES)
    .map((entry) => [
      cell(entry.status),
      cell(entry.renamedFrom === null ? entry.path : `${entry.renamedFrom} → ${entry.path}`, 1000),
      number(entry.bytesBefore),
      number(entry.bytesAfter),
    ]);
  return [
    grid(
      counts.map(([name]) => name),
      [counts.map(([, count]) => number(count))],
    ),
    `<h2>Files (${entries.length} of ${diff.entries.length})</h2>`,
    grid(['', 'file', 'bytes before', 'bytes after'], entries),
  ].join('\n');
}

function bytesOf(diff: Diff & { kind: 'text' | 'binary' }): string {
  return grid(
    ['', 'before', 'after'],
    [
      [cell('bytes'), number(diff.bytes.before), number(diff.bytes.after)],
      ...(diff.lines ? [[cell('lines'), number(diff.lines.before), number(diff.lines.after)]] : []),
      [cell('MD5'), cell(diff.md5.before), cell(diff.md5.after)],
    ],
  );
}

function grid(header: readonly string[], body: readonly (readonly string[])[]): string {
  const head = header.map((name) => `<th>${escaped(name)}</th>`).join('');
  return `<table><tr>${head}</tr>${body.map((row) => `<tr>${row.join('')}</tr>`).join('\n')}</table>`;
}

const cell = (text: string, longest = LONGEST): string => `<td>${escaped(short(text, longest))}</td>`;
const number = (value: number | null): string =>
  `<td class="n">${value === null ? '' : value.toLocaleString('en-US')}</td>`;
const short = (text: string, longest: number): string => (text.length > longest ? `${text.slice(0, longest)}…` : text);

function escaped(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;');
}
