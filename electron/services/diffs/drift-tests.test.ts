import { expect, it } from 'vitest';
import {
  chiSquare,
  jensenShannon,
  kolmogorovSmirnov,
  proportionsZ,
  type Tally,
  wassersteinNormed,
} from './drift-tests.ts';

/*
 * Expected values by SciPy 1.17.1 and NumPy:
 *   wasserstein_distance(a, b) / max(numpy.std(a), 0.001)
 *   ks_2samp(a, b, method='exact').pvalue, and method='asymp' for the large ones
 *   o, f = numpy.array(after), numpy.array(before); chisquare(o, f * o.sum() / f.sum()).pvalue
 *   scipy.spatial.distance.jensenshannon(before, after)
 *   2 * (1 - norm.cdf(abs(z))) with z = (p - q) / sqrt(P * (1 - P) * (1 / n + 1 / m))
 */
function tally(a: readonly number[], b: readonly number[]): Tally {
  const values = [...new Set([...a, ...b])].sort((x, y) => x - y);
  const count = (list: readonly number[]): number[] => {
    const by = new Map<number, number>();
    for (const value of list) by.set(value, (by.get(value) ?? 0) + 1);
    return values.map((value) => by.get(value) ?? 0);
  };
  return { values, before: count(a), after: count(b) };
}

const series = (length: number, of: (i: number) => number): number[] => Array.from({ length }, (_, i) => of(i));
const A = [1, 2, 2, 3, 5, 8, 13];
const B = [2, 3, 3, 4, 9, 21];
const X = series(200, (i) => (i * 37) % 101);
const Y = series(300, (i) => ((i * 53) % 113) + 7);

it('measures the Wasserstein distance as SciPy does', () => {
  expect(wassersteinNormed(tally(A, B))).toBeCloseTo(0.586332496204486, 12);
  expect(wassersteinNormed(tally(X, Y))).toBeCloseTo(0.44525068207119284, 12);
  expect(wassersteinNormed(tally(A, A))).toBe(0);
});

it('finds the p-value of Kolmogorov–Smirnov as SciPy does, exactly where it does', () => {
  expect(kolmogorovSmirnov(tally(A, B))).toBeCloseTo(0.9254079254079255, 12);
  expect(kolmogorovSmirnov(tally(X, Y))).toBeCloseTo(0.0017592305818784275, 12);
  const far = kolmogorovSmirnov(
    tally(
      X,
      series(150, (i) => i + 40),
    ),
  );
  expect(far / 1.5753543934431056e-28).toBeCloseTo(1, 9);
  expect(kolmogorovSmirnov(tally(A, A))).toBe(1);
  const large = series(20_000, (i) => (i * 7919) % 20_011);
  const shifted = large.map((value) => value + 150);
  expect(kolmogorovSmirnov(tally(large, shifted))).toBeCloseTo(0.624374156981675, 2);
});

it('finds the p-values of chi-square and of proportions, and the Jensen–Shannon distance, as SciPy does', () => {
  const [before, after] = [
    [30, 14, 34, 45, 57, 20],
    [20, 20, 30, 40, 60, 30],
  ];
  expect(chiSquare(before, after)).toBeCloseTo(0.03359106195656556, 12);
  expect(chiSquare([900, 50, 50], [1000, 70, 30])).toBeCloseTo(0.00041894212344838406, 12);
  expect(chiSquare([5, 0], [5, 1])).toBe(0);
  expect(jensenShannon(before, after)).toBeCloseTo(0.08450498143148802, 12);
  expect(jensenShannon([10, 0, 5], [0, 8, 2])).toBeCloseTo(0.7188395628032378, 12);
  expect(proportionsZ([120, 80], [90, 90])).toBeCloseTo(0.050284916060494345, 12);
  expect(proportionsZ([5], [7])).toBe(1);
});
