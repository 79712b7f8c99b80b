import { closeSync, existsSync, openSync, renameSync, rmSync, statSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { StartRequest } from '../../../shared/contract/runs.ts';
import { AppError } from '../../../shared/errors.ts';
import { isRunId } from '../../../shared/ids.ts';
import { isSecretName } from '../../../shared/secret-names.ts';
import { makeFolder, readJson, writeError, writeFileAtomic } from '../../platform/files.ts';
import { isRunning, type ProcessId, startTimeOf } from '../../platform/process-identity.ts';
import { makeAssayFolder } from '../projects/init.ts';
import { runFolder } from '../projects/layout.ts';
import { masked } from './secrets.ts';

/** Writing a claim takes far less. */
const WRITING_MS = 10_000;

/** `request.json`: what was asked for, and the name the run got. */
const Stored = StartRequest.extend({ createdAt: z.number(), named: z.boolean().catch(true) });
export type StoredRequest = z.output<typeof Stored>;

const Owner = z.object({ pid: z.number(), startTime: z.string() });
const ProcessFile = z.object({
  wrapper: Owner.nullable().catch(null),
  child: Owner.extend({ pgid: z.number().optional() }),
  host: z.string().optional(),
});
export type ProcessFile = z.infer<typeof ProcessFile>;

/** The folder of a run whose id came from outside. */
export function folderOf(root: string, run: string): string {
  if (!isRunId(run)) throw new AppError('BAD_REQUEST', 'A run id is 32 lower-case hex digits.');
  return runFolder(root, run);
}

export function makeRunFolder(root: string, folder: string): void {
  makeAssayFolder(root);
  makeFolder(join(folder, 'artifacts'));
}

export const has = (folder: string, name: string): boolean => existsSync(join(folder, name));

/** True while a run waits to be started and nobody has begun to. */
export const isQueued = (folder: string): boolean =>
  has(folder, 'request.json') && !has(folder, 'run.json') && !has(folder, 'exit.json');

export function writeRequest(folder: string, request: StoredRequest): void {
  writeFileAtomic(join(folder, 'request.json'), JSON.stringify({ ...request, env: masked(request.env) }, null, 2));
}

/** What was asked for, secrets masked; null when there is no (readable) `request.json`. */
export function readRequest(folder: string): StoredRequest | null {
  return Stored.safeParse(readJson(join(folder, 'request.json'))).data ?? null;
}

/** Keeps the secrets of a waiting run where only this person can read them; `dropSecrets` removes them. */
export function keepSecrets(folder: string, env: Readonly<Record<string, string>>): void {
  const hidden = masked(env);
  const secrets = Object.fromEntries(
    Object.entries(env).filter(([name, value]) => hidden[name] !== value || isSecretName(name)),
  );
  if (Object.keys(secrets).length > 0) writeFileAtomic(join(folder, 'secrets.json'), JSON.stringify(secrets), 0o600);
}

/** The secrets of a waiting run. */
export function readSecrets(folder: string): Record<string, string> {
  return z
    .record(z.string(), z.string())
    .catch({})
    .parse(readJson(join(folder, 'secrets.json')));
}

/** Takes the secrets off the disk, when the run waits no more. */
export function dropSecrets(folder: string): void {
  rmSync(join(folder, 'secrets.json'), { force: true });
}

export function readProcessFile(folder: string): ProcessFile | null {
  return ProcessFile.safeParse(readJson(join(folder, 'process.json'))).data ?? null;
}

/** Ends a run from outside: one that never started, or whose wrapper is gone. */
export function writeExit(
  folder: string,
  exit: { code: number | null; signal: string | null; endedAt: number; error: string | null },
): void {
  writeFileAtomic(join(folder, 'exit.json'), JSON.stringify({ ...exit, peakMemoryBytes: null, by: 'host' }));
}

/**
 * Takes a run for this process alone, so that two hosts never start it twice. A claim whose owner died is taken over.
 * Returns the way to give it back, or null when somebody else has it.
 */
export function claim(folder: string): (() => void) | null {
  const path = join(folder, 'claim.json');
  const owner: ProcessId = { pid: process.pid, startTime: startTimeOf(process.pid) ?? '' };
  for (let attempt = 0; attempt < 2; attempt++) {
    try {
      const fd = openSync(path, 'wx');
      try {
        writeSync(fd, JSON.stringify(owner));
      } catch (error) {
        // an empty claim would keep everybody out for ever
        rmSync(path, { force: true });
        throw error;
      } finally {
        closeSync(fd);
      }
      return () => rmSync(path, { force: true });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw writeError(path, error);
      const other = Owner.safeParse(readJson(path)).data;
      if ((other ? isRunning(other) : isBeingWritten(path)) || !moveAside(path)) return null;
    }
  }
  return null;
}

/** A claim that names nobody is being written right now, unless whoever began it was killed in the middle. */
function isBeingWritten(path: string): boolean {
  const stats = statSync(path, { throwIfNoEntry: false });
  return stats !== undefined && Date.now() - stats.mtimeMs < WRITING_MS;
}

/** Of several who find the same dead claim, one succeeds. */
function moveAside(path: string): boolean {
  const aside = `${path}.${process.pid}.dead`;
  try {
    renameSync(path, aside);
    rmSync(aside, { force: true });
    return true;
  } catch {
    return false;
  }
}
