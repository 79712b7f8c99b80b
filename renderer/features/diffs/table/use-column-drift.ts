import { skipToken, useQuery } from '@tanstack/react-query';
import type { ColumnDrift } from '../../../../shared/contract/diffs.ts';
import { api } from '../../../lib/client.ts';

const BATCH = 10;

/** The columns that are asked for together with column `at`, so that a list scrolled past asks a few times instead of once a row. */
export function batchOf(names: readonly string[], at: number): string[] {
  const from = Math.floor(at / BATCH) * BATCH;
  return names.slice(from, from + BATCH);
}

/** Both sides of the columns of a batch; undefined while they are on their way or not wanted yet. */
export function useColumnDrift(project: string, id: string, batch: readonly string[], wanted: boolean) {
  const query = useQuery(
    api.diffs.columns.queryOptions({
      input: wanted && batch.length > 0 ? { project, id, columns: [...batch] } : skipToken,
    }),
  );
  return {
    drift: (column: string): ColumnDrift | undefined => query.data?.find((one) => one.column === column),
    error: query.error,
  };
}
