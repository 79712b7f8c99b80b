import { lstatSync } from 'node:fs';
import { join } from 'node:path';
import type { RunPatch } from '../../../shared/contract/runs.ts';
import { AppError, messageOf } from '../../../shared/errors.ts';
import { appendLine } from '../../platform/files.ts';
import { folderOfRun } from './run-files.ts';

/** A line for a run's `log.ndjson`, without its time. */
export type LogLine = { meta?: Record<string, unknown>; tag?: Record<string, string | null>; note?: string };

/** What a person changed, as the log says it; null when the patch is empty. */
export function patchLine({ tags, note, ...meta }: RunPatch): LogLine | null {
  const line: LogLine = {};
  if (Object.keys(meta).length > 0) line.meta = meta;
  if (tags && Object.keys(tags).length > 0) line.tag = tags;
  if (note !== undefined) line.note = note;
  return Object.keys(line).length > 0 ? line : null;
}

/**
 * Appends the same line to the logs of runs. Those that can be written are, whatever happens to the others.
 * @param nowMs epoch ms
 * @throws AppError naming how many could not be written and the first cause, after all were tried; `data.done` are the ids that were
 */
export function appendToRuns(root: string, runs: readonly string[], line: LogLine, nowMs: number): void {
  const done: string[] = [];
  let first: unknown;
  for (const run of runs) {
    try {
      appendLine(logToWrite(root, run), { t: nowMs / 1000, ...line });
      done.push(run);
    } catch (error) {
      first ??= error;
    }
  }
  if (done.length === runs.length) return;
  const [code, message] =
    first instanceof AppError ? [first.code, first.message] : (['UNAVAILABLE', messageOf(first)] as const);
  const failed = runs.length - done.length;
  throw new AppError(
    code,
    runs.length === 1 ? message : `${failed} of ${runs.length} runs could not be changed. The first: ${message}`,
    { done, failed },
    { cause: first },
  );
}

function logToWrite(root: string, run: string): string {
  const path = join(folderOfRun(root, run), 'log.ndjson');
  const stats = lstatSync(path, { throwIfNoEntry: false });
  // through a link, a repository could have lines appended to any file of its user
  if (stats && !stats.isFile())
    throw new AppError(
      'FORBIDDEN',
      `${path} is no regular file, so nothing is written to it. Look at what it is, and take it away.`,
    );
  return path;
}
