import { afterEach, beforeEach, expect, test } from 'vitest';
import { insertRun } from '../../testing/insert-run.ts';
import { type GatesWorld, makeGatesWorld, predictions } from '../../testing/make-gates.ts';

let world: GatesWorld;
beforeEach(() => {
  world = makeGatesWorld();
});
afterEach(() => world.dispose());

const champion = (version: string): void => {
  world.registry.pointed.champion = version;
};

test('a metric against bounds; NaN and infinities never pass, a missing one is inconclusive', async () => {
  world.version('1.0.0', { metrics: { accuracy: 0.9, loss: 'NaN', high: 'Infinity' } });
  expect(await world.one('{metric: accuracy, min: 0.9}')).toMatchObject({
    id: 'metric:accuracy',
    kind: 'metric',
    verdict: 'pass',
    value: 0.9,
    bound: { op: 'min', value: 0.9 },
  });
  expect(await world.one('{metric: accuracy, min: 0.91}')).toMatchObject({ verdict: 'fail' });
  expect(await world.one('{metric: accuracy, min: 0.5, max: 0.8}')).toMatchObject({
    verdict: 'fail',
    bound: { op: 'between', value: [0.5, 0.8] },
  });
  expect(await world.one('{metric: accuracy, equals: 0.8999, tolerance: 0.001}')).toMatchObject({ verdict: 'pass' });
  expect(await world.one('{metric: accuracy, equals: 0.8}')).toMatchObject({ verdict: 'fail' });
  expect(await world.one('{metric: loss, max: 1}')).toMatchObject({ verdict: 'fail', value: 'NaN' });
  expect(await world.one('{metric: high, min: 1}')).toMatchObject({ verdict: 'fail', value: 'Infinity' });
  const missing = await world.one('{metric: acc, min: 0.5}');
  expect(missing).toMatchObject({ verdict: 'inconclusive', value: null });
  expect(missing.message).toContain('accuracy');
});

test('a metric against the champion, the better way told by its name', async () => {
  world.version('1.0.0', { metrics: { accuracy: 0.905, loss: 0.3 } });
  world.version('1.1.0', { metrics: { accuracy: 0.9, loss: 0.31 } });
  const gate = '{metric: accuracy, not_worse_than: champion, by: 0.005}';
  expect(await world.one(gate, '1.1.0')).toMatchObject({ verdict: 'pass', champion: null });
  champion('1.0.0');
  // 0.905 − 0.9 is a little more than 0.005 in floating point
  expect(await world.one(gate, '1.1.0')).toMatchObject({
    verdict: 'pass',
    champion: { alias: 'champion', version: '1.0.0', value: 0.905 },
  });
  expect(await world.one('{metric: accuracy, not_worse_than: champion, by: 0.004}', '1.1.0')).toMatchObject({
    verdict: 'fail',
  });
  expect(await world.one('{metric: loss, not_worse_than: champion}', '1.1.0')).toMatchObject({ verdict: 'fail' });
  expect(await world.one('{metric: loss, not_worse_than: champion, better: higher}', '1.1.0')).toMatchObject({
    verdict: 'pass',
  });
  expect(await world.one('{metric: loss, not_worse_than: champion}', '1.0.0')).toMatchObject({
    verdict: 'pass',
    champion: null,
  });
  world.version('1.2.0', { metrics: { f1: 1 } });
  expect(await world.one('{metric: f1, not_worse_than: champion}', '1.2.0')).toMatchObject({ verdict: 'inconclusive' });
});

