import { client } from '../../lib/client.ts';
import type { RunList } from './use-run-pages.ts';

const MOST_AT_ONCE = 10_000;

/**
 * The ids of the rows from `first` to `last` of a list, both included, whether or not they were ever on the screen.
 * @param last without one: to the end
 */
export async function idsOfRows(list: RunList, first = 0, last = Number.POSITIVE_INFINITY): Promise<string[]> {
  const ids: string[] = [];
  for (;;) {
    const limit = Math.min(MOST_AT_ONCE, last - first - ids.length + 1);
    if (limit <= 0) return ids;
    const page = await client.runs.list({ ...list, metrics: [], params: [], offset: first + ids.length, limit });
    ids.push(...page.rows.map((row) => row.id));
    if (page.rows.length < limit) return ids;
  }
}
