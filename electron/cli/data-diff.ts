import { resolve } from 'node:path';
import { type Command, InvalidArgumentError } from 'commander';
import pc from 'picocolors';
import { AppError, messageOf } from '../../shared/errors.ts';
import { diffPaths } from '../services/diffs/diff.ts';
import type { DiffExports } from '../services/diffs/exports.ts';
import type { Diff, Tolerance } from '../services/diffs/types.ts';
import { keySentence, many, verdictLine } from '../services/diffs/words.ts';
import { createOutput, printable, table } from './output.ts';

type Options = DiffExports & {
  files?: boolean;
  key?: string[];
  tolerance?: Record<string, Tolerance>;
  text?: boolean;
  json?: boolean;
};

const MOST_LINES = 40;

/** `assay data diff`. Ends with 0 for the same data, 1 for a change (also of order or columns alone), 2 for wrong usage or unreadable input. */
export function addDiffCommand(data: Command, program: Command, done: (code: number) => void): void {
  data
    .command('diff')
    .description('show what differs between two files or folders; ends with 0 same data, 1 changed, 2 unreadable')
    .argument('<old>', 'a file or folder')
    .argument('<new>', 'another of the same kind')
    .requiredOption('--files', 'the two are any files or folders on disk')
    .option('--key <columns>', 'columns that name a row, with commas between', keyColumns)
    .option('--tolerance <t>', '1e-9, or column=1e-6, or column=rel:1e-6; may be repeated', tolerances)
    .option('--text', 'compare every cell as the text that it is written as')
    .option('--json', 'print one JSON value')
    .option('--html <file>', 'write a report that needs no other file')
    .option('--md <file>', 'write a summary for a pull request')
    .option('--tabular <file>', 'write a tabular diff (frictionless 0.8, as daff does)')
    .option('--parquet <file>', 'write the changed rows as Parquet')
    .action(async (old: string, now: string, options: Options) => {
      const output = createOutput(options.json ?? false);
      const folder = program.opts<{ C?: string }>().C ?? '.';
      const path = (file: string): string => resolve(folder, file);
      const stop = new AbortController();
      const interrupt = (): void => stop.abort();
      process.once('SIGINT', interrupt);
      try {
        const exports = Object.fromEntries(
          (['html', 'md', 'tabular', 'parquet'] as const).flatMap((kind) => {
            const file = options[kind];
            return file === undefined ? [] : [[kind, path(file)]];
          }),
        );
        const diff = await diffPaths(
          path(old),
          path(now),
          {
            ...(options.key ? { key: options.key } : {}),
            ...(options.tolerance ? { tolerance: options.tolerance } : {}),
            ...(options.text ? { text: true } : {}),
            signal: stop.signal,
            onStage: (stage) => output.progress(`${stage} …`),
          },
          exports,
        );
        output.result(diff, () => human(diff));
        done(diff.verdict === 'identical' || diff.verdict === 'identical_data' ? 0 : 1);
      } catch (error) {
        output.progress(null);
        if (!(error instanceof AppError) && process.env.ASSAY_DEBUG) throw error;
        // 1 would say that the data changed, so no failure of any kind may end with it
        process.stderr.write(`${pc.red('assay:')} ${printable(messageOf(error))}\n`);
        done(2);
      } finally {
        process.off('SIGINT', interrupt);
      }
    });
}

function keyColumns(text: string): string[] {
  const columns = text.split(',').map((column) => column.trim());
  if (columns.some((column) => column === ''))
    throw new InvalidArgumentError('Name columns with commas between: id,day.');
  return columns;
}

function tolerances(text: string, before: Record<string, Tolerance> = {}): Record<string, Tolerance> {
  const all = { ...before };
  for (const part of text.split(',')) {
    const at = part.lastIndexOf('=');
    const [column, amount] = [at < 0 ? '' : part.slice(0, at).trim(), part.slice(at + 1).trim()];
    const kind = amount.startsWith('rel:') ? 'rel' : 'abs';
    const number = kind === 'rel' ? amount.slice(4) : amount;
    const value = Number(number);
    if (number === '' || !Number.isFinite(value) || value < 0 || (at >= 0 && column === ''))
      throw new InvalidArgumentError('Write 1e-9, or column=1e-6, or column=rel:1e-6.');
    all[column] = { kind, value };
  }
  return all;
}

function human(diff: Diff): string {
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
          printable([...new Set([column.typeBefore, column.typeAfter].filter((type) => type !== null))].join(' → ')),
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
  if (diff.findings.length > 0) lines.push('');
  for (const { code, message, side } of diff.findings.slice(0, MOST_LINES))
    lines.push(`${pc.dim(`${code}${side ? ` (${side})` : ''}:`)} ${printable(message)}`);
  lines.push(...more(diff.findings.length, 'finding'));
  return lines.join('\n');
}

function more(total: number, what: string): string[] {
  return total > MOST_LINES ? [pc.dim(`and ${many(total - MOST_LINES, `more ${what}`)}; --json has them all`)] : [];
}
