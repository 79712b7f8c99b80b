import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** `launch.json`: what the runner has to start. The environment comes as its own, so that no secret touches the disk. */
export type Launch = {
  readonly command: readonly [string, ...string[]];
  readonly cwd: string;
  readonly graceSeconds: number;
  /** indices to sample; null for all */
  readonly gpus: readonly number[] | null;
};

/** Written by Assay itself a moment ago, hence trusted. */
export function readLaunch(folder: string): Launch {
  return JSON.parse(readFileSync(join(folder, 'launch.json'), 'utf8')) as Launch;
}

/** A whole file under a temporary name, then renamed. Throws when it cannot be written. */
export function writeWhole(folder: string, name: string, value: unknown): void {
  const temporary = join(folder, `.${name}.${process.pid}.tmp`);
  try {
    writeFileSync(temporary, JSON.stringify(value), { flush: true });
    renameSync(temporary, join(folder, name));
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
}

const GIVE_UP_AFTER_MS = 3_600_000;

/** Writes a file, trying again for up to an hour while the disk is full; gives up at once when the folder is gone. */
export async function writePatiently(folder: string, name: string, value: unknown): Promise<void> {
  const until = Date.now() + GIVE_UP_AFTER_MS;
  for (let wait = 250; ; wait = Math.min(wait * 2, 30_000)) {
    try {
      return writeWhole(folder, name, value);
    } catch {
      if (!existsSync(folder) || Date.now() > until) return;
      await new Promise((resolve) => setTimeout(resolve, wait));
    }
  }
}
