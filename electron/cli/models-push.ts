import type { PushPlan } from '../../shared/contract/targets.ts';
import { findVersion, type Json, type ModelsCommands } from './models-session.ts';
import { bytes, printable, table } from './output.ts';

type PushOptions = Json & { to: string; dryRun?: boolean; modelkit?: boolean; alias?: string[] };
type RollbackOptions = Json & { to: string[]; alias: string; version?: string; reason: string };

const gather = (value: string, before: string[] = []): string[] => [...before, value];

/** `assay models push`, `pull`, `rollback` */
export function addPushCommands({ models, inSession, done }: ModelsCommands): void {
  models
    .command('push <version>')
    .description('send a version to a target of assay.yaml, read it back, and record the receipt')
    .requiredOption('--to <target>', 'name of the target')
    .option('--dry-run', 'say what would be sent, and send nothing (exit code 1 when it may not go there)')
    .option('--modelkit', "an OCI registry: also as KitOps' ModelKit, under <version>-kit")
    .option('--alias <name>', 'set this alias there, in place of those that the version has here; repeatable', gather)
    .option('--json', 'print one JSON value')
    .action(async (text: string, options: PushOptions) => {
      await inSession(options, async (session, output, work) => {
        const { targets } = session.services;
        const ask = {
          project: session.project.id,
          ...(await findVersion(session, text)),
          target: options.to,
          aliases: options.alias ?? null,
          modelkit: options.modelkit ?? false,
        };
        if (options.dryRun) {
          const plan = await targets.plan(ask, work);
          if (plan.refusal !== null) done(1);
          output.result(plan, () => planText(plan));
          return;
        }
        const { receipts, lines } = await targets.push(ask, work);
        const { target, kind, ref, digest, bytes: sent, skippedBytes, verified, elapsedMs } = receipts[0]!;
        output.result({ target, kind, ref, digest, bytes: sent, skippedBytes, verified, elapsedMs }, () =>
          lines.map(printable).join('\n'),
        );
      });
    });

  models
    .command('pull <target> <version>')
    .description('bring a pushed version (NAME@1.2.0) back into this project, every digest checked')
    .option('--json', 'print one JSON value')
    .action(async (target: string, text: string, options: Json) => {
      await inSession(options, async ({ services, project }, output, work) => {
        const [name = '', wanted = ''] = text.split('@');
        const version = wanted.replace(/^v(?=\d)/, '');
        const { lines } = await services.targets.pull({ project: project.id, target, name, version }, work);
        const { digest } = await services.models.read(project.id, name, version);
        output.result({ target, model: name, version, digest, lines }, () => lines.map(printable).join('\n'));
      });
    });

  models
    .command('rollback <name>')
    .description('point an alias to the version that it had before, here and on targets')
    .option('--to <target>', 'only on this target; repeatable (all that have the alias when it is left out)', gather)
    .option('--alias <alias>', 'the alias that moves', 'champion')
    .option('--version <version>', 'to this version instead of the one before')
    .option('--reason <text>', 'why, for the audit log', '')
    .option('--json', 'print one JSON value')
    .action(async (name: string, { to, alias, version, reason, ...options }: RollbackOptions) => {
      await inSession(options, async ({ services, project }, output, work) => {
        const { lines } = await services.targets.rollback(
          {
            project: project.id,
            name,
            targets: to ?? null,
            alias,
            version: version?.replace(/^v(?=\d)/, '') ?? null,
            reason,
          },
          { ...work, onProgress: (_done, _total, label) => output.progress(printable(label)) },
        );
        output.result({ model: name, alias, lines }, () => lines.map(printable).join('\n'));
      });
    });
}

function planText(plan: PushPlan): string {
  const rows = plan.items.map(({ path, what, bytes: size, there }) => [
    there ? 'there' : 'send',
    what,
    printable(path),
    bytes(size),
  ]);
  return [
    table(['', 'what', 'path', 'size'], rows),
    `${bytes(plan.bytes)} to send to ${printable(plan.ref || plan.target)}, ${bytes(plan.skippedBytes)} are there already.`,
    ...plan.steps.map((step) => `It ${printable(step)}.`),
    ...(plan.refusal === null ? [] : [printable(plan.refusal)]),
  ].join('\n');
}
