import type { Filter } from '../../../shared/run-filter.ts';
import type { FilterTerm, TextField } from '../../../shared/run-filter-terms.ts';
import type { Db } from '../../db/open.ts';

export type SqlPart = { sql: string; values: (string | number)[] };

const COLUMN: Record<TextField, string> = {
  name: 'r.name',
  experiment: 'r.experiment',
  status: 'r.status',
  branch: 'r.git_branch',
  commit: 'r.git_commit',
  group: 'r.grp',
  parent: 'r.parent',
  source: 'r.source',
  id: 'r.id',
  host: 'r.host',
  // a command is a JSON array; words that follow each other are found as they were typed
  command: `replace(substr(r.command, 3, length(r.command) - 4), '","', ' ')`,
  note: 'r.note',
  error: 'r.error',
  signal: 'r.signal',
};

/** Seconds from start to end; to now while it runs, to its last sign of life when it is lost. One placeholder: now in ms. */
export const DURATION = `((coalesce(r.ended_at, CASE r.status WHEN 'running' THEN ? ELSE r.last_seen_at END) - r.started_at) / 1000)`;

/**
 * A condition on `runs r`. Whatever a person typed is a bound value, never a part of the statement.
 * The connection must know `contains_fold`, see `addFunctions`.
 * @param now epoch ms
 */
export function filterSql(filter: Filter, now: number): SqlPart {
  switch (filter.type) {
    case 'all':
      return part('1');
    case 'and':
    case 'or':
      return join(
        filter.parts.map((one) => filterSql(one, now)),
        filter.type === 'and' ? ' AND ' : ' OR ',
      );
    case 'not': {
      const inner = filterSql(filter.part, now);
      // a comparison with NULL is neither true nor false; the negation of "not true" is what people mean
      return { sql: `(${inner.sql}) IS NOT TRUE`, values: inner.values };
    }
    default:
      return termSql(filter, now);
  }
}

const prepared = new WeakSet<Db>();

/** Adds the SQL function that the conditions use, once for each connection. */
export function addFunctions(db: Db): void {
  if (prepared.has(db)) return;
  prepared.add(db);
  db.function('contains_fold', { deterministic: true }, (text: unknown, folded: unknown) =>
    typeof text === 'string' && text.toLowerCase().includes(folded as string) ? 1 : 0,
  );
}

function termSql(term: FilterTerm, now: number): SqlPart {
  switch (term.type) {
    case 'word':
      return wordSql(term.text);
    case 'text':
      return textSql(term);
    case 'number': {
      const column = {
        duration: DURATION,
        exit: 'r.exit_code',
        memory: 'r.peak_memory',
        artifacts: 'r.artifact_count',
      }[term.field];
      return part(`${column} ${term.op} ?`, ...(term.field === 'duration' ? [now] : []), term.value);
    }
    case 'time':
      return timeSql(`r.${term.field}_at`, term);
    case 'metric':
      return inRuns('series', term.key, metricCondition(term));
    case 'param':
      return inRuns('params', term.key, paramCondition(term));
    case 'tag':
      return inRuns(
        'tags',
        term.key,
        term.op === ':' ? contains('value', term.value) : part(`value ${term.op} ?`, term.value),
      );
    case 'has':
      if (term.what === 'note') return part(`r.note <> ''`);
      if (term.what === 'artifacts') return part('r.artifact_count > 0');
      return inRuns(({ metric: 'series', param: 'params', tag: 'tags' } as const)[term.what], term.key, part('1'));
    case 'is':
      return flagSql(term.flag);
  }
}

function wordSql(text: string): SqlPart {
  const parts = [
    ...[COLUMN.name, COLUMN.experiment, COLUMN.note].map((column) => contains(column, text)),
    contains(COLUMN.command, JSON.stringify(text).slice(1, -1)),
    inRuns('tags', null, contains('value', text)),
  ];
  // ids made in the same minute begin alike, so people copy their ends
  if (/^[0-9a-f]{4,32}$/i.test(text)) parts.push(part('r.id LIKE ?', `${text}%`), part('r.id LIKE ?', `%${text}`));
  return join(parts, ' OR ');
}

