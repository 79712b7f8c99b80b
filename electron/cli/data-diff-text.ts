import pc from 'picocolors';
import type { Diff } from '../services/diffs/types.ts';
import { columnTypes, imageFacts, keySentence, many, verdictLine } from '../services/diffs/words.ts';
import { printable, table } from './output.ts';

const MOST_LINES = 40;

/** A comparison as lines for a person: verdict first, then what is behind it. */
export function diffText(diff: Diff): string {
  const color = diff.verdict === 'changed' ? pc.yellow : diff.verdict.startsWith('identical') ? pc.green : pc.cyan;
  const lines = [color(verdictLine(diff)) + pc.dim(`  (${diff.elapsedMs} ms)`)];
  if (diff.kind === 'table') {
    const key = keySentence(diff);
    const { rows, columns } = diff;
    lines.push(
      `${many(rows.before, 'row')} before, ${rows.after.toLocaleString('en-US')} after, ${rows.unchanged.toLocaleString('en-US')} unchanged`,
    );
    if (key) lines.push(pc.dim(printable(key)));
    const changed = columns
      .filter(({ status, changedCells }) => status !== 'same' || changedCells > 0)
      .sort((a, b) => b.changedCells - a.changedCells);
    if (changed.length > 0) {
      const body = changed
        .slice(0, MOST_LINES)
        .map((column) => [
          printable(column.renamedFrom === null ? column.name : `${column.renamedFrom} → ${column.name}`),
          column.status === 'same' ? '' : column.status,
          printable(columnTypes(column)),
          String(column.changedCells),
        ]);
      lines.push('', table(['column', '', 'type', 'changed cells'], body), ...more(changed.length, 'column'));
    }
  } else if (diff.kind === 'folder') {
    const marks = {
      added: pc.green('+'),
      removed: pc.red('-'),
      changed: pc.yellow('~'),
      renamed: pc.cyan('>'),
      unchanged: ' ',
    };
    for (const { status, path, renamedFrom } of diff.entries.slice(0, MOST_LINES))
      lines.push(`${marks[status]} ${printable(renamedFrom === null ? path : `${renamedFrom} → ${path}`)}`);
    lines.push(...more(diff.entries.length, 'file'));
  }
  if (diff.kind === 'image') {
    const rows = imageFacts(diff).filter(([, before, after]) => before !== after);
    if (rows.length > 0)
      lines.push(
        table(
          ['', 'before', 'after'],
          rows.map((row) => row.map(printable)),
        ),
      );
  }
  if (diff.kind === 'text' || diff.kind === 'binary') {
    for (const { path, status, before, after } of (diff.document ?? []).slice(0, MOST_LINES))
      lines.push(
        `${DOCUMENT_MARKS[status]} ${printable(path || '(all)')}: ${[before, after]
          .filter((one) => one !== null)
          .map((one) => printable(one.slice(0, 100)))
          .join(' → ')}`,
      );
    lines.push(...more(diff.document?.length ?? 0, 'change'));
    const facts = diff.metadata.filter(({ before, after }) => before !== after);
    if (facts.length > 0)
      lines.push(
        table(
          ['', 'before', 'after'],
          facts.map((one) => [one.name, one.before ?? '', one.after ?? ''].map(printable)),
        ),
      );
  }
  if (diff.findings.length > 0) lines.push('');
  for (const { code, message, side } of diff.findings.slice(0, MOST_LINES))
    lines.push(`${pc.dim(`${code}${side ? ` (${side})` : ''}:`)} ${printable(message)}`);
  lines.push(...more(diff.findings.length, 'finding'));
  return lines.join('\n');
}

function more(total: number, what: string): string[] {
  return total > MOST_LINES ? [pc.dim(`and ${many(total - MOST_LINES, `more ${what}`)}; --json has them all`)] : [];
}

const DOCUMENT_MARKS = { added: pc.green('+'), removed: pc.red('-'), changed: pc.yellow('~'), moved: pc.cyan('>') };
