/** An interval of a mean or of a difference of means, with the degrees of freedom behind it. */
export type Interval = { readonly estimate: number; readonly low: number; readonly high: number; readonly df: number };

/**
 * The t interval of the difference of two means, each side with its own variance (B. L. Welch, Biometrika 34, 1947; degrees of freedom after
 * Welch and Satterthwaite). Without any spread the interval is the difference itself.
 * @throws RangeError when a side has fewer than two values
 */
export function welchInterval(a: readonly number[], b: readonly number[], level: number): Interval {
  const [one, two] = [momentsOf(a), momentsOf(b)];
  const [va, vb] = [one.variance / a.length, two.variance / b.length];
  const estimate = one.mean - two.mean;
  if (va + vb === 0) return { estimate, low: estimate, high: estimate, df: a.length + b.length - 2 };
  const df = (va + vb) ** 2 / (va ** 2 / (a.length - 1) + vb ** 2 / (b.length - 1));
  const half = tQuantile((1 + level) / 2, df) * Math.sqrt(va + vb);
  return { estimate, low: estimate - half, high: estimate + half, df };
}

/** The t interval of a mean. @throws RangeError with fewer than two values */
export function meanInterval(values: readonly number[], level: number): Interval {
  const { mean, variance } = momentsOf(values);
  const half = tQuantile((1 + level) / 2, values.length - 1) * Math.sqrt(variance / values.length);
  return { estimate: mean, low: mean - half, high: mean + half, df: values.length - 1 };
}

function momentsOf(values: readonly number[]): { mean: number; variance: number } {
  if (values.length < 2) throw new RangeError('a spread needs two values');
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return { mean, variance: values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1) };
}

/** The value below which a t-distributed number with `df` degrees of freedom lies with probability `p` (0.5 ≤ p < 1), by bisection. */
export function tQuantile(p: number, df: number): number {
  let [low, high] = [0, 1];
  while (tCdf(high, df) < p) high *= 2;
  for (let i = 0; i < 200 && high - low > 1e-13 * Math.max(1, high); i++) {
    const middle = (low + high) / 2;
    if (tCdf(middle, df) < p) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

/** P(T ≤ t) for t ≥ 0 (Abramowitz and Stegun 26.5.27). */
function tCdf(t: number, df: number): number {
  return 1 - incompleteBeta(df / 2, 0.5, df / (df + t * t)) / 2;
}

/** Regularised incomplete beta function by its continued fraction (DLMF 8.17.22), evaluated after Lentz. */
function incompleteBeta(a: number, b: number, x: number): number {
  if (x <= 0) return 0;
  if (x >= 1) return 1;
  if (x > (a + 1) / (a + b + 2)) return 1 - incompleteBeta(b, a, 1 - x);
  const front = Math.exp(logGamma(a + b) - logGamma(a) - logGamma(b) + a * Math.log(x) + b * Math.log1p(-x)) / a;
  let [c, d] = [1, 1 - ((a + b) * x) / (a + 1)];
  d = 1 / (d || 1e-300);
  let sum = d;
  for (let m = 1; m <= 500; m++) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m));
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1));
    for (const term of [even, odd]) {
      d = 1 / (1 + term * d || 1e-300);
      c = 1 + term / c || 1e-300;
      sum *= c * d;
    }
    if (Math.abs(c * d - 1) < 1e-16) break;
  }
  return front * sum;
}

/** ln Γ(x) for x > 0: Stirling's series (DLMF 5.11.1) after shifting x up to 10. */
export function logGamma(x: number): number {
  let shift = 0;
  let z = x;
  for (; z < 10; z++) shift += Math.log(z);
  const inverse = 1 / (z * z);
  const series = (1 / 12 - inverse * (1 / 360 - inverse * (1 / 1260 - inverse * (1 / 1680 - inverse / 1188)))) / z;
  return (z - 0.5) * Math.log(z) - z + Math.log(2 * Math.PI) / 2 + series - shift;
}