test('worse by more than noise: rows, paired by key', async () => {
  const table = (version: string, wrong: (i: number) => boolean): void =>
    world.version(version, {
      evidence: [{ ...world.put('media/eval.csv', predictions(4000, wrong)), role: 'table' }],
      metrics: {},
    });
  table('1.0.0', (i) => i % 10 === 0);
  table('1.1.0', (i) => i % 10 === 0 || i % 100 === 1);
  table('1.2.0', (i) => i % 10 === 1);
  champion('1.0.0');
  const gate = (by: number, more = ''): string =>
    `{metric: accuracy, rows: eval.csv, key: id, not_worse_than: champion, by: ${by}${more}}`;
  const worse = await world.one(gate(0.002), '1.1.0');
  expect(worse).toMatchObject({
    verdict: 'fail',
    value: 0.89,
    champion: { value: 0.9 },
    interval: { of: 'difference', level: 0.95 },
  });
  expect(worse.interval!.method).toBe('bootstrap of 4,000 rows, paired by key');
  expect(worse.interval!.low).toBeLessThan(-0.01);
  expect(worse.interval!.high).toBeGreaterThan(-0.01);
  expect(await world.one(gate(0.02), '1.1.0')).toMatchObject({ verdict: 'pass' });
  expect(await world.one(gate(0.01), '1.1.0')).toMatchObject({ verdict: 'inconclusive' });
  // others are wrong in it, as many: the same value, and much noise
  expect(await world.one(gate(0.001), '1.2.0')).toMatchObject({ verdict: 'inconclusive', value: 0.9 });
  const position = await world.one('{metric: accuracy, rows: eval.csv, not_worse_than: champion, by: 0.02}', '1.1.0');
  expect(position.interval!.method).toContain('paired by position');
  expect(await world.one('{metric: accuracy, rows: eval.csv, min: 0.8}', '1.1.0')).toMatchObject({
    verdict: 'pass',
    interval: { of: 'value' },
  });
  const other = await world.one('{metric: accuracy, rows: eval.csv, truth: label, min: 0.8}', '1.1.0');
  expect(other).toMatchObject({ verdict: 'inconclusive' });
  expect(other.message).toContain('It has: id, truth');
  expect((await world.one('{metric: accuracy, rows: none.csv, min: 0.8}', '1.1.0')).message).toContain(
    'media/eval.csv',
  );
  expect((await world.one('{metric: speed, rows: eval.csv, min: 0.8}', '1.1.0')).message).toContain('measure:');
});

test('rows without an exception do not prove that there is none', async () => {
  const table = (version: string, rows: number, wrong: (i: number) => boolean): void =>
    world.version(version, {
      evidence: [{ ...world.put('eval.csv', predictions(rows, wrong)), role: 'table' }],
      metrics: {},
    });
  table('1.0.0', 113, () => false);
  table('1.1.0', 113, () => false);
  table('1.2.0', 200, (i) => i === 150);
  champion('1.0.0');
  // Clopper and Pearson: 113 of 113 is at least 0.025 ** (1 / 113)
  const low = 0.025 ** (1 / 113);
  const value = await world.one('{metric: accuracy, rows: eval.csv, min: 0.9}', '1.1.0');
  expect(value).toMatchObject({ verdict: 'pass', value: 1, interval: { of: 'value', high: 1 } });
  expect(value.interval!.low).toBeCloseTo(low, 12);
  const gate = (by: number): string =>
    `{metric: accuracy, rows: eval.csv, key: id, not_worse_than: champion, by: ${by}}`;
  // the same result in every row holds nobody up, but the interval does not claim that they are the same
  const alike = await world.one(gate(0.01), '1.1.0');
  expect(alike).toMatchObject({ verdict: 'pass' });
  expect(alike.message).toContain('no row has another result');
  expect(alike.interval!.low).toBeCloseTo(low - 1, 12);
  expect(alike.interval!.high).toBeCloseTo(1 - low, 12);
  // other rows, all right as well
  table('1.3.0', 200, () => false);
  const others = (by: number): string => `{metric: accuracy, rows: eval.csv, not_worse_than: champion, by: ${by}}`;
  expect(await world.one(others(0.03), '1.3.0')).toMatchObject({ verdict: 'inconclusive' });
  expect(await world.one(others(0.04), '1.3.0')).toMatchObject({ verdict: 'pass' });
  // rows that only one has are left out, and the result says so
  expect((await world.one(gate(0.04), '1.2.0')).interval!.method).toContain('113 rows (of 200 and 113 rows), paired');
});

test('the better way is that of the measure, and what is no probability has no log loss', async () => {
  const table = (version: string, csv: string): void =>
    world.version(version, { evidence: [{ ...world.put('eval.csv', csv), role: 'table' }], metrics: {} });
  const lines = (off: number): string =>
    `truth,prediction\n${Array.from({ length: 50 }, (_, i) => `${i},${i + off + (i % 3)}`).join('\n')}\n`;
  table('1.0.0', lines(1));
  table('1.1.0', lines(5));
  champion('1.0.0');
  const gate = '{metric: quality, measure: mae, rows: eval.csv, not_worse_than: champion}';
  expect(await world.one(gate, '1.1.0')).toMatchObject({ verdict: 'fail' });
  table('1.2.0', 'truth,score\n1,0.5\n1,7\n');
  table('1.3.0', 'truth,score\n1,0.5\n1,\n');
  table('1.4.0', 'truth,score\n1,0.5\n0,0.5\n');
  const loss = '{metric: log_loss, rows: eval.csv, max: 100}';
  expect(await world.one(loss, '1.2.0')).toMatchObject({ verdict: 'fail', value: 'NaN' });
  expect(await world.one(loss, '1.3.0')).toMatchObject({ verdict: 'fail', value: 'NaN' });
  expect((await world.one(loss, '1.4.0')).value).toBeCloseTo(Math.LN2, 12);
});

