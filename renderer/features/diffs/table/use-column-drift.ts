import { skipToken, useQuery } from '@tanstack/react-query';
import type { ColumnDrift } from '../../../../shared/contract/diffs.ts';
import { api, client } from '../../../lib/client.ts';
import { useDiffsStore } from '../diffs-store.ts';
import { inTurn } from './in-turn.ts';

const BATCH = 5;
const MANY_ROWS = 500_000;

/** The columns that are asked for together with column `at`: several, so that a list scrolled past asks a few times, but one of a large table. */
export function batchOf(names: readonly string[], at: number, rows: number): string[] {
  const size = rows > MANY_ROWS ? 1 : BATCH;
  const from = Math.floor(at / size) * size;
  return names.slice(from, from + size);
}

/** Both sides of the columns of a batch; undefined while they are on their way, not wanted yet, or the rows are not there, which come first. */
export function useColumnDrift(project: string, id: string, batch: readonly string[], wanted: boolean) {
  const ready = useDiffsStore((store) => store.ready);
  const input = { project, id, columns: [...batch] };
  const query = useQuery({
    ...api.diffs.columns.queryOptions({ input: wanted && ready && batch.length > 0 ? input : skipToken }),
    ...(wanted && ready && batch.length > 0
      ? {
          queryFn: ({ signal }: { signal: AbortSignal }) =>
            inTurn(() => client.diffs.columns(input, { signal }), signal),
        }
      : {}),
  });
  return {
    drift: (column: string): ColumnDrift | undefined => query.data?.find((one) => one.column === column),
    error: query.error,
  };
}
