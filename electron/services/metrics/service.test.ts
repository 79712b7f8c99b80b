import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { newRunId } from '../../../shared/ids.ts';
import { decodeSeries } from '../../../shared/layout/series.ts';
import { makeProject, type TestProject, writeRun } from '../../testing/make-project.ts';
import { createIngester } from '../ingest/ingester.ts';
import { createMetrics, type MetricsService } from './service.ts';

let project: TestProject;
let metrics: MetricsService;
let first: string;
let second: string;
beforeEach(() => {
  project = makeProject();
  metrics = createMetrics({ projects: project.lookup });
  const ingester = createIngester(project.root, project.db);
  const logged = (values: unknown[], key = 'loss'): object[] =>
    values.map((value, s) => ({ t: 1000.25 + s, s, m: { [key]: value, 'layer10/w': 1, 'layer9/w': 2 } }));
  first = writeRun(project.root, { lines: logged([3, 'NaN', 1]) });
  second = writeRun(project.root, { lines: logged([5], 'only/here') });
  ingester.ingest(first);
  ingester.ingest(second);
});
afterEach(() => project.dispose());

describe('keys', () => {
  it('are those of the asked runs, in natural order, with how many runs and points have them', () => {
    expect(metrics.keys({ project: 'test', runs: [first, second] })).toEqual([
      { key: 'layer9/w', runs: 2, count: 4 },
      { key: 'layer10/w', runs: 2, count: 4 },
      { key: 'loss', runs: 1, count: 3 },
      { key: 'only/here', runs: 1, count: 1 },
    ]);
    expect(metrics.keys({ project: 'test', runs: [newRunId()] })).toEqual([]);
  });
});

describe('series', () => {
  it('come in the order asked for, an unknown one empty', async () => {
    const blob = await metrics.series({
      project: 'test',
      series: [
        { run: second, key: 'only/here' },
        { run: second, key: 'loss' },
        { run: first, key: 'loss' },
      ],
    });
    const [here, none, loss] = decodeSeries(await blob.arrayBuffer());
    expect([...here!.value]).toEqual([5]);
    expect(none).toMatchObject({ count: 0, reduced: false });
    expect([...loss!.value]).toEqual([3, Number.NaN, 1]);
    expect([...loss!.time]).toEqual([1000.25, 1001.25, 1002.25]);
  });

  it('can be a range of steps', async () => {
    const blob = await metrics.series({ project: 'test', series: [{ run: first, key: 'loss' }], from: 1, to: 1 });
    expect([...decodeSeries(await blob.arrayBuffer())[0]!.step]).toEqual([1]);
  });
});

describe('points for the terminal', () => {
  it('have times in epoch milliseconds', () => {
    expect(metrics.points('test', first, 'loss', 100)).toEqual({
      points: [
        [0, 1_000_250, 3],
        [1, 1_001_250, Number.NaN],
        [2, 1_002_250, 1],
      ],
      reduced: false,
      count: 3,
    });
    expect(metrics.points('test', first, 'nothing', 100)).toEqual({ points: [], reduced: false, count: 0 });
  });
});