test('auc and rmse from rows; a row without a number fails', async () => {
  const csv = `truth,score,prediction\n0,0.1,1\n0,0.4,2\n1,0.35,3\n1,0.8,4\n`;
  world.version('1.0.0', { evidence: [{ ...world.put('eval.csv', csv), role: 'table' }], metrics: { auc: 0.9 } });
  const auc = await world.one('{metric: auc, rows: eval.csv, min: 0.7}');
  expect(auc).toMatchObject({ verdict: 'pass', value: 0.75 });
  expect(auc.evidence[0]!.text).toContain('the run itself recorded 0.9');
  // errors 1, 2, 2, 3
  expect(await world.one('{metric: rmse, rows: eval.csv, max: 3}')).toMatchObject({
    value: Math.sqrt(4.5),
    verdict: 'pass',
  });
  world.version('2.0.0', { evidence: [{ ...world.put('eval.csv', `${csv}1,,\n`), role: 'table' }], metrics: {} });
  expect(await world.one('{metric: rmse, rows: eval.csv, max: 3}', '2.0.0')).toMatchObject({
    verdict: 'fail',
    value: 'NaN',
  });
  expect(await world.one('{metric: auc, rows: eval.csv, min: 0}', '2.0.0')).toMatchObject({
    verdict: 'fail',
    value: 'NaN',
  });
});

test('worse by more than noise: runs of a group', async () => {
  const run = (id: string, group: string | null) => ({
    id,
    name: id,
    experiment: 'default',
    group,
    command: [],
    startedAt: null,
    endedAt: null,
    artifact: null,
  });
  const group = (name: string, values: number[]): string[] =>
    values.map((value, i) => {
      const id = `${name}${i}`.padStart(32, '0').replaceAll(/[^0-9a-f]/g, 'a');
      insertRun(world.db, { id, group: name, metrics: { accuracy: value } });
      return id;
    });
  const [a] = group('aa', [0.9, 0.91, 0.92, 0.91]);
  const [b] = group('bb', [0.85, 0.86, 0.87, 0.86]);
  const [c] = group('cc', [0.9]);
  const [d] = group('dd', [0.9, 0.9]);
  const [e] = group('ee', [0.8, 0.8]);
  world.version('1.0.0', { metrics: { accuracy: 0.9 }, run: run(a!, 'aa') });
  world.version('1.1.0', { metrics: { accuracy: 0.85 }, run: run(b!, 'bb') });
  world.version('1.2.0', { metrics: { accuracy: 0.9 }, run: run(c!, 'cc') });
  world.version('1.3.0', { metrics: { accuracy: 0.9 }, run: run(c!, null) });
  champion('1.0.0');
  const gate = (by: number): string => `{metric: accuracy, not_worse_than: champion, over: group, by: ${by}}`;
  const worse = await world.one(gate(0.01), '1.1.0');
  expect(worse).toMatchObject({ verdict: 'fail', interval: { method: 't over 4 runs of group bb and 4 of aa' } });
  // both sides have s² = 2/3·10⁻⁴, so t.ppf(0.975, 6) = 2.4469118511449692 on √(2 s²/4)
  expect(worse.interval!.low).toBeCloseTo(-0.05 - 2.4469118511449692 * Math.sqrt((2 * (2 / 3) * 1e-4) / 4), 9);
  expect(await world.one(gate(0.1), '1.1.0')).toMatchObject({ verdict: 'pass' });
  expect(await world.one(gate(0.05), '1.1.0')).toMatchObject({ verdict: 'inconclusive' });
  expect((await world.one(gate(0.05), '1.2.0')).message).toContain('noise needs two');
  expect((await world.one(gate(0.05), '1.3.0')).message).toContain('--group');
  world.version('1.4.0', { metrics: { accuracy: 0.9 }, run: run(d!, 'dd') });
  world.version('1.5.0', { metrics: { accuracy: 0.8 }, run: run(e!, 'ee') });
  champion('1.4.0');
  const still = await world.one(gate(0.05), '1.5.0');
  expect(still).toMatchObject({ verdict: 'inconclusive', interval: null });
  expect(still.message).toContain('show no noise');
});
