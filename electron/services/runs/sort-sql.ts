import { AppError } from '../../../shared/errors.ts';
import { DURATION, type SqlPart } from './filter-sql.ts';

/**
 * How to sort `runs r`: an optional join and the values to order by, most significant first, where NULL means "has none" and `always` is
 * a direction that is not turned round. `series` is the metric whose last value alone gives the order.
 */
export type SortSql = { join: SqlPart; keys: (SqlPart & { always?: 'ASC' })[]; series: string | null };

const COLUMNS: Record<string, string> = {
  name: 'r.name COLLATE NOCASE',
  experiment: 'r.experiment COLLATE NOCASE',
  status: 'r.status',
  createdAt: 'r.created_at',
  startedAt: 'r.started_at',
  endedAt: 'r.ended_at',
  branch: 'r.git_branch COLLATE NOCASE',
  starred: 'r.starred',
  host: 'r.host COLLATE NOCASE',
};
const NOTHING: SqlPart = { sql: '', values: [] };

/**
 * Reads a sort key of the contract.
 * @param now epoch ms, for the duration of what still runs
 * @throws AppError BAD_REQUEST when there is no such key
 */
export function sortSql(key: string, now: number): SortSql {
  const column = Object.hasOwn(COLUMNS, key) ? COLUMNS[key] : undefined;
  if (column) return { join: NOTHING, keys: [{ sql: column, values: [] }], series: null };
  if (key === 'duration') return { join: NOTHING, keys: [{ sql: DURATION, values: [now] }], series: null };
  const colon = key.indexOf(':');
  const kind = key.slice(0, colon);
  const rest = key.slice(colon + 1);
  if (colon > 0 && rest !== '') {
    if (kind === 'metric') return metricSort(rest);
    if (kind === 'tag') return side('tags', rest, ['k.value COLLATE NOCASE']);
    // numbers by their size before texts by their letters; JSON's null is no value
    if (kind === 'param') return paramSort(rest);
  }
  throw new AppError(
    'BAD_REQUEST',
    `Runs cannot be sorted by "${key}". Use ${Object.keys(COLUMNS).join(', ')}, duration, param:KEY, tag:KEY, metric:KEY, metric:KEY:min or metric:KEY:max.`,
  );
}

function metricSort(rest: string): SortSql {
  const part = /^(.+):(min|max|last)$/s.exec(rest);
  const column = part && part[2] !== 'last' ? part[2]! : 'last';
  const key = part ? part[1]! : rest;
  return { ...side('series', key, [`k.${column}`]), series: column === 'last' ? key : null };
}

/** Numbers by their size come before texts by their letters, both ways; JSON's null is no value. */
function paramSort(key: string): SortSql {
  const sort = side('params', key, ['k.number', 'k.value COLLATE NOCASE']);
  const kind = {
    sql: `CASE WHEN k.number IS NOT NULL THEN 0 WHEN k.value <> 'null' THEN 1 END`,
    values: [],
    always: 'ASC' as const,
  };
  return { ...sort, keys: [kind, ...sort.keys] };
}

function side(table: string, key: string, columns: readonly string[]): SortSql {
  return {
    join: { sql: `LEFT JOIN ${table} k ON k.run = r.pk AND k.key = ?`, values: [key] },
    keys: columns.map((sql) => ({ sql, values: [] })),
    series: null,
  };
}
