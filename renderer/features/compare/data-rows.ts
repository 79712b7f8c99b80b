import type { DatasetUse, RunDetail } from '../../../shared/contract/runs.ts';

/** One data set across the compared runs; `uses` stand as the runs do, null where a run did not say that it read it. */
export type DataRow = {
  readonly path: string;
  readonly uses: readonly (DatasetUse | null)[];
  /** not every run read it in one and the same version */
  readonly differs: boolean;
};

/** The data of some runs, those that differ first, then by path. A run that read one path in several roles counts its first. */
export function dataRows(runs: readonly Pick<RunDetail, 'datasets'>[]): DataRow[] {
  const paths = [...new Set(runs.flatMap((run) => run.datasets.map((one) => one.path)))];
  return paths
    .map((path): DataRow => {
      const uses = runs.map((run) => run.datasets.find((one) => one.path === path) ?? null);
      return { path, uses, differs: uses.some((use) => use?.hash !== uses[0]?.hash) };
    })
    .toSorted((a, b) => Number(b.differs) - Number(a.differs) || (a.path < b.path ? -1 : 1));
}
