import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import pc from 'picocolors';
import type { Review } from '../../shared/contract/reviews.ts';
import { readPrivateKey } from '../services/signing/keys.ts';
import { findVersion, type Json, type ModelsCommands } from './models-session.ts';
import { printable, printableLines } from './output.ts';

type Options = Json & { comment: string };

/** `assay models request|approve|reject|withdraw NAME@V`; 0 when it is done, 1 when it is refused. */
export function addReviewCommands({ models, inSession, program }: ModelsCommands): void {
  models
    .command('request <version>')
    .description('check the gates if need be, freeze the result, and ask the reviewers')
    .option('--comment <text>', 'for the reviewers', '')
    .option('--json', 'print JSON')
    .action(async (text: string, { comment, ...options }: Options) => {
      await inSession(options, async (session, output, { signal }) => {
        const { name, version } = await findVersion(session, text);
        const review = await session.services.reviews.request(session.project.id, name, version, comment, signal);
        output.result(review, () => describe(review));
      });
    });

  models
    .command('withdraw <version>')
    .description('take your request back')
    .option('--json', 'print JSON')
    .action(async (text: string, options: Json) => {
      await inSession(options, async (session, output) => {
        const { name, version } = await findVersion(session, text);
        const review = await session.services.reviews.withdraw(session.project.id, name, version);
        output.result(review, () => describe(review));
      });
    });

  models
    .command('approve <version>')
    .description('approve as the person whom git names; the last approval that is needed signs the version')
    .option('--comment <text>', 'for the others', '')
    .option('--override <reason>', 'approve although gates do not pass; the reason stays visible for ever')
    .option(
      '--key <file>',
      'sign with this private key (PEM, EC P-256, P-384 or P-521) instead of the one of this machine',
    )
    .option('--json', 'print JSON')
    .action(
      async (text: string, { comment, override, key, ...options }: Options & { override?: string; key?: string }) => {
        await inSession(options, async (session, output) => {
          const { name, version } = await findVersion(session, text);
          const own =
            key === undefined
              ? undefined
              : readPrivateKey(
                  readFileSync(resolve(program.opts<{ C: string }>().C, key), 'utf8'),
                  process.env.ASSAY_SIGNING_PASSPHRASE,
                );
          const review = await session.services.reviews.decide(session.project.id, name, version, {
            decision: 'approve',
            comment,
            override: override ?? null,
            key: own,
          });
          output.result(review, () => describe(review));
        });
      },
    );

  models
    .command('reject <version>')
    .description('reject as the person whom git names; this closes the request')
    .option('--comment <text>', 'for the others', '')
    .option('--json', 'print JSON')
    .action(async (text: string, { comment, ...options }: Options) => {
      await inSession(options, async (session, output) => {
        const { name, version } = await findVersion(session, text);
        const review = await session.services.reviews.decide(session.project.id, name, version, {
          decision: 'reject',
          comment,
          override: null,
        });
        output.result(review, () => describe(review));
      });
    });
}

function describe({
  model,
  version,
  state,
  decisions,
  waitingFor,
  overridden,
  changedSince,
  signature,
}: Review): string {
  const words = { none: 'not requested', requested: 'review requested', approved: 'approved', rejected: 'rejected' }[
    state
  ];
  const colour = state === 'rejected' || overridden ? pc.red : state === 'approved' ? pc.green : pc.yellow;
  return [
    `${model}@${version}: ${colour(overridden ? `${words}, overriding failed gates` : words)}`,
    ...decisions.map(({ by, decision, comment, override }) =>
      printable(
        `  ${decision === 'approve' ? 'approved' : 'rejected'} by ${by.name} <${by.email}>${override === null ? '' : `, overriding: ${override}`}${comment === '' ? '' : `: ${comment}`}`,
      ),
    ),
    ...(waitingFor.length > 0 ? [printable(`  waits for ${waitingFor.join(', ')}`)] : []),
    ...changedSince.map((what) => pc.yellow(printableLines(`  ${what}`))),
    ...(signature && state === 'approved'
      ? [
          `  signed: ${signature.file} (key ${signature.keyFingerprint.slice(0, 12)}…)${signature.valid ? '' : pc.red(` ${printable(signature.problem ?? '')}`)}`,
        ]
      : []),
  ].join('\n');
}
