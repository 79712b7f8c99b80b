import { rmSync, statSync, utimesSync } from 'node:fs';
import { hostname } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { writeFileAtomic } from '../../platform/files.ts';
import { startTimeOf } from '../../platform/process-identity.ts';
import { readJsonFile } from './safe-read.ts';

/** A lock of another machine counts as left behind after this long; its owner renews it more often. */
const AWAY_STALE_MS = 60_000;
const RENEW_MS = 15_000;

/** The lock beside an index: `.assay/ingest.lock`, or `<id>.lock` for an index that lives in Assay's own data folder. */
export function lockPathOf(indexPath: string): string {
  const name = basename(indexPath, '.db');
  return join(dirname(indexPath), name === 'index' ? 'ingest.lock' : `${name}.lock`);
}

/**
 * Says which process keeps an index up to date all the time, so that not all of them do the same work. Nothing depends on it being exact:
 * two at once would still count every line once.
 * @param token tells owners in one process apart
 */
export function createLock(path: string, token: string) {
  const self = { pid: process.pid, startTime: startTimeOf(process.pid), host: hostname(), token };

  const holder = (): 'us' | 'other' | 'none' => {
    const file = readJsonFile(path);
    if (!file) return 'none';
    const { pid, startTime, host, token: theirs } = file.value;
    if (theirs === token) {
      if (Date.now() - file.modifiedAt > RENEW_MS) renew(path);
      return 'us';
    }
    if (typeof pid !== 'number') return 'none';
    if (host !== self.host) return Date.now() - file.modifiedAt < AWAY_STALE_MS ? 'other' : 'none';
    return startTimeOf(pid) === startTime ? 'other' : 'none';
  };

  return {
    /** Takes the lock when it is free or its owner is dead. True while it is ours. */
    acquire(): boolean {
      const now = holder();
      if (now !== 'none') return now === 'us';
      try {
        writeFileAtomic(path, JSON.stringify(self));
      } catch {
        // where no lock can be written nobody else can write one either
        return true;
      }
      return holder() === 'us';
    },
    release(): void {
      if (holder() === 'us') rmSync(path, { force: true });
    },
  };
}

function renew(path: string): void {
  try {
    const now = Date.now() / 1000;
    if (statSync(path, { throwIfNoEntry: false })) utimesSync(path, now, now);
  } catch {
    // it is renewed the next time
  }
}
