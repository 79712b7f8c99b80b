import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Command } from 'commander';
import pc from 'picocolors';
import { AppError } from '../../shared/errors.ts';
import type { CheckedOut } from '../services/datasets/checkout.ts';
import type { Work } from '../services/datasets/context.ts';
import type { DatasetRow } from '../services/datasets/service.ts';
import type { DatasetStatus } from '../services/datasets/status.ts';
import { addDiffCommand } from './data-diff.ts';
import { bytes, createOutput, type Output, printable, table } from './output.ts';
import { findProject, openSession, type Session } from './session.ts';

type Json = { json?: boolean };
type Transfer = { remote?: string; jobs?: number };

/** `assay data …`: versions of data in DVC's own format. */
export function dataCommand(program: Command, done: (code: number) => void): void {
  const data = program.command('data').description("version data beside the code, in DVC's own format");
  const here = (path: string): string => resolve(program.opts<{ C: string }>().C, path);

  const inSession = async (
    options: Json,
    work: (session: Session, output: Output, task: Work) => Promise<void> | void,
    make = false,
  ): Promise<void> => {
    const output = createOutput(options.json ?? false);
    const folder = program.opts<{ C: string }>().C;
    // a clone of somebody's DVC repository is a project without further ado
    const found = findProject(folder);
    const session = await openSession(folder, make || (found !== null && existsSync(join(found.root, '.dvc'))));
    const stop = new AbortController();
    const interrupt = (): void => stop.abort();
    process.once('SIGINT', interrupt);
    try {
      await work(session, output, {
        signal: stop.signal,
        onWait: (why) => output.warn(why),
        onProgress: ({ done: now, total, unit, label }) =>
          output.progress(`${label}: ${unit === 'bytes' ? `${bytes(now)} of ${bytes(total)}` : `${now} of ${total}`}`),
      });
    } finally {
      process.removeListener('SIGINT', interrupt);
      await session.close();
    }
  };

  data
    .command('add')
    .description('record what files or folders hold now as their version')
    .argument('<path...>')
    .option('--json', 'print one JSON value')
    .action((paths: string[], options: Json) =>
      inSession(
        options,
        async ({ services, project }, output, task) => {
          const added = await services.datasets.add({ project: project.id, paths: paths.map(here) }, task);
          output.result({ datasets: added }, () =>
            added
              .map(({ path, dvcPath, hash, size, nfiles, changed }) =>
                changed
                  ? `${pc.green('Added')} ${printable(path)} ${pc.dim(`(${short(hash)}, ${amount(size, nfiles)})`)}\nNext: commit ${printable(dvcPath)} and the .gitignore beside it.`
                  : `${printable(path)} is recorded as it is.`,
              )
              .join('\n'),
          );
        },
        true,
      ),
    );

  data
    .command('status')
    .description('compare data with what is recorded (exit code 1 when something differs)')
    .argument('[path...]')
    .option('--json', 'print one JSON value')
    .action((paths: string[], options: Json) =>
      inSession(options, async ({ services, project }, output, task) => {
        const all = await services.datasets.status({ project: project.id, paths: paths.map(here) }, task);
        if (all.some((one) => one.state !== 'unchanged')) done(1);
        output.result({ datasets: all }, () => statusText(all));
      }),
    );

  data
    .command('list')
    .description('list what is versioned')
    .argument('[path...]')
    .option('--json', 'print one JSON value')
    .action((paths: string[], options: Json) =>
      inSession(options, ({ services, project }, output) => {
        const all = services.datasets.list({ project: project.id, paths: paths.map(here) });
        output.result({ datasets: all }, () =>
          all.length === 0
            ? 'No data is versioned yet. "assay data add PATH" begins to.'
            : table(
                ['path', 'version', 'files', 'size', 'description'],
                all.map(({ path, hash, nfiles, size, desc }) => [
                  printable(path),
                  short(hash),
                  nfiles === null ? '' : String(nfiles),
                  bytes(size),
                  printable((desc ?? '').split('\n')[0]!),
                ]),
              ),
        );
      }),
    );

  data
    .command('log')
    .description('the versions of one dataset over the git history, newest first')
    .argument('<path>')
    .option('--json', 'print one JSON value')
    .action((path: string, options: Json) =>
      inSession(options, async ({ services, project }, output) => {
        const versions = await services.datasets.log({ project: project.id, path: here(path) });
        output.result({ versions }, () =>
          versions.length === 0
            ? 'No commit has it yet.'
            : table(
                ['commit', 'version', 'when', 'files', 'size', 'here', 'author', 'message'],
                versions.map(({ commit, hash, at, nfiles, size, inCache, author, message }) => [
                  commit.slice(0, 8),
                  short(hash) || 'removed',
                  new Date(at).toISOString().slice(0, 16).replace('T', ' '),
                  nfiles === null ? '' : String(nfiles),
                  bytes(size),
                  inCache ? 'yes' : 'no',
                  printable(author),
                  printable(message.split('\n')[0]!),
                ]),
              ),
        );
      }),
    );

  data
    .command('checkout')
    .description('put recorded versions in place; changes that no version holds are kept')
    .argument('[path...]')
    .option('--rev <version>', 'an older version of one dataset: a commit, tag or branch, or a version of "data log"')
    .option('--force', 'throw changes away that no version holds')
    .option('--json', 'print one JSON value')
    .action((paths: string[], { rev, force = false, ...options }: { rev?: string; force?: boolean } & Json) =>
      inSession(options, async ({ services, project }, output, task) => {
        if (rev !== undefined && paths.length !== 1)
          throw new AppError('BAD_REQUEST', 'Name exactly one dataset with --rev.');
        const all =
          rev === undefined
            ? await services.datasets.checkout({ project: project.id, paths: paths.map(here), force }, task)
            : [
                await services.datasets.checkoutVersion(
                  { project: project.id, path: here(paths[0]!), version: rev, force },
                  task,
                ),
              ];
        output.result({ datasets: all }, () => checkoutText(all));
      }),
    );

  data
    .command('push')
    .description('copy versions to a remote')
    .argument('[path...]')
    .option('-r, --remote <name>', 'another remote than the default one')
    .option('-j, --jobs <n>', 'transfers at the same time', jobsOf)
    .option('--json', 'print one JSON value')
    .action((paths: string[], { remote, jobs, ...options }: Transfer & Json) =>
      inSession(options, async ({ services, project }, output, task) => {
        const input = { project: project.id, paths: paths.map(here), remote: remote ?? null };
        const remotes = await services.datasets.push(input, { ...task, jobs });
        output.result({ remotes }, () => transferText('Pushed', 'to', remotes));
      }),
    );

  data
    .command('fetch')
    .description('fetch versions, or parts of versioned folders, from a remote into the cache only')
    .argument('[path...]')
    .option('-r, --remote <name>', 'another remote than the default one')
    .option('-j, --jobs <n>', 'transfers at the same time', jobsOf)
    .option('--json', 'print one JSON value')
    .action((paths: string[], { remote, jobs, ...options }: Transfer & Json) =>
      inSession(options, async ({ services, project }, output, task) => {
        const input = { project: project.id, paths: paths.map(here), remote: remote ?? null };
        const remotes = await services.datasets.fetch(input, { ...task, jobs });
        output.result({ remotes }, () => transferText('Fetched', 'from', remotes));
      }),
    );

  data
    .command('pull')
    .description('fetch versions, or parts of versioned folders, from a remote, and put them in place')
    .argument('[path...]')
    .option('-r, --remote <name>', 'another remote than the default one')
    .option('-j, --jobs <n>', 'transfers at the same time', jobsOf)
    .option('--force', 'throw changes away that no version holds')
    .option('--json', 'print one JSON value')
    .action((paths: string[], { remote, jobs, force = false, ...options }: Transfer & { force?: boolean } & Json) =>
      inSession(options, async ({ services, project }, output, task) => {
        const input = { project: project.id, paths: paths.map(here), remote: remote ?? null, force };
        const { fetched, checkedOut } = await services.datasets.pull(input, { ...task, jobs });
        output.result({ remotes: fetched, datasets: checkedOut }, () =>
          [transferText('Pulled', 'from', fetched), checkoutText(checkedOut)].join('\n'),
        );
      }),
    );

  data
    .command('verify')
    .description('hash the recorded versions in the cache anew (exit code 1 when something is damaged or missing)')
    .argument('[path...]')
    .option('--json', 'print one JSON value')
    .action((paths: string[], options: Json) =>
      inSession(options, async ({ services, project }, output, task) => {
        const all = await services.datasets.verify({ project: project.id, paths: paths.map(here) }, task);
        if (all.some((one) => one.missing.length + one.damaged.length > 0)) done(1);
        output.result({ datasets: all }, () =>
          all
            .map(({ path, objects, bytes: size, missing, damaged }) =>
              missing.length + damaged.length === 0
                ? `${pc.green('sound')} ${printable(path)} ${pc.dim(`(${objects} objects, ${bytes(size)})`)}`
                : `${pc.red('broken')} ${printable(path)}: ${damaged.length} damaged (set aside), ${missing.length} missing. "assay data pull" fetches them.`,
            )
            .join('\n'),
        );
      }),
    );

  data
    .command('describe')
    .description("write or show the description of a version, in DVC's own fields")
    .argument('<path>')
    .option('--desc <text>', 'what it is; an empty text removes it')
    .option('--type <text>', 'e.g. table or images; an empty text removes it')
    .option('--label <text...>', 'labels, in place of those that are there')
    .option('--meta <key=value...>', 'licence, source, owner … ; without a value it is removed')
    .option('--json', 'print one JSON value')
    .action(
      (
        path: string,
        {
          desc,
          type,
          label,
          meta,
          ...options
        }: { desc?: string; type?: string; label?: string[]; meta?: string[] } & Json,
      ) =>
        inSession(options, async ({ services, project }, output, task) => {
          const shown = [desc, type, label, meta].every((value) => value === undefined);
          const labels = label?.filter((text) => text !== '');
          const change = { desc: desc || noneOr(desc), type: type || noneOr(type), labels, meta: meta && pairs(meta) };
          const row = await services.datasets.describe(
            { project: project.id, path: here(path), change: shown ? null : change },
            task,
          );
          output.result(row, () => descriptionText(row));
        }),
    );
  addDiffCommand(data, program, done);
}

