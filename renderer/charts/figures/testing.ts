import type { Series } from '../../../shared/layout/series.ts';
import type { ChartTheme } from './figure.ts';
import type { ChartRun } from './line-data.ts';

/** Steps 0, 1, 2 …, one second apart, for tests. */
export function seriesOf(values: readonly number[], more: Partial<Series> = {}): Series {
  return {
    step: Float64Array.from(values, (_, i) => i),
    time: Float64Array.from(values, (_, i) => 1000 + i),
    value: Float64Array.from(values),
    count: values.length,
    reduced: false,
    ...more,
  };
}

export const testRun = (id: string, color = '#0072b2'): ChartRun => ({ id, name: `run ${id}`, color });

export const testTheme: ChartTheme = {
  text: '#111111',
  muted: '#666666',
  line: '#dddddd',
  ground: '#ffffff',
  accent: '#14707a',
  before: '#b3550b',
  after: '#1f62b5',
  font: 'sans-serif',
};
