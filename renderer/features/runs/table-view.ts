import type { RunSort } from '../../../shared/contract/runs.ts';
import { columnOf } from './columns.ts';

/** What is remembered of a project's table, under the name `runs-table`. */
export type TableView = {
  readonly columns: readonly string[] | null;
  readonly pinned: readonly string[];
  /** Widths in px that a person chose. */
  readonly widths: Readonly<Record<string, number>>;
  readonly sort: RunSort | null;
};

export const USUAL_VIEW: TableView = { columns: null, pinned: [], widths: {}, sort: null };

/** Reads a remembered view; whatever is wrong in it counts as not remembered. */
export function readView(value: unknown): TableView {
  if (typeof value !== 'object' || value === null) return USUAL_VIEW;
  const { columns, pinned, widths, sort } = value as Record<string, unknown>;
  return {
    columns: Array.isArray(columns) ? known(columns) : null,
    pinned: Array.isArray(pinned) ? known(pinned) : [],
    widths: readWidths(widths),
    sort: readRemembered(sort),
  };
}

function known(ids: readonly unknown[]): string[] {
  return [...new Set(ids.filter((id): id is string => typeof id === 'string' && columnOf(id) !== undefined))];
}

function readWidths(value: unknown): Record<string, number> {
  if (typeof value !== 'object' || value === null) return {};
  const widths = Object.entries(value).filter(
    ([, width]) => typeof width === 'number' && width >= MIN_WIDTH && width <= 2000,
  );
  return Object.fromEntries(widths) as Record<string, number>;
}

function readRemembered(value: unknown): RunSort | null {
  const sort = value as Partial<RunSort> | null | undefined;
  return typeof sort?.key === 'string' && typeof sort.desc === 'boolean' ? { key: sort.key, desc: sort.desc } : null;
}

/** No column is narrower than this, in px. */
export const MIN_WIDTH = 48;

/** Puts a column before another one, or last; for dragging. */
export function moveColumn(columns: readonly string[], id: string, before: string | null): string[] {
  if (id === before) return [...columns];
  const rest = columns.filter((one) => one !== id);
  const at = before === null ? rest.length : rest.indexOf(before);
  return at < 0 ? [...columns] : [...rest.slice(0, at), id, ...rest.slice(at)];
}
