import { expect, test } from 'vitest';
import { bootstrapDifference, bootstrapValue } from './bootstrap.ts';
import { createRandom, fillPoisson, poisson } from './poisson.ts';
import { measureOf } from './statistic.ts';
import { logGamma, meanInterval, tQuantile, welchInterval } from './student-t.ts';

const rows = (values: number[], labels: number[] | null = null) => ({
  values: Float64Array.from(values),
  labels: labels && Float64Array.from(labels),
});

// scipy.stats.t.ppf
test.each([
  [0.975, 1, 12.706204736432095],
  [0.975, 4, 2.7764451051977987],
  [0.975, 10, 2.2281388519649385],
  [0.975, 1000, 1.9623390808264074],
])('the t quantile of %f at %i degrees is that of SciPy', (p, df, expected) => {
  expect(tQuantile(p, df)).toBeCloseTo(expected, 9);
});

test('ln Γ is that of whole numbers and of a half', () => {
  expect(logGamma(11)).toBeCloseTo(Math.log(3_628_800), 12);
  expect(logGamma(0.5)).toBeCloseTo(Math.log(Math.PI) / 2, 12);
});

test('intervals of means', () => {
  // mean 3, s = √2.5, half = t(0.975, 4) · √(2.5/5)
  const one = meanInterval([1, 2, 3, 4, 5], 0.95);
  expect(one.estimate).toBe(3);
  expect(one.high - 3).toBeCloseTo(2.7764451051977987 * Math.sqrt(0.5), 9);
  // equal sizes and spreads: Welch has 2n − 2 = 8 degrees, t.ppf(0.975, 8) = 2.306004135204166
  const two = welchInterval([2, 3, 4, 5, 6], [1, 2, 3, 4, 5], 0.95);
  expect(two.df).toBeCloseTo(8, 9);
  expect(two.high - 1).toBeCloseTo(2.306004135204166, 9);
  expect(welchInterval([1, 1], [0, 0], 0.95)).toMatchObject({ low: 1, high: 1 });
  expect(() => welchInterval([1], [1, 2], 0.95)).toThrow(RangeError);
});

test('measures of rows', () => {
  // the example of sklearn.metrics.roc_auc_score
  expect(measureOf('auc', rows([0.1, 0.4, 0.35, 0.8], [0, 0, 1, 1]))).toBe(0.75);
  expect(measureOf('auc', rows([0.5, 0.5, 0.5], [0, 1, 1]))).toBe(0.5);
  expect(measureOf('auc', rows([1, 2], [1, 1]))).toBeNaN();
  expect(measureOf('accuracy', rows([1, 1, 0, 1]))).toBe(0.75);
  // tp 2, fp 1, fn 1, tn 1
  expect(measureOf('f1', rows([3, 3, 1, 2, 0]))).toBeCloseTo(2 / 3, 12);
  expect(measureOf('precision', rows([3, 3, 1, 2, 0]))).toBeCloseTo(2 / 3, 12);
  expect(measureOf('rmse', rows([9, 16]))).toBeCloseTo(Math.sqrt(12.5), 12);
  expect(measureOf('mean', rows([1, Number.NaN]))).toBeNaN();
  expect(measureOf('mean', rows([]))).toBeNaN();
});

test('drawn numbers have mean and variance of their distribution', () => {
  const random = createRandom(1);
  for (const mean of [0.5, 5, 30, 2000]) {
    const drawn = Array.from({ length: 20_000 }, () => poisson(mean, random));
    const average = drawn.reduce((a, b) => a + b) / drawn.length;
    const variance = drawn.reduce((sum, value) => sum + (value - average) ** 2, 0) / drawn.length;
    expect(Math.abs(average - mean) / Math.sqrt(mean / drawn.length), `mean ${mean}`).toBeLessThan(4);
    expect(variance / mean, `variance ${mean}`).toBeGreaterThan(0.95);
    expect(variance / mean).toBeLessThan(1.05);
  }
  const weights = new Uint8Array(1_000_003);
  fillPoisson(weights, random);
  for (const [k, expected] of [0.36788, 0.36788, 0.18394, 0.06131, 0.01533, 0.00307, 0.00051].entries())
    expect(Math.abs(weights.filter((one) => one === k).length / weights.length - expected), `${k}`).toBeLessThan(0.002);
});

test('the interval of an accuracy is that of theory, the same every time, and pairing narrows a difference', async () => {
  const own = rows(Array.from({ length: 2000 }, (_, i) => (i % 10 === 0 ? 0 : 1)));
  const other = rows(Array.from({ length: 2000 }, (_, i) => (i % 10 === 0 || i % 100 === 1 ? 0 : 1)));
  const one = await bootstrapValue('accuracy', own, 0.95);
  // ±1.96 √(0.9·0.1/2000)
  expect(one.low).toBeGreaterThan(0.9 - 0.0131 * 1.15);
  expect(one.low).toBeLessThan(0.9 - 0.0131 * 0.85);
  expect(await bootstrapValue('accuracy', own, 0.95)).toEqual(one);
  const paired = await bootstrapDifference('accuracy', own, other, true, 0.95);
  const unpaired = await bootstrapDifference('accuracy', own, other, false, 0.95);
  expect(paired.low).toBeGreaterThan(0);
  expect(unpaired.low).toBeLessThan(0);
  const mean = await bootstrapDifference('mean', own, other, true, 0.95);
  expect(mean.low).toBeCloseTo(paired.low, 2);
  const stop = AbortSignal.abort();
  const large = rows(Array.from({ length: 200_000 }, (_, i) => i / 7));
  await expect(bootstrapValue('mean', large, 0.95, stop)).rejects.toThrow('stopped');
  // the same scores in other rows are another model with the same value; as they are, there is no difference at all
  const labels = Array.from({ length: 400 }, (_, i) => i % 2);
  const scores = labels.map((label, i) => label * 0.3 + ((i * 37) % 100) / 100);
  const same = rows(scores, labels);
  expect(await bootstrapDifference('auc', same, same, true, 0.95)).toEqual({ low: 0, high: 0 });
  const worse = rows(
    scores.map((score, i) => (i % 7 === 0 ? 1 - score : score)),
    labels,
  );
  const less = await bootstrapDifference('auc', same, worse, true, 0.95);
  expect(less.low).toBeGreaterThan(0);
  expect(less.low).toBeLessThan(measureOf('auc', same) - measureOf('auc', worse));
  expect(less.high).toBeGreaterThan(measureOf('auc', same) - measureOf('auc', worse));
});
