import pc from 'picocolors';
import type { DataCommands, Json } from './data-session.ts';
import { printable, table } from './output.ts';

/** What changes records: commit, tag, rename, untrack, and remotes. */
export function addChangeCommands({ data, here, inSession }: DataCommands): void {
  data
    .command('commit')
    .description('commit the records of datasets, and nothing else that may be staged')
    .argument('[path...]')
    .requiredOption('-m, --message <text>', 'what changed')
    .option('--json', 'print one JSON value')
    .action((paths: string[], { message, ...options }: { message: string } & Json) =>
      inSession(options, async ({ services, project }, output, task) => {
        const commit = await services.datasets.commit({ project: project.id, paths: paths.map(here) }, message, task);
        output.result({ commit }, () => `${pc.green('Committed')} ${commit.slice(0, 8)}.`);
      }),
    );

  data
    .command('tag')
    .description('register a version as an annotated git tag, name@v1.2.0, as GTO does')
    .argument('<path>')
    .argument('<version>', 'v1.2.0')
    .option('--rev <commit>', 'the commit of the version', 'HEAD')
    .option('--json', 'print one JSON value')
    .action((path: string, version: string, { rev, ...options }: { rev: string } & Json) =>
      inSession(options, async ({ services, project }, output) => {
        const tag = await services.datasets.tag({ project: project.id, path: here(path), commit: rev, version });
        output.result({ tag }, () => `${pc.green('Tagged')} ${printable(tag)}. "git push --tags" publishes it.`);
      }),
    );

  data
    .command('untag')
    .description('remove the tag of a version')
    .argument('<tag>', 'name@v1.2.0')
    .option('--json', 'print one JSON value')
    .action((tag: string, options: Json) =>
      inSession(options, async ({ services, project }, output) => {
        await services.datasets.untag({ project: project.id, tag });
        output.result({ tag }, () => `Removed ${printable(tag)}.`);
      }),
    );

  data
    .command('rename')
    .description('give a dataset another path; the data moves with it')
    .argument('<path>')
    .argument('<to>')
    .option('--json', 'print one JSON value')
    .action((path: string, to: string, options: Json) =>
      inSession(options, async ({ services, project }, output, task) => {
        await services.datasets.rename({ project: project.id, path: here(path), to: here(to) }, task);
        output.result(
          { path, to },
          () => `${printable(path)} is now ${printable(to)}. Commit it with "assay data commit".`,
        );
      }),
    );

  data
    .command('untrack')
    .description('stop tracking a dataset; the data stays where it is')
    .argument('<path>')
    .option('--json', 'print one JSON value')
    .action((path: string, options: Json) =>
      inSession(options, async ({ services, project }, output, task) => {
        await services.datasets.untrack({ project: project.id, path: here(path) }, task);
        output.result({ path }, () => `${printable(path)} is no longer versioned; it is where it was.`);
      }),
    );

  const remote = data.command('remote').description('list, set and remove remotes (.dvc/config)');
  remote
    .command('list', { isDefault: true })
    .option('--json', 'print one JSON value')
    .action((options: Json) =>
      inSession(options, ({ services, project }, output) => {
        const remotes = services.datasets.remotes(project.id);
        output.result({ remotes }, () =>
          remotes.length === 0
            ? 'No remote is set. "assay data remote set NAME URL" sets one.'
            : table(
                ['name', 'kind', 'url', ''],
                remotes.map(({ name, kind, url, isDefault }) => [
                  printable(name),
                  kind,
                  printable(url),
                  isDefault ? 'default' : '',
                ]),
              ),
        );
      }),
    );
  remote
    .command('set')
    .description('set or change one: a folder, s3://bucket/prefix, ssh://host/path, https://host/path')
    .argument('<name>')
    .argument('<url>')
    .option('-d, --default', 'use it when none is named')
    .option('--json', 'print one JSON value')
    .action((name: string, url: string, { default: isDefault = false, ...options }: { default?: boolean } & Json) =>
      inSession(
        options,
        async ({ services, project }, output, task) => {
          await services.datasets.setRemote({ project: project.id, name, url, isDefault }, task);
          output.result({ name }, () => `The remote "${printable(name)}" is set in .dvc/config.`);
        },
        true,
      ),
    );
  remote
    .command('remove')
    .argument('<name>')
    .option('--json', 'print one JSON value')
    .action((name: string, options: Json) =>
      inSession(options, async ({ services, project }, output, task) => {
        await services.datasets.removeRemote({ project: project.id, name }, task);
        output.result(
          { name },
          () => `The remote "${printable(name)}" is no longer in .dvc/config; what it holds stays.`,
        );
      }),
    );
}
