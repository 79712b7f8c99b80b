import { statSync } from 'node:fs';
import { AppError } from '../../../shared/errors.ts';
import { type Db, indexError, openDb } from '../../db/open.ts';
import { type CatchUpOptions, catchUp } from './catch-up.ts';
import { createIngester, type Ingester } from './ingester.ts';

type Opened = { db: Db; ingester: Ingester; inode: number };

/**
 * An index as those see it who write to it: opened when first needed, opened again when its file was deleted or replaced, with whatever SQLite
 * throws turned into a sentence.
 * @param onReplaced called after the new file is there, for others in this process that have the old one open
 */
export function openIndexSession(root: string, indexPath: string, onReplaced: () => void) {
  let opened: Opened | null = null;
  let lastInode: number | null = null;

  const close = (): void => {
    opened?.db.close();
    opened = null;
  };

  const current = (): Opened => {
    const inode = inodeOf(indexPath);
    if (opened && opened.inode === inode) return opened;
    // compared before the old file is closed: the new one may be given its number
    const replaced = lastInode !== null && lastInode !== inode;
    close();
    const db = openDb(indexPath);
    opened = { db, ingester: createIngester(root, db), inode: inodeOf(indexPath) ?? -1 };
    lastInode = opened.inode;
    if (replaced) onReplaced();
    return opened;
  };

  const guarded = async <T>(work: (index: Opened) => T | Promise<T>): Promise<T> => {
    try {
      return await work(current());
    } catch (error) {
      if (error instanceof AppError || !isSqlite(error)) throw error;
      close();
      throw indexError(indexPath, error);
    }
  };

  return {
    guarded,
    catchUp: (options: CatchUpOptions = {}): Promise<string[]> =>
      guarded(({ db, ingester }) => catchUp(root, db, { ...options, ingester })),
    /** True when the file is not the one that is open. */
    isReplaced: (): boolean => lastInode !== null && inodeOf(indexPath) !== lastInode,
    /** Gives cached pages back, for when there is nothing to do. */
    rest: (): void => void opened?.db.pragma('shrink_memory'),
    close,
  };
}

function inodeOf(path: string): number | null {
  return statSync(path, { throwIfNoEntry: false })?.ino ?? null;
}

function isSqlite(error: unknown): boolean {
  return String((error as { code?: unknown } | null)?.code ?? '').startsWith('SQLITE_');
}
