import type { RunColumns } from '../../../shared/contract/runs.ts';
import type { Filter } from '../../../shared/run-filter.ts';
import type { Db } from '../../db/open.ts';
import { addFunctions, filterSql, type SqlPart } from './filter-sql.ts';
import { sortSql } from './sort-sql.ts';

export type PageQuery = {
  filter: Filter;
  deleted: boolean;
  sort: { key: string; desc: boolean };
  offset: number;
  limit: number;
  /** epoch ms */
  now: number;
};

/** From this offset on, sorting everything costs less than walking past so many runs one by one. */
const DEEP = 1000;

/** Which runs a page shows, in order, by their row numbers; and how many there are in all. */
export function findPage(db: Db, query: PageQuery): { total: number; pks: number[] } {
  addFunctions(db);
  const where = condition(query);
  const sort = sortSql(query.sort.key, query.now);
  const pks =
    sort.series !== null && query.offset < DEEP
      ? metricPage(db, where, sort.series, query)
      : sortedPage(db, where, query);
  const total =
    pks.length < query.limit && (pks.length > 0 || query.offset === 0) ? query.offset + pks.length : count(db, where);
  return { total, pks };
}

function condition({ filter, deleted, now }: PageQuery): SqlPart {
  const { sql, values } = filterSql(filter, now);
  return { sql: `r.deleted_at IS ${deleted ? 'NOT ' : ''}NULL AND ${sql}`, values };
}

function count(db: Db, where: SqlPart): number {
  return db
    .prepare(`SELECT count(*) FROM runs r WHERE ${where.sql}`)
    .pluck()
    .get(...where.values) as number;
}

function sortedPage(db: Db, where: SqlPart, { sort, now, limit, offset }: PageQuery): number[] {
  const { join, keys } = sortSql(sort.key, now);
  const way = sort.desc ? 'DESC' : 'ASC';
  const order = keys.map((key) => `${key.sql} ${key.always ?? way} NULLS LAST`).join(', ');
  return db
    .prepare(`SELECT r.pk FROM runs r ${join.sql} WHERE ${where.sql} ORDER BY ${order}, r.pk ${way} LIMIT ? OFFSET ?`)
    .pluck()
    .all(...join.values, ...where.values, ...keys.flatMap((key) => key.values), limit, offset) as number[];
}

/**
 * By a metric's last value the index itself is the order, so a page costs its own rows and not all of them.
 * Runs without the metric, and those whose value is NaN, follow.
 */
function metricPage(db: Db, where: SqlPart, key: string, { sort, limit, offset }: PageQuery): number[] {
  const way = sort.desc ? 'DESC' : 'ASC';
  const from = `FROM series k CROSS JOIN runs r ON r.pk = k.run WHERE k.key = ? AND k.last IS NOT NULL AND ${where.sql}`;
  const some = db
    .prepare(`SELECT k.run ${from} ORDER BY k.last ${way}, k.run ${way} LIMIT ? OFFSET ?`)
    .pluck()
    .all(key, ...where.values, limit, offset) as number[];
  if (some.length === limit) return some;
  const passed =
    some.length > 0
      ? offset + some.length
      : (db
          .prepare(`SELECT count(*) ${from}`)
          .pluck()
          .get(key, ...where.values) as number);
  const rest = db
    .prepare(
      `SELECT r.pk FROM runs r WHERE ${where.sql} AND +r.pk NOT IN (SELECT run FROM series WHERE key = ? AND last IS NOT NULL) ORDER BY r.pk ${way} LIMIT ? OFFSET ?`,
    )
    .pluck()
    .all(...where.values, key, limit - some.length, Math.max(0, offset - passed)) as number[];
  return [...some, ...rest];
}

const MAX_COLUMNS = 5000;

/** Keys and how many runs that are not in the trash have each; the most used when there are more than 5,000, in natural order. */
export function columns(db: Db): RunColumns {
  return {
    metrics: keyCounts(db, 'series'),
    params: keyCounts(db, 'params'),
    tags: keyCounts(db, 'tags'),
    experiments: natural(
      db
        .prepare<[], KeyCount>(
          `SELECT experiment AS key, count(*) AS runs FROM runs WHERE deleted_at IS NULL GROUP BY experiment ORDER BY runs DESC LIMIT ${MAX_COLUMNS}`,
        )
        .all(),
    ),
  };
}

type KeyCount = { key: string; runs: number };

function keyCounts(db: Db, table: 'series' | 'params' | 'tags'): KeyCount[] {
  // counting all and taking the few of the trash away needs only the index; joining every row with its run is ten times slower
  const all = db.prepare<[], KeyCount>(`SELECT key, count(*) AS runs FROM ${table} GROUP BY key`).all();
  const trashed = new Map(
    db
      .prepare<[], KeyCount>(
        `SELECT k.key, count(*) AS runs FROM runs r CROSS JOIN ${table} k ON k.run = r.pk WHERE r.deleted_at IS NOT NULL GROUP BY k.key`,
      )
      .all()
      .map((row) => [row.key, row.runs]),
  );
  const left = all
    .map(({ key, runs }) => ({ key, runs: runs - (trashed.get(key) ?? 0) }))
    .filter((row) => row.runs > 0);
  return natural(left.sort((a, b) => b.runs - a.runs).slice(0, MAX_COLUMNS));
}

const collator = new Intl.Collator('en', { numeric: true });

function natural(rows: KeyCount[]): KeyCount[] {
  return rows.sort((a, b) => collator.compare(a.key, b.key));
}

/** Ids that begin or end with these lower-case hex digits, trash included; at most 100. */
export function idsLike(db: Db, hex: string): string[] {
  return db
    .prepare(`SELECT id FROM runs WHERE id LIKE ? OR id LIKE ? ORDER BY pk LIMIT 100`)
    .pluck()
    .all(`${hex}%`, `%${hex}`) as string[];
}

/** Ids of the runs with exactly this name, newest first, trash included; at most 100. */
export function idsNamed(db: Db, name: string): string[] {
  return db
    .prepare('SELECT id FROM runs WHERE name = ? ORDER BY created_at DESC LIMIT 100')
    .pluck()
    .all(name) as string[];
}

export type RunState = { pk: number; id: string; name: string; status: string; deleted: boolean };

/** The state of those of the asked runs that exist. */
export function runStates(db: Db, ids: readonly string[]): RunState[] {
  return db
    .prepare<[string], Omit<RunState, 'deleted'> & { deleted: number }>(
      `SELECT r.pk, r.id, r.name, r.status, r.deleted_at IS NOT NULL AS deleted FROM json_each(?) i CROSS JOIN runs r ON r.id = i.value`,
    )
    .all(JSON.stringify(ids))
    .map((row) => ({ ...row, deleted: row.deleted === 1 }));
}

/** Takes runs out of the index, with everything that hangs on them. */
export function removeRuns(db: Db, pks: readonly number[]): void {
  const remove = db.prepare('DELETE FROM runs WHERE pk = ?');
  db.transaction(() => {
    for (const pk of pks) remove.run(pk);
  }).immediate();
}
