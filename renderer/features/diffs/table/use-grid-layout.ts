import { useVirtualizer } from '@tanstack/react-virtual';
import { type RefObject, useEffect, useMemo } from 'react';
import type { ColumnDiff, TableDiff } from '../../../../shared/contract/diffs.ts';
import { isNumeric } from '../../../../shared/type-words.ts';
import { useDiffsStore } from '../diffs-store.ts';
import { changedFirst, keyColumns, shownColumns, usualWidth } from './grid-columns.ts';

/** A column in its place: from `start` px of its part (frozen or not), `width` px wide. */
export type PlacedColumn = { readonly column: ColumnDiff; readonly start: number; readonly width: number };

export const MIN_WIDTH = 48;
const MARK_WIDTH = 32;
/** Texts that name a row are worth more room. */
const KEY_WIDER = 1.4;

/** Where the columns of the grid are: frozen ones (marks, row numbers, key) and the rest, of which only those near the screen are drawn. */
export function useGridLayout(
  table: RefObject<HTMLElement | null>,
  diff: TableDiff,
  chosen: readonly string[] | undefined,
  split: boolean,
  order: 'changed' | 'table',
) {
  const widths = useDiffsStore((store) => store.widths);
  const layout = useMemo(() => {
    const digits = String(Math.max(diff.rows.before, diff.rows.after, 99).toLocaleString('en-US')).length;
    const number = Math.round(digits * 6.6 + 12);
    const lead = placed(keyColumns(diff), widths, split, 2 * number + MARK_WIDTH, KEY_WIDER);
    const shown = shownColumns(diff, chosen);
    const rest = placed(order === 'table' ? shown : changedFirst(shown), widths, split, 0);
    return {
      number,
      lead,
      rest,
      leadWidth: end(lead, 2 * number + MARK_WIDTH),
      restWidth: end(rest, 0),
      /** every shown column from left to right */
      names: [...lead, ...rest].map((one) => one.column.name),
    };
  }, [diff, chosen, split, order, widths]);

  const across = useVirtualizer({
    horizontal: true,
    count: layout.rest.length,
    getScrollElement: () => table.current,
    estimateSize: (at) => layout.rest[at]?.width ?? 0,
    overscan: 3,
    getItemKey: (at) => layout.rest[at]?.column.name ?? at,
  });
  // biome-ignore lint/correctness/useExhaustiveDependencies: measured again whenever a width or a column changed
  useEffect(() => across.measure(), [across, layout.rest]);
  const items = across.getVirtualItems();
  const first = items[0]?.index ?? 0;
  const last = items.at(-1)?.index ?? -1;
  const onScreen = useMemo(() => layout.rest.slice(first, last + 1), [layout.rest, first, last]);

  /** Scrolls no further than needed to see a column. */
  const reveal = (name: string): void => {
    const box = table.current;
    const one = layout.rest.find(({ column }) => column.name === name);
    if (!box || !one) return;
    const room = box.clientWidth - layout.leadWidth;
    if (one.start < box.scrollLeft) box.scrollLeft = one.start;
    else if (one.start + one.width > box.scrollLeft + room)
      box.scrollLeft = Math.min(one.start, one.start + one.width - room);
  };
  return { ...layout, onScreen, first, last, reveal };
}

export type GridLayout = ReturnType<typeof useGridLayout>;

function placed(
  columns: readonly ColumnDiff[],
  widths: Readonly<Record<string, number>>,
  split: boolean,
  from: number,
  wider = 1,
): PlacedColumn[] {
  let start = from;
  return columns.map((column) => {
    const width =
      widths[column.name] ?? Math.round(usualWidth(column, split) * (isNumeric(column.typeAfter) ? 1 : wider));
    const one = { column, start, width };
    start += width;
    return one;
  });
}

function end(columns: readonly PlacedColumn[], empty: number): number {
  const last = columns.at(-1);
  return last ? last.start + last.width : empty;
}
