import { relative, resolve } from 'node:path';
import pc from 'picocolors';
import { findVersion, type Json, type ModelsCommands } from './models-session.ts';
import { bytes, counted, printable } from './output.ts';

/** `assay models verify|export|push-bytes|pull-bytes` */
export function addBytesCommands({ models, program, inSession, done }: ModelsCommands): void {
  models
    .command('verify <version>')
    .description(
      'check every byte, the definition, tags, evaluations, signature, receipts and the log; exit 1 when anything was changed',
    )
    .option('--target <target>', 'instead read back every byte that was pushed to this target')
    .option('--json', 'print JSON')
    .action(async (text: string, options: Json & { target?: string }) => {
      await inSession(options, async (session, output, work) => {
        const { name, version } = await findVersion(session, text);
        const { target } = options;
        if (target !== undefined) {
          const ask = { project: session.project.id, name, version, target };
          const { lines } = await session.services.targets.verify(ask, work);
          output.result({ model: name, version, target, ok: true, lines }, () => lines.map(printable).join('\n'));
          return;
        }
        const found = await session.services.models.verify({ project: session.project.id, name, version }, work);
        const errors = found.findings.filter(({ severity }) => severity === 'error').length;
        done(errors > 0 ? 1 : 0);
        output.result({ model: name, version, ok: errors === 0, ...found }, () =>
          [
            ...found.findings.map(
              ({ severity, kind, where, message }) =>
                `${severity === 'error' ? pc.red('✗') : pc.yellow('!')} ${kind} ${printable(where)}: ${printable(message)}`,
            ),
            errors === 0
              ? `${pc.green('✓')} ${name} ${version}: ${counted(found.checkedFiles, 'file')}, ${bytes(found.checkedBytes)}, as they were registered`
              : pc.red(`${name} ${version} is not as it was registered.`),
          ].join('\n'),
        );
      });
    });

  models
    .command('export <version> <folder>')
    .description("put a version's files into a new folder of the project")
    .option('--json', 'print JSON')
    .action(async (text: string, folder: string, options: Json) => {
      await inSession(options, async (session, output, work) => {
        const { name, version } = await findVersion(session, text);
        const { id, root } = session.project;
        const to = relative(root, resolve(program.opts<{ C: string }>().C, folder));
        const path = await session.services.models.export({ project: id, name, version, to }, work);
        output.result({ model: name, version, folder: path }, () => `${pc.green('✓')} ${printable(path)}`);
      });
    });

  for (const way of ['push', 'pull'] as const)
    models
      .command(`${way}-bytes <version>`)
      .description(
        way === 'push'
          ? "send a version's bytes to a remote of the project's data"
          : "fetch a version's bytes from a remote of the project's data",
      )
      .option('--remote <name>', 'which remote of .dvc/config (default: its default)')
      .option('--json', 'print JSON')
      .action(async (text: string, options: Json & { remote?: string }) => {
        await inSession(options, async (session, output, work) => {
          const { name, version } = await findVersion(session, text);
          const { models: service } = session.services;
          const what = { project: session.project.id, name, version, remote: options.remote ?? null };
          const moved = await (way === 'push' ? service.pushBytes(what, work) : service.pullBytes(what, work));
          output.result({ model: name, version, ...moved }, () =>
            moved.files === 0
              ? `${pc.green('✓')} all of ${name} ${version} is there already`
              : `${pc.green('✓')} ${counted(moved.files, 'file')}, ${bytes(moved.bytes)}, ${way === 'push' ? 'to' : 'from'} ${printable(moved.remote)}`,
          );
        });
      });
}
