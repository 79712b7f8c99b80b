import { relative, resolve, sep } from 'node:path';
import { InvalidArgumentError } from 'commander';
import pc from 'picocolors';
import { DiffSettings, type Tolerance } from '../../shared/contract/diffs.ts';
import type { DataSide } from '../../shared/contract/tables.ts';
import { AppError, messageOf } from '../../shared/errors.ts';
import { parseTolerances } from '../../shared/tolerance.ts';
import { isInside } from '../platform/paths.ts';
import { compareAndExport, diffPaths } from '../services/diffs/diff.ts';
import type { DiffExports } from '../services/diffs/exports.ts';
import type { Diff, DiffOptions } from '../services/diffs/types.ts';
import { diffText } from './data-diff-text.ts';
import type { DataCommands } from './data-session.ts';
import { createOutput, type Output, printable } from './output.ts';
import type { Session } from './session.ts';

type Options = DiffExports & {
  files?: boolean;
  key?: string[];
  tolerance?: Record<string, Tolerance>;
  text?: boolean;
  json?: boolean;
};

const EXPORTS = ['html', 'md', 'tabular', 'parquet'] as const;
const STAGES = 10;
const BAR = 20;

/** `assay data diff`. Ends with 0 for the same data, 1 for a change (also of order or columns alone), 2 for wrong usage or unreadable input. */
export function addDiffCommand({ data, here, inSession, done }: DataCommands): void {
  data
    .command('diff')
    .description('show what differs between two versions; ends with 0 same data, 1 changed, 2 unreadable')
    .argument('<path>', 'versioned data, or a file or folder in it; with --files the old file or folder')
    .argument('[a]', 'a commit, branch, tag or hash (else the last commit); with --files the new file or folder')
    .argument('[b]', 'another one (else the working copy)')
    .option('--files', 'compare any two files or folders on disk')
    .option('--key <columns>', 'columns that name a row, with commas between', keyColumns)
    .option('--tolerance <t>', '1e-9, or column=1e-6, or column=rel:1e-6; may be repeated', tolerances)
    .option('--text', 'compare every cell as the text that it is written as')
    .option('--json', 'print one JSON value')
    .option('--html <file>', 'write a report that needs no other file')
    .option('--md <file>', 'write a summary for a pull request')
    .option('--tabular <file>', 'write a tabular diff (frictionless 0.8, as daff does)')
    .option('--parquet <file>', 'write the changed rows as Parquet')
    .action(async (path: string, a: string | undefined, b: string | undefined, options: Options) => {
      const exports = Object.fromEntries(
        EXPORTS.flatMap((kind) => (options[kind] === undefined ? [] : [[kind, here(options[kind])]])),
      );
      try {
        if (options.files) {
          if (a === undefined || b !== undefined)
            throw new AppError('BAD_REQUEST', '--files compares two files or folders: name both, and nothing else.');
          const output = createOutput(options.json ?? false);
          await interruptible(async (signal) => {
            const diff = await diffPaths(here(path), here(a), optionsOf(options, output, signal), exports);
            show(diff, output, done);
          });
        } else {
          await inSession(options, async (session, output, { signal }) => {
            const sides = sidesOf(session, here(path), a, b);
            const diff = await diffVersions(session, sides, optionsOf(options, output, signal), exports);
            show(diff, output, done);
          });
        }
      } catch (error) {
        createOutput(options.json ?? false).progress(null);
        if (!(error instanceof AppError) && process.env.ASSAY_DEBUG) throw error;
        // 1 would say that the data changed, so no failure of any kind may end with it
        process.stderr.write(`${pc.red('assay:')} ${printable(messageOf(error))}\n`);
        done(2);
      }
    });
}

async function interruptible(work: (signal: AbortSignal) => Promise<void>): Promise<void> {
  const stop = new AbortController();
  const interrupt = (): void => stop.abort();
  process.once('SIGINT', interrupt);
  try {
    await work(stop.signal);
  } finally {
    process.off('SIGINT', interrupt);
  }
}

function optionsOf(options: Options, output: Output, signal: AbortSignal | undefined): DiffOptions {
  let stage = 0;
  return {
    ...(options.key ? { key: options.key } : {}),
    ...(options.tolerance ? { tolerance: options.tolerance } : {}),
    ...(options.text ? { text: true } : {}),
    ...(signal ? { signal } : {}),
    onStage: (label) => {
      const full = Math.round((BAR * Math.min(++stage, STAGES)) / STAGES);
      output.progress(`${'█'.repeat(full)}${'░'.repeat(BAR - full)} ${label} …`);
    },
  };
}

type Sides = { readonly before: DataSide; readonly after: DataSide };

/** @throws AppError BAD_REQUEST for a path outside of the project */
function sidesOf({ project }: Session, full: string, a: string | undefined, b: string | undefined): Sides {
  const root = resolve(project.root);
  if (!isInside(root, full) || full === root)
    throw new AppError(
      'BAD_REQUEST',
      `${full} is not inside the project ${root}. Two files anywhere are compared with --files OLD NEW.`,
    );
  const path = relative(root, full)
    .split(sep)
    .join('/')
    .replace(/\.dvc$/, '');
  return {
    before: { kind: 'version', path, rev: a ?? 'HEAD' },
    after: { kind: 'version', path, rev: b ?? null },
  };
}

async function diffVersions(
  { services, project }: Session,
  sides: Sides,
  options: DiffOptions,
  exports: DiffExports,
): Promise<Diff> {
  const work = { signal: options.signal };
  const before = await services.datasets.locate({ project: project.id, side: sides.before }, work);
  const after = await services.datasets.locate({ project: project.id, side: sides.after }, work);
  const diff = await compareAndExport(before, after, options, exports);
  const { key = [], tolerance = {}, text = false } = options;
  const settings = DiffSettings.parse({ key, tolerance, text });
  await services.diffs.record({ project: project.id, sides, located: { before, after }, settings, diff });
  return diff;
}

function show(diff: Diff, output: Output, done: (code: number) => void): void {
  output.result(diff, () => diffText(diff));
  done(diff.verdict === 'identical' || diff.verdict === 'identical_data' ? 0 : 1);
}

function keyColumns(text: string): string[] {
  const columns = text.split(',').map((column) => column.trim());
  if (columns.some((column) => column === ''))
    throw new InvalidArgumentError('Name columns with commas between: id,day.');
  return columns;
}

function tolerances(text: string, before: Record<string, Tolerance> = {}): Record<string, Tolerance> {
  try {
    const parsed = parseTolerances(text);
    if (Object.keys(parsed).length === 0) throw new RangeError('Write 1e-9, or column=1e-6, or column=rel:1e-6.');
    return { ...before, ...parsed };
  } catch (error) {
    throw new InvalidArgumentError(messageOf(error));
  }
}