function textSql({ field, op, value }: Extract<FilterTerm, { type: 'text' }>): SqlPart {
  const text = field === 'command' ? JSON.stringify(value).slice(1, -1) : value;
  if (op !== ':') return part(`${COLUMN[field]} ${op} ?`, text);
  return field === 'commit'
    ? part(`r.git_commit LIKE ? ESCAPE '\\'`, `${escapeLike(text)}%`)
    : contains(COLUMN[field], text);
}

function timeSql(column: string, { op, from, to }: Extract<FilterTerm, { type: 'time' }>): SqlPart {
  switch (op) {
    case '<':
      return part(`${column} < ?`, from);
    case '<=':
      return part(`${column} < ?`, to);
    case '>':
      return part(`${column} >= ?`, to);
    case '>=':
      return part(`${column} >= ?`, from);
    case '!=':
      return part(`(${column} < ? OR ${column} >= ?)`, from, to);
    default:
      return part(`(${column} >= ? AND ${column} < ?)`, from, to);
  }
}

function metricCondition({ part: which, op, value }: Extract<FilterTerm, { type: 'metric' }>): SqlPart {
  const column = which === 'step' ? 'last_step' : which;
  if (Number.isNaN(value)) return part(op === '=' ? `${column} IS NULL` : op === '!=' ? `${column} IS NOT NULL` : '0');
  return op === '!=' ? part(`(${column} IS NULL OR ${column} <> ?)`, value) : part(`${column} ${op} ?`, value);
}

function paramCondition({ op, value, number }: Extract<FilterTerm, { type: 'param' }>): SqlPart {
  if (op === ':') return contains(`coalesce(json_extract(value, '$'), '')`, value);
  const order = op === '<' || op === '<=' || op === '>' || op === '>=';
  if (order) return part(`number ${op} ?`, number ?? 0);
  // true, null and lists are compared by their JSON, a text by itself
  const same = join(
    [
      part('value = ?', value),
      part('value = ?', JSON.stringify(value)),
      ...(number === null ? [] : [part('number = ?', number)]),
    ],
    ' OR ',
  );
  return op === '=' ? same : { sql: `${same.sql} IS NOT TRUE`, values: same.values };
}

function flagSql(flag: Extract<FilterTerm, { type: 'is' }>['flag']): SqlPart {
  switch (flag) {
    case 'starred':
      return part('r.starred = 1');
    case 'unstarred':
      return part('r.starred = 0');
    case 'dirty':
      return part('r.git_dirty = 1');
    case 'clean':
      return part('r.git_dirty = 0');
    case 'active':
      return part(`r.status IN ('queued', 'running')`);
    default:
      return part('r.status = ?', flag);
  }
}

/** Runs that have a row in a side table. The plus keeps SQLite from turning the walk around, which would read every row at random. */
function inRuns(table: 'series' | 'params' | 'tags', key: string | null, condition: SqlPart): SqlPart {
  return {
    sql: `+r.pk IN (SELECT run FROM ${table} WHERE ${key === null ? '' : 'key = ? AND '}${condition.sql})`,
    values: [...(key === null ? [] : [key]), ...condition.values],
  };
}

function contains(column: string, text: string): SqlPart {
  // LIKE folds ASCII only, and is much faster than a call out of SQLite
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the ASCII range begins with them
  if (/^[\x00-\x7f]*$/.test(text)) return part(`${column} LIKE ? ESCAPE '\\'`, `%${escapeLike(text)}%`);
  return part(`contains_fold(${column}, ?)`, text.toLowerCase());
}

function escapeLike(text: string): string {
  return text.replaceAll(/[\\%_]/g, '\\$&');
}

function part(sql: string, ...values: (string | number)[]): SqlPart {
  return { sql, values };
}

function join(parts: readonly SqlPart[], by: string): SqlPart {
  return { sql: `(${parts.map((one) => one.sql).join(by)})`, values: parts.flatMap((one) => one.values) };
}