const noneOr = (text: string | undefined): null | undefined => (text === undefined ? undefined : null);

function jobsOf(text: string): number {
  if (!/^[1-9]\d{0,2}$/.test(text))
    throw new AppError('BAD_REQUEST', `--jobs takes a number from 1 to 999, not "${text}".`);
  return Number(text);
}

function pairs(texts: readonly string[]): Record<string, string | null> {
  return Object.fromEntries(
    texts.map((text) => {
      const at = text.indexOf('=');
      if (at < 1) throw new AppError('BAD_REQUEST', `--meta takes key=value, not "${text}".`);
      return [text.slice(0, at), text.slice(at + 1) || null];
    }),
  );
}

const short = (hash: string | null): string => (hash === null ? '' : hash.slice(0, 8));
const amount = (size: number, nfiles: number | null): string =>
  nfiles === null ? bytes(size) : `${nfiles} files, ${bytes(size)}`;

function statusText(all: readonly DatasetStatus[]): string {
  if (all.length === 0) return 'No data is versioned yet. "assay data add PATH" begins to.';
  return all
    .map(({ path, state, files, now, size }) => {
      const name = state === 'unchanged' ? pc.green(state) : pc.yellow(state);
      const detail = files
        ? ` (${files.added.length} added, ${files.removed.length} removed, ${files.changed.length} changed)`
        : state === 'modified' && now
          ? ` (${bytes(size)} → ${bytes(now.size)})`
          : '';
      return `${name}  ${printable(path)}${pc.dim(detail)}`;
    })
    .join('\n');
}

