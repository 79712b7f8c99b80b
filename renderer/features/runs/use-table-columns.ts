import {
  type ColumnDef,
  columnOrderingFeature,
  columnPinningFeature,
  columnResizingFeature,
  columnSizingFeature,
  columnVisibilityFeature,
  type Header,
  tableFeatures,
  useTable,
} from '@tanstack/react-table';
import { useMemo } from 'react';
import type { RunRow } from '../../../shared/contract/runs.ts';
import { type Column, columnOf } from './columns.ts';
import { MIN_WIDTH } from './table-view.ts';

const features = tableFeatures({
  columnOrderingFeature,
  columnPinningFeature,
  columnResizingFeature,
  columnSizingFeature,
  columnVisibilityFeature,
});
// rows are virtual and come in pages, so the table engine keeps the columns only
const NO_ROWS: RunRow[] = [];

export type TableHeader = Header<typeof features, RunRow, unknown>;
/** A column in its place: from `start` px, `width` px wide. */
export type PlacedColumn = {
  readonly column: Column;
  readonly header: TableHeader;
  readonly start: number;
  readonly width: number;
};

type Asked = {
  columns: readonly string[];
  pinned: readonly string[];
  widths: Readonly<Record<string, number>>;
  onWidths: (widths: Readonly<Record<string, number>>) => void;
  /** Ids of columns that hold texts, whatever is usual for their kind. */
  texts: ReadonlySet<string>;
};

/** Order, pinning and widths of the columns. The name comes first and is always pinned. */
export function useTableColumns({ columns, pinned, widths, onWidths, texts }: Asked) {
  const defs = useMemo(
    () =>
      ['name', ...columns].flatMap((id): ColumnDef<typeof features, RunRow>[] => {
        const column = columnOf(id);
        return column
          ? [{ id, header: column.title, size: column.width, minSize: id === 'name' ? 160 : MIN_WIDTH, maxSize: 1200 }]
          : [];
      }),
    [columns],
  );
  const state = useMemo(
    () => ({
      columnOrder: ['name', ...columns],
      columnPinning: { start: ['name', ...pinned.filter((id) => columns.includes(id))], end: [] },
      columnSizing: { ...widths },
    }),
    [columns, pinned, widths],
  );
  const table = useTable({
    features,
    columns: defs,
    data: NO_ROWS,
    state,
    columnResizeMode: 'onChange',
    onColumnSizingChange: (updater) => onWidths(typeof updater === 'function' ? updater({ ...widths }) : updater),
  });
  return {
    lead: placed(table.getStartFlatHeaders(), texts),
    rest: placed(table.getCenterFlatHeaders(), texts),
    leadWidth: table.getStartTotalSize(),
    restWidth: table.getCenterTotalSize(),
  };
}

function placed(headers: readonly TableHeader[], texts: ReadonlySet<string>): PlacedColumn[] {
  let start = 0;
  return headers.flatMap((header): PlacedColumn[] => {
    const known = columnOf(header.column.id);
    if (!known) return [];
    const column = texts.has(known.id) ? { ...known, align: 'left' as const } : known;
    const width = header.getSize();
    const one = { column, header, start, width };
    start += width;
    return [one];
  });
}
