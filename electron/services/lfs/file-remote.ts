import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { AppError } from '../../../shared/errors.ts';
import { portionsOf } from '../datasets/pool.ts';
import { readGitConfig } from '../git/config-file.ts';
import { findRepository, type Repository } from '../git/repository.ts';
import type { Wanted } from './batch.ts';
import { setAside } from './checkout.ts';
import type { LfsContext } from './context.ts';
import type { Operation } from './endpoint.ts';
import { findObject, objectPath, prepareTemporary, type Store, storeOf } from './store.ts';
import type { Exchanged } from './transfer.ts';

/**
 * The store of another repository on this machine, as git-lfs's own adapter for `file://` uses it.
 * @throws AppError NOT_FOUND
 */
export function storeOfFolder(folder: string): Store {
  const repository: Repository | null =
    existsSync(join(folder, 'HEAD')) && existsSync(join(folder, 'objects'))
      ? { top: folder, gitFolder: folder, commonFolder: folder }
      : existsSync(join(folder, '.git'))
        ? findRepository(folder)
        : null;
  if (!repository)
    throw new AppError(
      'NOT_FOUND',
      `The remote is not there: ${folder} is no git repository. Check its address, or that its disk is mounted.`,
    );
  return storeOf(repository, readGitConfig(repository));
}

/** Copies objects between two stores; each is hashed on its way, and what is there already stays. */
export async function exchangeFolder(
  { pool, stop, store, report }: LfsContext,
  operation: Operation,
  objects: readonly Wanted[],
  other: Store,
  label: string,
): Promise<Exchanged> {
  const [from, to] = operation === 'download' ? [other, store] : [store, other];
  mkdirSync(to.folder, { recursive: true });
  const temporary = prepareTemporary(to);
  const failed = new Map<string, AppError>();
  const missing = objects.filter((one) => findObject(to, one) === null);
  const total = missing.reduce((sum, one) => sum + one.size, 0);
  let [files, bytes, done] = [0, 0, 0];
  await pool.inPortions(
    'lfsPlace',
    portionsOf(missing.length, (i) => missing[i]!.size),
    ([start, end]) => ({
      items: missing.slice(start, end).map((one) => ({ ...one, path: objectPath(to, one.oid), executable: false })),
      store: from,
      temporary,
    }),
    stop,
    ({ stamps, damaged }, [start]) => {
      stamps.forEach((stamp, k) => {
        const one = missing[start + k]!;
        done += one.size;
        if (stamp === null)
          failed.set(
            one.oid,
            new AppError(
              'NOT_FOUND',
              `The object ${one.oid.slice(0, 12)}… is ${damaged.some((path) => path.endsWith(one.oid)) ? 'damaged' : 'missing'} ${operation === 'download' ? 'in the remote' : 'on this machine'}. Whoever has it can push it.`,
            ),
          );
        else {
          files++;
          bytes += one.size;
        }
      });
      if (operation === 'upload') for (const object of damaged) setAside(store, object);
      report({ done, total, unit: 'bytes', label });
    },
  );
  return { files, bytes, failed };
}
