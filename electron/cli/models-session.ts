import type { Command } from 'commander';
import { AppError } from '../../shared/errors.ts';
import { bytes, createOutput, type Output, printable } from './output.ts';
import { openSession, type Session } from './session.ts';

export type Json = { json?: boolean };
export type OneVersion = { readonly name: string; readonly version: string };
export type Work = {
  readonly signal: AbortSignal;
  /** bytes, and what is going on */
  readonly onProgress: (done: number, total: number, label: string) => void;
};

/** What the families of `assay models …` share. */
export type ModelsCommands = {
  /** `assay models`, to add to */
  readonly models: Command;
  readonly program: Command;
  /** Opens the project, draws progress, and lets go at the end, also when interrupted. */
  inSession(options: Json, work: (session: Session, output: Output, work: Work) => Promise<void> | void): Promise<void>;
  /** sets the exit code */
  done(code: number): void;
};

export function modelsCommands(program: Command, done: (code: number) => void): ModelsCommands {
  const models = program
    .command('models')
    .description('versions of models with their evidence, gates, approval and push');
  return {
    models,
    program,
    done,
    async inSession(options, work) {
      const output = createOutput(options.json ?? false);
      const session = await openSession(program.opts<{ C: string }>().C);
      const stop = new AbortController();
      const interrupt = (): void => stop.abort();
      process.once('SIGINT', interrupt);
      try {
        await work(session, output, {
          signal: stop.signal,
          onProgress: (now, total, label) =>
            output.progress(`${printable(label)}: ${bytes(now)} of ${bytes(Math.max(now, total))}`),
        });
      } finally {
        process.removeListener('SIGINT', interrupt);
        output.progress(null);
        await session.close();
      }
    },
  };
}

/**
 * The version that a person means: `churn@1.2.0`, `churn@v1.2.0`, `churn@champion` (an alias or a stage), `churn` (the newest).
 * @throws AppError NOT_FOUND, BAD_REQUEST
 */
export async function findVersion({ services, project }: Session, text: string): Promise<OneVersion> {
  const [name = '', wanted, ...rest] = text.split('@');
  if (rest.length > 0 || name === '' || wanted === '')
    throw new AppError(
      'BAD_REQUEST',
      `"${text}" names no version. Write NAME@1.2.0, NAME@ALIAS, or NAME for the newest.`,
    );
  const versions = await services.models.versions(project.id, name);
  if (versions.length === 0)
    throw new AppError(
      'NOT_FOUND',
      `There is no model "${name}" in ${project.name}. "assay models list" shows what there is.`,
    );
  if (wanted === undefined || wanted === 'latest') return { name, version: versions[0]! };
  const bare = /^v\d/.test(wanted) ? wanted.slice(1) : wanted;
  if (versions.includes(bare)) return { name, version: bare };
  const pointers = await services.models.pointers(project.id, name);
  const pointed = Object.hasOwn(pointers, wanted) ? pointers[wanted] : undefined;
  if (pointed !== undefined) return { name, version: pointed };
  const known = [...versions.slice(0, 5), ...Object.keys(pointers)].join(', ');
  throw new AppError('NOT_FOUND', `${name} has no version, alias or stage "${wanted}". It has: ${known}.`);
}
