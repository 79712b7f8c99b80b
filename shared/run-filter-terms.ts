import { filterError } from './run-filter-error.ts';

/** `:` is "contains" (case-insensitive) for texts, and "within" for times. */
export type FilterOp = ':' | '=' | '!=' | '<' | '<=' | '>' | '>=';

export const TEXT_FIELDS = [
  'name',
  'experiment',
  'status',
  'branch',
  'commit',
  'group',
  'parent',
  'source',
  'id',
  'host',
  'command',
  'note',
  'error',
  'signal',
] as const;
export type TextField = (typeof TEXT_FIELDS)[number];
const NUMBER_FIELDS = ['duration', 'exit', 'memory', 'artifacts'] as const;
export type NumberField = (typeof NUMBER_FIELDS)[number];
const TIME_FIELDS = ['created', 'started', 'ended'] as const;
export type TimeField = (typeof TIME_FIELDS)[number];
const STATUSES = ['queued', 'running', 'finished', 'failed', 'stopped', 'lost'];
const FLAGS = ['starred', 'unstarred', 'dirty', 'clean', 'active', ...STATUSES] as const;
export const METRIC_PARTS = ['last', 'min', 'max', 'step', 'count'] as const;
export type MetricPart = (typeof METRIC_PARTS)[number];

/** One condition on a run. A comparison, `!=` included, holds only for a run that has a value; a negated term holds for the others as well. */
export type FilterTerm =
  /** somewhere in name, experiment, tags, note, command, or at an end of the id */
  | { type: 'word'; text: string }
  | { type: 'text'; field: TextField; op: ':' | '=' | '!='; value: string }
  /** `duration` in seconds, `memory` in bytes */
  | { type: 'number'; field: NumberField; op: Exclude<FilterOp, ':'>; value: number }
  /** The span [from, to) that the written time means, in epoch ms: a day for `2026-01-01`, a minute for `2026-01-01T10:30`. */
  | { type: 'time'; field: TimeField; op: FilterOp; from: number; to: number }
  | { type: 'metric'; key: string; part: MetricPart; op: Exclude<FilterOp, ':'>; value: number }
  /** `number` when the value can also be read as one */
  | { type: 'param'; key: string; op: FilterOp; value: string; number: number | null }
  | { type: 'tag'; key: string; op: ':' | '=' | '!='; value: string }
  | { type: 'has'; what: 'metric' | 'param' | 'tag'; key: string }
  | { type: 'has'; what: 'note' | 'artifacts'; key: null }
  | { type: 'is'; flag: (typeof FLAGS)[number] };

/** A key as it was written: `parts[0]` is the field; a quoted part is never taken apart. */
export type WrittenKey = { text: string; at: number; field: string; rest: string; restQuoted: boolean };
export type WrittenValue = { text: string; at: number; quoted: boolean };

const UNITS: Record<string, number> = { s: 1, m: 60, h: 3600, d: 86_400, w: 604_800 };

/**
 * Makes a term of `key op value`.
 * @param now epoch ms, for relative times such as `created>-7d`
 * @throws FilterError
 */
export function makeTerm(key: WrittenKey, op: FilterOp, value: WrittenValue, now: number): FilterTerm {
  const field = key.field.toLowerCase();
  if (key.rest !== '' || key.restQuoted) return keyedTerm(key, field, op, value);
  if (includes(TEXT_FIELDS, field)) return textTerm(field, op, value);
  if (includes(NUMBER_FIELDS, field)) {
    const number = field === 'duration' ? seconds(value) : numberOf(value);
    return { type: 'number', field, op: op === ':' ? '=' : op, value: number };
  }
  if (includes(TIME_FIELDS, field)) return { type: 'time', field, op, ...timeSpan(value, now) };
  if (field === 'starred') return starred(op, value);
  if (field === 'is') return isTerm(op, value);
  if (field === 'has') return hasTerm(op, value);
  if (/^(metric|param|tag)s?$/.test(field))
    throw filterError(key.at, `Name the ${field} after a dot, e.g. ${field}.loss.`);
  throw unknownField(key);
}

/** True when `word` begins like a field, so that `loss < 1` can be told from a search for three words. */
export function isField(word: string): boolean {
  const field = word.toLowerCase();
  return (
    /^(metrics?|params?|tags?)\./.test(field) ||
    includes([...TEXT_FIELDS, ...NUMBER_FIELDS, ...TIME_FIELDS, 'starred', 'is', 'has'], field)
  );
}

function keyedTerm(key: WrittenKey, field: string, op: FilterOp, value: WrittenValue): FilterTerm {
  if (key.rest === '') throw filterError(key.at, `Name the ${field} after the dot, e.g. ${field}.loss.`);
  if (field === 'metric' || field === 'metrics') {
    const part = key.restQuoted ? null : /^(.+)\.(last|min|max|step|count)$/.exec(key.rest);
    const written = key.restQuoted
      ? quotedPart(key)
      : { key: part?.[1] ?? key.rest, part: (part?.[2] ?? 'last') as MetricPart };
    return { type: 'metric', ...written, op: op === ':' ? '=' : op, value: numberOf(value) };
  }
  if (field === 'param' || field === 'params') {
    const number = value.quoted || value.text.trim() === '' ? Number.NaN : Number(value.text);
    if (op !== ':' && op !== '=' && op !== '!=' && Number.isNaN(number)) throw needsNumber(value);
    return { type: 'param', key: key.rest, op, value: value.text, number: Number.isNaN(number) ? null : number };
  }
  if (field === 'tag' || field === 'tags')
    return { type: 'tag', key: key.rest, op: equality(op, value, 'A tag'), value: value.text };
  throw unknownField(key);
}

