import type { RunRow } from '../../../shared/contract/runs.ts';
import { client } from '../../lib/client.ts';
import { type Column, columnOf } from './columns.ts';
import { runsCsv } from './runs-csv.ts';
import type { RunList } from './use-run-pages.ts';

const AT_ONCE = 1000;

/** Every run of a list, with the columns of the table, as CSV. Asked for in pieces of 1,000. */
export async function readTable(list: RunList, ids: readonly string[]): Promise<string> {
  const rows: RunRow[] = [];
  for (;;) {
    const page = await client.runs.list({ ...list, offset: rows.length, limit: AT_ONCE });
    rows.push(...page.rows);
    if (page.rows.length < AT_ONCE) break;
  }
  const columns = ['name', ...ids].map(columnOf).filter((column): column is Column => column !== undefined);
  return runsCsv(columns, rows, Date.now());
}
