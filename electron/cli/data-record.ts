import pc from 'picocolors';
import { AppError } from '../../shared/errors.ts';
import type { DataCommands, Json } from './data-session.ts';
import { amount, descriptionText, short, statusText } from './data-text.ts';
import { bytes, printable, table } from './output.ts';

/** What is recorded: add, status, list, log, describe. */
export function addRecordCommands({ data, here, inSession, done }: DataCommands): void {
  data
    .command('add')
    .description('record what files or folders hold now as their version')
    .argument('<path...>')
    .option('--lfs', 'with Git LFS: paths, or patterns as "git lfs track" takes them, get a line in .gitattributes')
    .option('--json', 'print one JSON value')
    .action((paths: string[], { lfs = false, ...options }: { lfs?: boolean } & Json) =>
      inSession(
        options,
        async ({ services, project }, output, task) => {
          const input = {
            project: project.id,
            paths: paths.map(here),
            with: lfs ? ('lfs' as const) : ('dvc' as const),
          };
          const added = await services.datasets.add(input, task);
          const hint = lfs ? await services.datasets.lfsHint(project.id) : null;
          if (hint !== null) output.warn(hint);
          const inGit = lfs || services.datasets.context(project.id)?.gitTop != null;
          const next = (path: string): string => (inGit ? `\nNext: assay data commit -m "…" ${printable(path)}` : '');
          output.result({ datasets: added }, () =>
            added
              .map(({ path, hash, size, nfiles, changed, lacks }) => {
                const what = changed
                  ? `${pc.green('Added')} ${printable(path)} ${pc.dim(`(${short(hash)}, ${amount(size, nfiles)})`)}${next(path)}`
                  : `${printable(path)} is recorded as it is.`;
                return lacks.length === 0
                  ? what
                  : `${what}\n${pc.yellow(`assay.yaml asks for ${lacks.map(printable).join(', ')}: "assay data describe ${printable(path)}" writes it.`)}`;
              })
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
      inSession(options, async ({ services, project }, output) => {
        const all = await services.datasets.list({ project: project.id, paths: paths.map(here) });
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
                ['commit', 'version', 'tags', 'when', 'files', 'size', 'here', 'runs', 'author', 'message'],
                versions.map(({ commit, hash, tags, at, nfiles, size, inCache, runs, author, message }) => [
                  commit.slice(0, 8),
                  short(hash) || 'removed',
                  printable(tags.join(' ')),
                  new Date(at).toISOString().slice(0, 16).replace('T', ' '),
                  nfiles === null ? '' : String(nfiles),
                  bytes(size),
                  inCache ? 'yes' : 'no',
                  runs.length === 0 ? '' : String(runs.length),
                  printable(author),
                  printable(message.split('\n')[0]!),
                ]),
              ),
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
}

const noneOr = (text: string | undefined): null | undefined => (text === undefined ? undefined : null);

function pairs(texts: readonly string[]): Record<string, string | null> {
  return Object.fromEntries(
    texts.map((text) => {
      const at = text.indexOf('=');
      if (at < 1) throw new AppError('BAD_REQUEST', `--meta takes key=value, not "${text}".`);
      return [text.slice(0, at), text.slice(at + 1) || null];
    }),
  );
}