/** `metric."a.min"` names that very key; a part may follow the quote: `metric."a b".min`. */
function quotedPart(key: WrittenKey): { key: string; part: MetricPart } {
  const part = /"\.(last|min|max|step|count)$/.exec(key.text)?.[1] as MetricPart | undefined;
  return part ? { key: key.rest.slice(0, -part.length - 1), part } : { key: key.rest, part: 'last' };
}

function textTerm(field: TextField, op: FilterOp, value: WrittenValue): FilterTerm {
  const known = field === 'status' ? STATUSES : field === 'source' ? ['launch', 'sdk'] : null;
  if (known && !known.some((one) => one.includes(value.text.toLowerCase()))) {
    throw filterError(value.at, `There is no ${field} "${value.text}". Use one of ${known.join(', ')}.`);
  }
  return {
    type: 'text',
    field,
    op: equality(op, value, `"${field}"`),
    value: known ? value.text.toLowerCase() : value.text,
  };
}

function equality(op: FilterOp, value: WrittenValue, what: string): ':' | '=' | '!=' {
  if (op === ':' || op === '=' || op === '!=') return op;
  throw filterError(value.at - op.length, `${what} is a text and has no order. Use : (contains), = or !=.`);
}

function starred(op: FilterOp, value: WrittenValue): FilterTerm {
  const yes = /^(true|yes|1)$/i.test(value.text);
  if ((!yes && !/^(false|no|0)$/i.test(value.text)) || (op !== ':' && op !== '=')) {
    throw filterError(value.at, 'Write starred:true or starred:false.');
  }
  return { type: 'is', flag: yes ? 'starred' : 'unstarred' };
}

function isTerm(op: FilterOp, value: WrittenValue): FilterTerm {
  const flag = value.text.toLowerCase();
  if ((op === ':' || op === '=') && includes(FLAGS, flag)) return { type: 'is', flag };
  throw filterError(value.at, `Write is: with one of ${FLAGS.join(', ')}.`);
}

function hasTerm(op: FilterOp, value: WrittenValue): FilterTerm {
  const [, what, key] = /^(metric|param|tag)s?\.(.+)$/is.exec(value.text) ?? [];
  if (op === ':' || op === '=') {
    if (what && key) return { type: 'has', what: what.toLowerCase() as 'metric' | 'param' | 'tag', key };
    if (value.text === 'note' || value.text === 'artifacts') return { type: 'has', what: value.text, key: null };
  }
  throw filterError(value.at, 'Write has:metric.KEY, has:param.KEY, has:tag.KEY, has:note or has:artifacts.');
}

function unknownField(key: WrittenKey): Error {
  return filterError(
    key.at,
    `There is no field "${key.field}". For a param or a metric write param.${key.field}=… or metric.${key.field}<…; to search for the text, put it in quotes.`,
  );
}

function needsNumber(value: WrittenValue): Error {
  return filterError(value.at, `"${value.text}" is not a number.`);
}

function numberOf(value: WrittenValue): number {
  const text = value.text.trim().toLowerCase();
  if (text === 'nan') return Number.NaN;
  const infinity = /^([+-]?)inf(inity)?$/.exec(text);
  if (infinity) return infinity[1] === '-' ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  const number = Number(text);
  if (text === '' || Number.isNaN(number)) throw needsNumber(value);
  return number;
}

function seconds(value: WrittenValue): number {
  const [, amount, unit] = /^([\d.]+)([smhdw]?)$/.exec(value.text) ?? [];
  const number = Number(amount);
  if (amount === undefined || Number.isNaN(number))
    throw filterError(value.at, `"${value.text}" is not a duration. Write seconds, or e.g. 90s, 5m, 2h, 1d.`);
  return number * (UNITS[unit || 's'] ?? 1);
}

function timeSpan(value: WrittenValue, now: number): { from: number; to: number } {
  const ago = /^-(\d+(?:\.\d+)?)([smhdw])$/.exec(value.text);
  if (ago) {
    const from = now - Number(ago[1]) * UNITS[ago[2]!]! * 1000;
    return { from, to: from };
  }
  const written = /^(\d{4})(?:-(\d\d)(?:-(\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d))?)?)?)?$/.exec(value.text);
  const [year, month, day, hour, minute, second] = (written ?? [])
    .slice(1)
    .map((part) => (part === undefined ? undefined : Number(part)));
  const wrong = filterError(
    value.at,
    `"${value.text}" is not a time. Write e.g. 2026-01-31, 2026-01-31T14:30, or -7d for seven days ago.`,
  );
  if (year === undefined) throw wrong;
  const at = (add: readonly number[]): number =>
    new Date(
      year + add[0]!,
      (month ?? 1) - 1 + add[1]!,
      (day ?? 1) + add[2]!,
      hour ?? 0,
      (minute ?? 0) + add[3]!,
      (second ?? 0) + add[4]!,
    ).getTime();
  const from = at([0, 0, 0, 0, 0]);
  const start = new Date(from);
  if (
    (month !== undefined && start.getMonth() !== month - 1) ||
    (day !== undefined && start.getDate() !== day) ||
    (hour ?? 0) > 23 ||
    (minute ?? 0) > 59
  )
    throw wrong;
  const finest = [year, month, day, minute, second].findLastIndex((part) => part !== undefined);
  return { from, to: at([0, 1, 2, 3, 4].map((i) => (i === finest ? 1 : 0))) };
}

function includes<T extends string>(list: readonly T[], text: string): text is T {
  return (list as readonly string[]).includes(text);
}
