import { useComputedColorScheme } from '@mantine/core';
import { useQueries } from '@tanstack/react-query';
import { useMemo, useRef } from 'react';
import type { RunRow } from '../../../shared/contract/runs.ts';
import type { ChartRun } from '../../charts/figures/line-data.ts';
import { MAX_DRAWN_RUNS } from '../../charts/point-budget.ts';
import { api } from '../../lib/client.ts';
import { runColor } from '../../lib/run-color.ts';

/** How many runs are drawn when nobody has chosen any. */
export const USUAL_DRAWN = 5;

type Known = Pick<RunRow, 'id' | 'name' | 'color' | 'seq' | 'startedAt'>;

/**
 * The runs that the charts draw: the chosen ones, wherever they are in the table, else the first five of it.
 * @param chosen null when nobody has chosen
 * @param rows those that are loaded
 */
export function useDrawnRuns(
  project: string,
  chosen: readonly string[] | null,
  rows: readonly RunRow[],
  first: readonly RunRow[] | undefined,
) {
  const scheme = useComputedColorScheme('light');
  const ids = useMemo(() => chosen ?? (first ?? []).slice(0, USUAL_DRAWN).map((row) => row.id), [chosen, first]);
  const loaded = new Map<string, Known>(rows.map((row) => [row.id, row]));
  const missing = ids.slice(0, MAX_DRAWN_RUNS).filter((id) => !loaded.has(id));
  const others = useQueries({
    queries: missing.map((run) => api.runs.get.queryOptions({ input: { project, run } })),
    combine: (results) => results.flatMap((result): Known[] => (result.data ? [result.data] : [])),
  });
  for (const run of others) loaded.set(run.id, run);
  const runs = ids.flatMap((id): ChartRun[] => {
    const run = loaded.get(id);
    return run ? [{ id, name: run.name, color: runColor(run, scheme), startedAt: run.startedAt }] : [];
  });
  return { ids, runs: useSame(runs) };
}

/** The same array as long as nothing in it changed, so that charts are not made anew with every heartbeat of a run. */
function useSame(runs: readonly ChartRun[]): readonly ChartRun[] {
  const before = useRef(runs);
  const same =
    before.current.length === runs.length &&
    runs.every((run, i) => {
      const old = before.current[i]!;
      return old.id === run.id && old.name === run.name && old.color === run.color && old.startedAt === run.startedAt;
    });
  if (!same) before.current = runs;
  return before.current;
}

/** The chosen runs after one eye was opened or closed; what was drawn by itself becomes a choice. */
export function toggleDrawn(ids: readonly string[], run: string): string[] {
  return ids.includes(run) ? ids.filter((id) => id !== run) : [...ids, run];
}
