import { logGamma } from './student-t.ts';

/** Whole random numbers from 0 to 2³² − 1 (sfc32 of PractRand, C. Doty-Humphrey): the same for the same seed. */
export function createRandom(seed: number): () => number {
  let [a, b, c, counter] = [seed | 0, 0x9e3779b9 | 0, 0x243f6a88 | 0, 1];
  const next = (): number => {
    const t = (((a + b) | 0) + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (c << 21) | (c >>> 11);
    c = (c + t) | 0;
    return t >>> 0;
  };
  for (let i = 0; i < 15; i++) next();
  return next;
}

/** Probabilities of 0, 1, 2 … in the Poisson distribution of mean 1. */
const ONE = Array.from({ length: 20 }, (_, k) => Math.exp(-1 - logGamma(k + 1)));
const BYTES = 256;
const RARE = 255;

/** By a random byte: a number, as often as its probability holds whole bytes; `RARE` for the bytes that are left. */
const COMMON = ((): Uint8Array => {
  const table = new Uint8Array(BYTES).fill(RARE);
  let at = 0;
  for (const [k, probability] of ONE.entries()) {
    const whole = Math.floor(probability * BYTES);
    table.fill(k, at, at + whole);
    at += whole;
  }
  return table;
})();

/** What is left of the probabilities, added up to 1. */
const LEFT = ((): number[] => {
  const rest = ONE.map((probability) => probability * BYTES - Math.floor(probability * BYTES));
  const total = rest.reduce((sum, one) => sum + one, 0);
  let below = 0;
  return rest.map((one) => {
    below += one / total;
    return below;
  });
})();

/** Fills with numbers drawn from the Poisson distribution of mean 1, four of each 32 random bits. */
export function fillPoisson(weights: Uint8Array, random: () => number): void {
  const { length } = weights;
  for (let i = 0; i < length; i += 4) {
    let bits = random();
    const end = Math.min(i + 4, length);
    for (let j = i; j < end; j++) {
      const weight = COMMON[bits & 0xff]!;
      weights[j] = weight === RARE ? rare(random) : weight;
      bits >>>= 8;
    }
  }
}

function rare(random: () => number): number {
  const u = random() / 4_294_967_296;
  const at = LEFT.findIndex((below) => u < below);
  return at < 0 ? LEFT.length - 1 : at;
}

/**
 * A number drawn from the Poisson distribution. Below a mean of 10 by multiplying (Knuth), beyond by transformed rejection (W. Hörmann, "The
 * transformed rejection method for generating Poisson random variables", 1993, algorithm PTRS).
 */
export function poisson(mean: number, random: () => number): number {
  const uniform = (): number => (random() + 0.5) / 4_294_967_296;
  if (mean < 10) {
    const limit = Math.exp(-mean);
    let count = 0;
    for (let product = uniform(); product > limit; product *= uniform()) count++;
    return count;
  }
  const b = 0.931 + 2.53 * Math.sqrt(mean);
  const a = -0.059 + 0.02483 * b;
  const inverseAlpha = 1.1239 + 1.1328 / (b - 3.4);
  const vr = 0.9277 - 3.6224 / (b - 2);
  for (;;) {
    const u = uniform() - 0.5;
    const v = uniform();
    const us = 0.5 - Math.abs(u);
    const k = Math.floor(((2 * a) / us + b) * u + mean + 0.43);
    if (us >= 0.07 && v <= vr) return k;
    if (k < 0 || (us < 0.013 && v > us)) continue;
    const accept = Math.log(v) + Math.log(inverseAlpha) - Math.log(a / (us * us) + b);
    if (accept <= -mean + k * Math.log(mean) - logGamma(k + 1)) return k;
  }
}
