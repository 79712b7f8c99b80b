import type { Command } from 'commander';
import { AppError } from '../../shared/errors.ts';
import { createOutput, type Output, printable, table } from './output.ts';
import { secretLines } from './secret-input.ts';
import { type Session, withSession } from './session.ts';

type Json = { json?: boolean };

/** `assay targets …`: where models are pushed to, and the secrets for that. */
export function targetsCommand(program: Command, done: (code: number) => void): void {
  const targets = program.command('targets').description('where models are pushed to: the targets of assay.yaml');

  const inSession = (options: Json, work: (session: Session, output: Output) => Promise<void> | void): Promise<void> =>
    withSession(program, (session) => work(session, createOutput(options.json ?? false)));

  targets
    .command('list')
    .description('the targets of assay.yaml, and what was pushed there last')
    .option('--json', 'print one JSON value')
    .action((options: Json) =>
      inSession(options, async ({ services, project }, output) => {
        const found = await services.targets.list(project.id);
        if (found.problem) throw new AppError('BAD_REQUEST', found.problem);
        output.result(found, () =>
          found.targets.length === 0
            ? 'assay.yaml names no targets.'
            : table(
                ['target', 'type', 'where', 'takes', 'secret', 'last push', ''],
                found.targets.map(({ name, type, url, requires, secret, lastReceipt, problem }) => [
                  name,
                  type,
                  printable(url),
                  requires === 'approved' ? 'approved' : 'anything',
                  secret,
                  lastReceipt
                    ? `${lastReceipt.model}@${lastReceipt.version}, ${new Date(lastReceipt.at).toISOString().slice(0, 10)}`
                    : '',
                  printable(problem ?? ''),
                ]),
              ),
        );
      }),
    );

  targets
    .command('test <target>')
    .description('sign in and read something harmless (exit code 1 when that fails)')
    .option('--json', 'print one JSON value')
    .action((target: string, options: Json) =>
      inSession(options, async ({ services, project }, output) => {
        const result = await services.targets.test(project.id, target, new AbortController().signal);
        if (!result.ok) done(1);
        output.result(result, () => printable(result.message));
      }),
    );

  targets
    .command('login <target>')
    .description('keep the password or token of a target, read from standard input, outside the project')
    .option('-u, --user <user>', 'the user it belongs to (an access key of S3); none for a token')
    .option('--json', 'print one JSON value')
    .action((target: string, { user, ...options }: Json & { user?: string }) =>
      inSession(options, async ({ services, project }, output) => {
        const [secret] = await secretLines('Password or token');
        const { kept } = await services.targets.setSecret(project.id, target, user ?? null, secret!);
        output.result({ target, kept }, () =>
          kept === 'file'
            ? `Kept in a file that only you can read: this machine has no keyring that Assay can use.`
            : `Kept (${kept}).`,
        );
      }),
    );

  targets
    .command('logout <target>')
    .description('forget the password or token of a target')
    .option('--json', 'print one JSON value')
    .action((target: string, options: Json) =>
      inSession(options, async ({ services, project }, output) => {
        const { kept } = await services.targets.setSecret(project.id, target, null, null);
        output.result({ target, kept }, () =>
          kept === 'environment' ? 'Forgotten; the environment still names one.' : 'Forgotten.',
        );
      }),
    );
}
