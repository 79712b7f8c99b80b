/**
 * The tests that Evidently takes by default (evidentlyai/evidently, calculations/stattests), as functions of counted values. A p-value falls
 * with drift, a distance grows.
 */

/** Values that rise, with how often each side has them. NULL, NaN and infinities are not among them. */
export type Tally = {
  readonly values: readonly number[];
  readonly before: readonly number[];
  readonly after: readonly number[];
};

/** Largest product of both sizes for which the p-value of Kolmogorov–Smirnov is exact. */
const MOST_PATHS = 10_000_000;

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

/**
 * The first Wasserstein distance, ∫|F − G| dx over both distribution functions, divided by the standard deviation of the values before (not
 * less than 0.001), as `scipy.stats.wasserstein_distance(a, b) / max(numpy.std(a), 0.001)` gives it.
 */
export function wassersteinNormed({ values, before, after }: Tally): number {
  const [n, m] = [sum(before), sum(after)];
  const mean = values.reduce((total, value, i) => total + value * before[i]!, 0) / n;
  const variance = values.reduce((total, value, i) => total + (value - mean) ** 2 * before[i]!, 0) / n;
  let [f, g, distance] = [0, 0, 0];
  for (let i = 0; i + 1 < values.length; i++) {
    f += before[i]!;
    g += after[i]!;
    distance += Math.abs(f / n - g / m) * (values[i + 1]! - values[i]!);
  }
  return distance / Math.max(Math.sqrt(variance), 0.001);
}

/**
 * The two-sided p-value of the two-sample Kolmogorov–Smirnov test. Exact by counting lattice paths (Hodges, "The significance probability of
 * the Smirnov two-sample test", 1958), as `scipy.stats.ks_2samp(a, b, method='exact')`; for large samples by Kolmogorov's limit with the
 * correction of Stephens ("Use of the Kolmogorov–Smirnov, Cramér–von Mises and related statistics", 1970).
 */
export function kolmogorovSmirnov({ before, after }: Tally): number {
  const [n, m] = [sum(before), sum(after)];
  let [f, g, most] = [0, 0, 0];
  for (const [i, count] of before.entries()) {
    f += count;
    g += after[i]!;
    most = Math.max(most, Math.abs(f * m - g * n));
  }
  if (most === 0) return 1;
  return n * m <= MOST_PATHS ? outsideProbability(n, m, most) : limit(most / n / m, (n * m) / (n + m));
}

/** The share of the paths from (0, 0) to (n, m) that somewhere have |x·m − y·n| ≥ h. */
function outsideProbability(n: number, m: number, h: number): number {
  const row = new Float64Array(m + 1);
  for (let x = 0; x <= n; x++)
    for (let y = 0; y <= m; y++) {
      if (Math.abs(x * m - y * n) >= h) row[y] = 1;
      else if (x + y > 0) row[y] = ((x > 0 ? row[y]! * x : 0) + (y > 0 ? row[y - 1]! * y : 0)) / (x + y);
    }
  return row[m]!;
}

function limit(d: number, size: number): number {
  const root = Math.sqrt(size);
  const x = (root + 0.12 + 0.11 / root) * d;
  let total = 0;
  for (let k = 1; k <= 100; k++) total += 2 * (k % 2 ? 1 : -1) * Math.exp(-2 * k * k * x * x);
  return Math.min(1, Math.max(0, total));
}

/**
 * The p-value of Pearson's chi-square test of the counts after against those before, scaled to the same total:
 * `scipy.stats.chisquare(after, before * sum(after) / sum(before)).pvalue`.
 */
export function chiSquare(before: readonly number[], after: readonly number[]): number {
  const scale = sum(after) / sum(before);
  let statistic = 0;
  for (const [i, count] of before.entries()) {
    const expected = count * scale;
    if (expected === 0 && after[i]! > 0) return 0;
    if (expected > 0) statistic += (after[i]! - expected) ** 2 / expected;
  }
  return gammaQ((before.length - 1) / 2, statistic / 2);
}

/** The two-sided p-value of the z-test for the difference of two proportions; 1 when there is only one value. */
export function proportionsZ(before: readonly number[], after: readonly number[]): number {
  if (before.length < 2) return 1;
  const [n, m] = [sum(before), sum(after)];
  const [p, q] = [1 - before[0]! / n, 1 - after[0]! / m];
  const pooled = (p * n + q * m) / (n + m);
  const z = (p - q) / Math.sqrt(pooled * (1 - pooled) * (1 / n + 1 / m));
  return gammaQ(0.5, (z * z) / 2);
}

/** The Jensen–Shannon distance with natural logarithms, as `scipy.spatial.distance.jensenshannon(before, after)`. */
export function jensenShannon(before: readonly number[], after: readonly number[]): number {
  const [n, m] = [sum(before), sum(after)];
  let divergence = 0;
  for (const [i, count] of before.entries()) {
    const [p, q] = [count / n, after[i]! / m];
    const middle = (p + q) / 2;
    if (p > 0) divergence += p * Math.log(p / middle);
    if (q > 0) divergence += q * Math.log(q / middle);
  }
  return Math.sqrt(Math.max(0, divergence / 2));
}

/**
 * The regularised upper incomplete gamma function Q(a, x): by its series below a + 1, by Lentz's continued fraction above (Abramowitz and
 * Stegun, 6.5.29 and 6.5.31).
 */
function gammaQ(a: number, x: number): number {
  if (x <= 0 || a <= 0) return 1;
  const front = Math.exp(a * Math.log(x) - x - logGamma(a));
  if (x < a + 1) {
    let term = 1 / a;
    let total = term;
    for (let n = 1; n < 10_000 && Math.abs(term) > Math.abs(total) * 1e-17; n++) {
      term *= x / (a + n);
      total += term;
    }
    return Math.min(1, Math.max(0, 1 - front * total));
  }
  let b = x + 1 - a;
  let c = 1e300;
  let d = 1 / b;
  let h = d;
  for (let n = 1; n < 10_000; n++) {
    const an = -n * (n - a);
    b += 2;
    d = 1 / (an * d + b || 1e-300);
    c = b + an / c || 1e-300;
    const step = d * c;
    h *= step;
    if (Math.abs(step - 1) < 1e-16) break;
  }
  return Math.min(1, front * h);
}

/** ln Γ(x) for x > 0 by Stirling's series (Abramowitz and Stegun, 6.1.41), moved up to where it is exact to double precision. */
function logGamma(x: number): number {
  let shift = 0;
  let at = x;
  for (; at < 15; at++) shift += Math.log(at);
  const inverse = 1 / (at * at);
  const series = (1 / 12 - inverse * (1 / 360 - inverse * (1 / 1260 - inverse * (1 / 1680 - inverse / 1188)))) / at;
  return (at - 0.5) * Math.log(at) - at + Math.log(2 * Math.PI) / 2 + series - shift;
}
