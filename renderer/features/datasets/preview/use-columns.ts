import { useVirtualizer } from '@tanstack/react-virtual';
import { type RefObject, useCallback, useEffect, useMemo, useState } from 'react';
import { usualWidth } from './types-in-words.ts';
import type { ColumnBlock } from './use-table.ts';

export type Column = { name: string; type: string };
export type PlacedColumn = Column & { index: number; start: number; width: number };

const [NARROWEST, WIDEST] = [48, 1200];
/** Up to so many columns a page of rows has all of them. */
const ALL_UP_TO = 60;
const BLOCK = 30;

/** Where the columns of a table are, which of them are on the screen, and which are asked for. `lead` px on the left are covered. */
export function useColumns(box: RefObject<HTMLElement | null>, columns: readonly Column[], lead: number) {
  const [widths, setWidths] = useState<ReadonlyMap<string, number>>(new Map());
  const all = useMemo(() => {
    let start = lead;
    return columns.map(({ name, type }, index): PlacedColumn => {
      const width = widths.get(name) ?? usualWidth(name, type);
      const placed = { name, type, index, start, width };
      start += width;
      return placed;
    });
  }, [columns, widths, lead]);
  const across = useVirtualizer({
    horizontal: true,
    count: all.length,
    getScrollElement: () => box.current,
    estimateSize: (i) => all[i]?.width ?? 0,
    paddingStart: lead,
    scrollPaddingStart: lead,
    overscan: 2,
  });
  // biome-ignore lint/correctness/useExhaustiveDependencies: measured again whenever a width changed
  useEffect(() => across.measure(), [across, all]);
  const items = across.getVirtualItems();
  const [first, last] = [items[0]?.index ?? 0, items.at(-1)?.index ?? -1];
  const shown = useMemo(() => all.slice(first, last + 1), [all, first, last]);
  // blocks, so that scrolling by a column does not ask for everything anew
  const wide = columns.length > ALL_UP_TO;
  const [from, to] = wide ? [Math.floor(first / BLOCK), Math.floor(Math.max(first, last) / BLOCK)] : [0, 0];
  const blocks = useMemo(
    (): ColumnBlock[] =>
      wide
        ? Array.from({ length: to - from + 1 }, (_, i) => {
            const start = (from + i) * BLOCK;
            return { from: start, names: columns.slice(start, start + BLOCK).map((column) => column.name) };
          })
        : [{ from: 0 }],
    [columns, wide, from, to],
  );
  const near = useMemo(
    () => blocks.flatMap((block) => block.names ?? columns.map((column) => column.name)),
    [blocks, columns],
  );
  const end = all.at(-1);
  return {
    all,
    shown,
    /** what rows are asked with */
    blocks,
    /** names of the columns on and around the screen; all of them unless there are many */
    near,
    width: end ? end.start + end.width : lead,
    resize: useCallback(
      (name: string, width: number | null) =>
        setWidths((before) => {
          const next = new Map(before);
          if (width === null) next.delete(name);
          else next.set(name, Math.min(WIDEST, Math.max(NARROWEST, Math.round(width))));
          return next;
        }),
      [],
    ),
    reveal: (index: number) => across.scrollToIndex(index, { align: 'auto' }),
  };
}
