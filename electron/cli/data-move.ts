import { AppError } from '../../shared/errors.ts';
import type { DataCommands, Json } from './data-session.ts';
import { checkoutText, transferText, verifiedText } from './data-text.ts';

type Transfer = { remote?: string; jobs?: number };

/** What moves bytes: checkout, push, fetch, pull, verify. */
export function addMoveCommands({ data, here, inSession, done }: DataCommands): void {
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
    .option('--rev <version>', 'older versions: a commit, tag or branch, or a version of "data log"')
    .option('-r, --remote <name>', 'another remote than the default one')
    .option('-j, --jobs <n>', 'transfers at the same time', jobsOf)
    .option('--json', 'print one JSON value')
    .action((paths: string[], { remote, jobs, rev, ...options }: Transfer & { rev?: string } & Json) =>
      inSession(options, async ({ services, project }, output, task) => {
        const input = { project: project.id, paths: paths.map(here), remote: remote ?? null, rev: rev ?? null };
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
    .option('--repair', 'fetch what is missing or damaged from a remote')
    .option('--json', 'print one JSON value')
    .action((paths: string[], { repair = false, ...options }: { repair?: boolean } & Json) =>
      inSession(options, async ({ services, project }, output, task) => {
        const all = await services.datasets.verify({ project: project.id, paths: paths.map(here), repair }, task);
        if (all.some((one) => one.missing.length + one.damaged.length > one.repaired)) done(1);
        output.result({ datasets: all }, () => all.map(verifiedText).join('\n'));
      }),
    );
}

function jobsOf(text: string): number {
  if (!/^[1-9]\d{0,2}$/.test(text))
    throw new AppError('BAD_REQUEST', `--jobs takes a number from 1 to 999, not "${text}".`);
  return Number(text);
}