function checkoutText(all: readonly CheckedOut[]): string {
  return all
    .map(({ path, hash, written, removed }) =>
      written + removed === 0
        ? `${printable(path)} is in place.`
        : `${pc.green('Put')} ${printable(path)} in place ${pc.dim(`(${short(hash)}, ${written} written, ${removed} removed)`)}`,
    )
    .join('\n');
}

function transferText(
  what: string,
  where: string,
  all: readonly { remote: string; files: number; bytes: number }[],
): string {
  if (all.length === 0) return 'There is nothing to do.';
  return all
    .map(({ remote, files, bytes: size }) =>
      files === 0
        ? `Everything is in "${remote}" and here.`
        : `${what} ${files} objects (${bytes(size)}) ${where} "${printable(remote)}".`,
    )
    .join('\n');
}

function descriptionText({ path, desc, type, labels, meta }: DatasetRow): string {
  const lines = [`${pc.bold(printable(path))}${type ? ` ${pc.dim(printable(type))}` : ''}`];
  if (desc) lines.push(...desc.split('\n').map(printable));
  if (labels.length > 0) lines.push(`labels: ${labels.map(printable).join(', ')}`);
  for (const [key, value] of Object.entries((meta ?? {}) as Record<string, unknown>))
    lines.push(`${printable(key)}: ${printable(typeof value === 'string' ? value : JSON.stringify(value))}`);
  return lines.join('\n');
}
