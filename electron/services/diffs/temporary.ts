import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const NAME = /^assay-diff-(\d+)-/;
/** A folder in use is written to; one that nobody touched for so long, of a process that is gone, is left over. */
const OLD_MS = 600_000;

let swept = false;

/** A folder for temporary files of this process, to be removed by whoever asked for it. The first one has leftovers swept meanwhile. */
export function temporaryFolder(): Promise<string> {
  if (!swept) void sweepTemporary(Date.now());
  swept = true;
  return mkdtemp(join(tmpdir(), `assay-diff-${process.pid}-`));
}

/** Removes what killed processes left behind. Never throws. */
export async function sweepTemporary(now: number, folder: string = tmpdir()): Promise<void> {
  for (const name of await readdir(folder).catch(() => [])) {
    const pid = Number(NAME.exec(name)?.[1] ?? Number.NaN);
    if (!Number.isInteger(pid) || isAlive(pid)) continue;
    const path = join(folder, name);
    const found = await stat(path).catch(() => null);
    if (found?.isDirectory() && now - found.mtimeMs > OLD_MS)
      await rm(path, { recursive: true, force: true }).catch(() => {});
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
