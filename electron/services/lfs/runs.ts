import { mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { DatasetVersion } from '../../../shared/contract/datasets.ts';
import type { Db } from '../../db/open.ts';
import { readJson, writeFileAtomic } from '../../platform/files.ts';
import { portionsOf } from '../datasets/pool.ts';
import { hashesUsed, usesOf } from '../datasets/uses.ts';
import { assayFolder } from '../projects/layout.ts';
import type { LfsContext } from './context.ts';
import { findObject } from './store.ts';

type Md5s = Map<string, string>;

const fileOf = (project: string): string => join(assayFolder(project), 'data', 'lfs-md5.json');

function readMd5s(project: string): Md5s {
  const stored = readJson(fileOf(project));
  const entries = stored !== null && typeof stored === 'object' ? Object.entries(stored) : [];
  return new Map(entries.filter((entry): entry is [string, string] => /^[0-9a-f]{32}$/.test(String(entry[1]))));
}

/**
 * The same versions with the runs that read them. Runs know files by MD5, Git LFS by SHA-256: what an object is called there is kept in
 * `.assay/data/lfs-md5.json`, which saves time only.
 */
export function withRuns({ named }: LfsContext, db: Db | null, versions: readonly DatasetVersion[]): DatasetVersion[] {
  if (db === null) return [...versions];
  const md5s = readMd5s(named);
  const uses = usesOf(
    db,
    versions.flatMap(({ hash }) => (hash && md5s.get(hash)) ?? []),
  );
  return versions.map((one) => ({ ...one, runs: uses.get(md5s.get(one.hash ?? '') ?? '') ?? [] }));
}

/** Finds out the MD5 of objects that are on this machine, when there are runs that read data at all; true when there is news. */
export async function learnMd5s(
  { named, store, pool, stop }: LfsContext,
  db: Db | null,
  versions: readonly Pick<DatasetVersion, 'hash' | 'size'>[],
): Promise<boolean> {
  if (db === null || hashesUsed(db).size === 0) return false;
  const md5s = readMd5s(named);
  const items = versions.flatMap(({ hash, size }) => {
    const path = hash && size && !md5s.has(hash) ? findObject(store, { oid: hash, size }) : null;
    return path ? [{ path, hash: null, oid: hash! }] : [];
  });
  if (items.length === 0) return false;
  await pool.inPortions(
    'hash',
    portionsOf(items.length, () => 0, 1),
    ([from, to]) => ({ items: items.slice(from, to), legacy: false }),
    stop,
    (output, [from]) => {
      output.md5s.forEach((md5, k) => {
        md5s.set(items[from + k]!.oid, md5);
      });
    },
  );
  mkdirSync(dirname(fileOf(named)), { recursive: true });
  writeFileAtomic(fileOf(named), JSON.stringify(Object.fromEntries(md5s)));
  return true;
}
