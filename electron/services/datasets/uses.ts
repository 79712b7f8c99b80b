import type { Db } from '../../db/open.ts';

export type Use = { readonly id: string; readonly name: string; readonly status: string };

const AT_MOST = 20;

/** The runs that read some versions, by the version's hash, newest first. Runs write it as `md5:<hex>`. */
export function usesOf(db: Db, hashes: readonly string[]): Map<string, Use[]> {
  const uses = new Map<string, Use[]>();
  const find = db.prepare<[string, string], Use>(
    `SELECT DISTINCT r.id, r.name, r.status FROM datasets d JOIN runs r ON r.pk = d.run
     WHERE d.hash IN (?, ?) AND r.deleted_at IS NULL ORDER BY r.created_at DESC LIMIT ${AT_MOST}`,
  );
  for (const hash of new Set(hashes)) uses.set(hash, find.all(hash, `md5:${hash}`));
  return uses;
}

/** Every hash that a run of the project has read, bare. */
export function hashesUsed(db: Db): Set<string> {
  const all = db
    .prepare<[], string>('SELECT DISTINCT d.hash FROM datasets d JOIN runs r ON r.pk = d.run WHERE d.hash IS NOT NULL')
    .pluck()
    .all() as unknown as string[];
  return new Set(all.map((hash) => hash.replace(/^md5:/, '')));
}
