import type { ColumnDiff, RowCounts, TableDiff } from '../../../shared/contract/diffs.ts';

/** A column for tests: the same on both sides unless said otherwise. */
export function columnDiff(name: string, more: Partial<ColumnDiff> = {}): ColumnDiff {
  return {
    name,
    status: 'same',
    renamedFrom: null,
    typeBefore: 'BIGINT',
    typeAfter: 'BIGINT',
    changedCells: 0,
    nullsBefore: 0,
    nullsAfter: 0,
    ...more,
  };
}

/** A changed table for tests. */
export function tableDiff(more: Omit<Partial<TableDiff>, 'rows'> & { rows?: Partial<RowCounts> } = {}): TableDiff {
  return {
    kind: 'table',
    verdict: 'changed',
    key: { columns: ['id'], source: 'found', uniqueBefore: true, uniqueAfter: true },
    columns: [
      columnDiff('id'),
      columnDiff('price', { typeBefore: 'DOUBLE', typeAfter: 'DOUBLE', changedCells: 1000 }),
      columnDiff('city', { typeBefore: 'VARCHAR', typeAfter: 'VARCHAR', changedCells: 300 }),
      columnDiff('country', { status: 'added', typeBefore: null, nullsBefore: null }),
      columnDiff('rating', { status: 'renamed', renamedFrom: 'score' }),
    ],
    findings: [],
    elapsedMs: 640,
    ...more,
    rows: {
      before: 100_000,
      after: 100_009,
      added: 12,
      removed: 3,
      changed: 1204,
      unchanged: 98_793,
      moved: 0,
      duplicateKeysBefore: 0,
      duplicateKeysAfter: 0,
      ...more.rows,
    },
  };
}
