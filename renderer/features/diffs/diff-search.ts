import type { DiffSettings, RowCounts, RowFilter } from '../../../shared/contract/diffs.ts';
import type { DataSide } from '../../../shared/contract/tables.ts';
import { parseSide } from '../../../shared/data-side.ts';
import { parseTolerances } from '../../../shared/tolerance.ts';

export const ROW_KINDS = ['added', 'removed', 'changed', 'moved', 'unchanged'] as const;
export type RowKind = (typeof ROW_KINDS)[number];
export const USUAL_KINDS: readonly RowKind[] = ['added', 'removed', 'changed'];

export const FILE_STATUSES = ['added', 'removed', 'changed', 'renamed', 'unchanged'] as const;
export type FileStatus = (typeof FILE_STATUSES)[number];
export const USUAL_STATUSES: readonly FileStatus[] = ['added', 'removed', 'changed', 'renamed'];

export type Transition = { column: string; from: string | null; to: string | null };

/** The diff page's place in the address. Absent means: as usual. */
export type DiffSearch = {
  /** The sides, as `writeSide` writes them. */
  before?: string;
  after?: string;
  /** Columns that name a row. */
  key?: string[];
  /** As `parseTolerances` reads it. */
  tolerance?: string;
  text?: true;
  /** The comparison of folders that this one was opened from: its sides. */
  up?: [string, string];

  /** A table: kinds of rows, columns of which one changed, the exact set of changed columns, one change of a value, a search, context rows. */
  show?: RowKind[];
  in?: string[];
  set?: string[];
  was?: Transition;
  q?: string;
  around?: number;
  /** Columns in the grid besides the key; absent: as the table is wide. */
  cols?: string[];
  view?: 'split';
  /** Columns as the table has them; absent: those with changed cells first. */
  order?: 'table';

  /** A folder: the part that is looked at, what of it, in which statuses. A text: how it is drawn. */
  at?: string;
  tab?: string;
  status?: FileStatus[];
};

/** Reads the search params of an address; what makes no sense is left out, so that any link opens. */
export function validateDiffSearch(search: Record<string, unknown>): DiffSearch {
  const { before, after, key, tolerance, text, up, show, set, was, q, around, cols, view, at, tab, status } = search;
  const kinds = among(ROW_KINDS, show);
  const statuses = among(FILE_STATUSES, status);
  return {
    ...(parseSide(before) ? { before: before as string } : {}),
    ...(parseSide(after) ? { after: after as string } : {}),
    ...nonEmpty('key', typeof key === 'string' ? key.split(',') : key, 50),
    ...(toleranceText(tolerance) ? { tolerance: toleranceText(tolerance)! } : {}),
    ...(text === true || text === 'true' || text === 1 ? { text: true as const } : {}),
    ...(Array.isArray(up) && parseSide(up[0]) && parseSide(up[1]) ? { up: [up[0], up[1]] as [string, string] } : {}),
    ...(kinds ? { show: kinds } : {}),
    ...nonEmpty('in', search.in, 5000),
    ...nonEmpty('set', set, 5000),
    ...(isTransition(was) ? { was: { column: was.column, from: was.from, to: was.to } } : {}),
    ...(typeof q === 'string' && q !== '' ? { q: q.slice(0, 500) } : typeof q === 'number' ? { q: String(q) } : {}),
    ...(typeof around === 'number' && Number.isInteger(around) && around > 0 ? { around: Math.min(20, around) } : {}),
    ...nonEmpty('cols', cols, 5000),
    ...(view === 'split' ? { view: 'split' as const } : {}),
    ...(search.order === 'table' ? { order: 'table' as const } : {}),
    ...(typeof at === 'string' && at !== '' ? { at: at.slice(0, 4096) } : {}),
    ...(typeof tab === 'string' && /^[a-z-]{1,20}$/.test(tab) ? { tab } : {}),
    ...(statuses ? { status: statuses } : {}),
  };
}

function nonEmpty<K extends string>(name: K, list: unknown, most: number): { [key in K]?: string[] } {
  if (!Array.isArray(list)) return {};
  const texts = [...new Set(list.filter((one): one is string => typeof one === 'string' && one !== ''))].slice(0, most);
  return texts.length > 0 ? ({ [name]: texts } as { [key in K]?: string[] }) : {};
}

function among<T extends string>(all: readonly T[], list: unknown): T[] | null {
  if (!Array.isArray(list)) return null;
  const known = all.filter((one) => list.includes(one));
  return known.length > 0 ? known : null;
}

function toleranceText(value: unknown): string | null {
  const text = typeof value === 'number' ? String(value) : value;
  if (typeof text !== 'string' || text === '') return null;
  try {
    return Object.keys(parseTolerances(text)).length > 0 ? text : null;
  } catch {
    return null;
  }
}

function isTransition(value: unknown): value is Transition {
  if (typeof value !== 'object' || value === null) return false;
  const { column, from, to } = value as Record<string, unknown>;
  const cell = (one: unknown): boolean => one === null || typeof one === 'string';
  return typeof column === 'string' && cell(from) && cell(to);
}

/** What is asked of the host: both sides and how to compare; null while a side is missing. */
export function questionOf(search: DiffSearch): { before: DataSide; after: DataSide; settings: DiffSettings } | null {
  const [before, after] = [parseSide(search.before), parseSide(search.after)];
  if (!before || !after) return null;
  return {
    before,
    after,
    settings: {
      key: search.key ?? [],
      tolerance: search.tolerance ? parseTolerances(search.tolerance) : {},
      text: search.text ?? false,
    },
  };
}

/** The kinds of rows that are shown when the address names none: what changed, else what moved, else everything. */
export function usualKinds({ added, removed, changed, moved }: RowCounts): readonly RowKind[] {
  if (added + removed + changed > 0) return USUAL_KINDS;
  return moved > 0 ? ['moved'] : ['unchanged'];
}

/** The rows that the address asks for. */
export function rowFilterOf(search: DiffSearch, rows: RowCounts): RowFilter {
  return {
    kinds: search.show ?? [...usualKinds(rows)],
    changedIn: search.in ?? [],
    columnSet: search.set ?? null,
    transition: search.was ?? null,
    search: search.q ?? '',
    context: search.around ?? 0,
  };
}

/** What of a place belongs to the sides: dropped when another comparison is opened. */
export function onlyQuestion({ before, after, key, tolerance, text, up }: DiffSearch): DiffSearch {
  return validateDiffSearch({ before, after, key, tolerance, text, up });
}
