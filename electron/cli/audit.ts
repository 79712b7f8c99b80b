import type { Command } from 'commander';
import pc from 'picocolors';
import type { AuditEvent } from '../../shared/contract/audit.ts';
import { AppError } from '../../shared/errors.ts';
import { counted, createOutput, printable, table } from './output.ts';
import { withSession } from './session.ts';

/** `assay audit log|verify`; `verify` ends with 1 when something was changed. */
export function auditCommand(program: Command, done: (code: number) => void): void {
  const audit = program
    .command('audit')
    .description('the log of everything that happened to models, and whether it is whole');

  audit
    .command('log')
    .description('events, newest first')
    .option('--model <name>', 'of one model, or NAME@VERSION')
    .option('--limit <n>', 'at most so many', '100')
    .option('--json', 'print JSON')
    .action(async (options: { model?: string; limit: string; json?: boolean }) => {
      const limit = Number(options.limit);
      if (!Number.isSafeInteger(limit) || limit < 1)
        throw new AppError('BAD_REQUEST', `--limit ${options.limit}: give a whole number above 0.`);
      const output = createOutput(options.json ?? false);
      await withSession(program, (session) => {
        const [model, version] = options.model?.split('@') ?? [];
        const log = session.services.audit.log(session.project.id, { model, version, limit });
        output.result(log, () =>
          log.total === 0
            ? 'Nothing happened yet.'
            : [
                table(['when', 'who', 'what', 'version', ''], log.events.map(line)),
                pc.dim(`${log.events.length} of ${log.total} events, head ${log.head}`),
              ].join('\n'),
        );
      });
    });

  audit
    .command('verify')
    .description('check every line against its chain, the other chains, receipts and git; names what was changed')
    .option('--json', 'print JSON')
    .action(async (options: { json?: boolean }) => {
      const output = createOutput(options.json ?? false);
      await withSession(program, async (session) => {
        const report = await session.services.audit.verify(session.project.id);
        const errors = report.findings.filter(({ severity }) => severity === 'error');
        output.result(report, () =>
          [
            ...report.findings.map(
              ({ severity, where, message }) =>
                `${severity === 'error' ? pc.red('changed') : pc.yellow('note')} ${printable(where)}: ${printable(message)}`,
            ),
            errors.length === 0
              ? `${pc.green('Whole')}: ${counted(report.events, 'event')} by ${counted(report.writers, 'writer')}, head ${report.head}`
              : `${pc.red('Not whole')}: ${counted(errors.length, 'finding')} among ${counted(report.events, 'event')}.`,
          ].join('\n'),
        );
        if (errors.length > 0) done(1);
      });
    });
}

const line = ({ at, actor, action, model, version, data }: AuditEvent): string[] => [
  at.slice(0, 19).replace('T', ' '),
  printable(actor.name),
  data.override ? pc.red(`${action} (override)`) : action,
  printable(model === null ? '' : version === null ? model : `${model}@${version}`),
  printable(
    ['alias', 'stage', 'target', 'comment', 'override', 'reason']
      .flatMap((key) => (typeof data[key] === 'string' ? data[key] : []))
      .join(' · '),
  ).slice(0, 80),
];
