import type { RunRow } from './contract/runs.ts';

export type ComparedKind = 'param' | 'metric' | 'tag' | 'git' | 'run';

/** One line of a comparison: a value for each run, in their order; null where a run has none. */
export type ComparedRow = { kind: ComparedKind; key: string; values: unknown[]; differs: boolean };

type Kind = { kind: ComparedKind; of: (run: RunRow) => Record<string, unknown> };

const KINDS: readonly Kind[] = [
  { kind: 'param', of: (run) => run.params },
  {
    kind: 'metric',
    of: (run) => Object.fromEntries(Object.entries(run.metrics).map(([key, summary]) => [key, summary.last])),
  },
  { kind: 'tag', of: (run) => run.tags },
  { kind: 'git', of: (run) => ({ ...run.git }) },
  {
    kind: 'run',
    of: (run) => ({
      command: run.command.join(' '),
      experiment: run.experiment,
      status: run.status,
      group: run.group,
      exitCode: run.exitCode,
    }),
  },
];
const collator = new Intl.Collator('en', { numeric: true });

/**
 * Params, metrics (last values), tags, git and command of runs side by side, by kind and then key in natural order. A value that one
 * run has and another has not differs; NaN equals NaN; lists and objects are compared by their content, whatever the order of their keys.
 * A page or command that shows only differences takes the rows that `differs`.
 */
export function compareRuns(runs: readonly RunRow[]): ComparedRow[] {
  return KINDS.flatMap(({ kind, of }) => {
    const maps = runs.map((run) => new Map(Object.entries(of(run))));
    const keys = [...new Set(maps.flatMap((map) => [...map.keys()]))].sort(collator.compare);
    return keys.flatMap((key): ComparedRow[] => {
      const values = maps.map((map) => map.get(key) ?? null);
      if (values.every((value) => value === null)) return [];
      const first = canonical(values[0]);
      return [{ kind, key, values, differs: values.some((value) => canonical(value) !== first) }];
    });
  });
}

function canonical(value: unknown): string {
  if (typeof value === 'number') return `${value}`;
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (typeof value === 'object' && value !== null) {
    const parts = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
    return `{${parts.map(([key, one]) => `${JSON.stringify(key)}:${canonical(one)}`).join(',')}}`;
  }
  return JSON.stringify(value);
}
