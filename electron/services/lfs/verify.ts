import { AppError } from '../../../shared/errors.ts';
import { portionsOf } from '../datasets/pool.ts';
import { setAside } from './checkout.ts';
import { type LfsContext, type LfsItem, projectPath } from './context.ts';
import { findObject } from './store.ts';

export type LfsVerified = {
  readonly path: string;
  readonly objects: number;
  readonly bytes: number;
  readonly missing: readonly string[];
  readonly damaged: readonly string[];
};

/** Hashes the objects of recorded versions anew; damaged ones are set aside, so that nobody is handed them. */
export async function verifyItems(context: LfsContext, items: readonly LfsItem[]): Promise<LfsVerified[]> {
  const { pool, stop, report, store } = context;
  const wanted = items.filter((item) => item.pointer !== null && item.pointer.size > 0);
  const objects = wanted.map((item) => findObject(store, item.pointer!));
  const there = [...new Set(objects.flatMap((object) => object ?? []))];
  const damaged = new Set<string>();
  let done = 0;
  await pool.inPortions(
    'lfsHash',
    portionsOf(there.length, () => 0, 20),
    ([from, to]) => ({ paths: there.slice(from, to) }),
    stop,
    (output, [from, to]) => {
      output.forEach((hashed, k) => {
        const object = there[from + k]!;
        if (hashed?.oid !== object.slice(-64)) damaged.add(object);
      });
      done += to - from;
      report({ done, total: there.length, unit: 'files', label: 'verifying objects of Git LFS' });
    },
  );
  for (const object of damaged) setAside(store, object);
  return items.map((item) => {
    const object = objects[wanted.indexOf(item)] ?? null;
    const { pointer } = item;
    if (!pointer) throw new AppError('CONFLICT', `Git holds ${item.path} itself and no pointer.`);
    const isDamaged = object !== null && damaged.has(object);
    return {
      path: projectPath(context, item.path) ?? item.path,
      objects: pointer.size === 0 ? 0 : 1,
      bytes: object === null ? 0 : pointer.size,
      missing: pointer.size > 0 && object === null ? [pointer.oid] : [],
      damaged: isDamaged ? [pointer.oid] : [],
    };
  });
}
