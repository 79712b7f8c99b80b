import type { MediaCalls, Pair } from './protocol.ts';

/** Set bits of a 32-bit number (Warren, Hacker's Delight, §5-1). */
function bits(value: number): number {
  let v = value - ((value >>> 1) & 0x55555555);
  v = (v & 0x33333333) + ((v >>> 2) & 0x33333333);
  return Math.imul((v + (v >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}

/** Bits in which two hashes of 64 bits, each as two numbers, differ. */
export const distanceOf = (aHigh: number, aLow: number, bHigh: number, bLow: number): number =>
  bits(aHigh ^ bHigh) + bits(aLow ^ bLow);

/**
 * Pairs of hashes that differ in at most `within` bits, nearest first, at most `limit`. Multi-index hashing (Norouzi, Punjani and Fleet,
 * CVPR 2012): of four parts of 16 bits one differs in at most a quarter of the bits, so only hashes with a part that near are looked at.
 */
export function similarPairs({ before, after, within, limit }: MediaCalls['similar']['input']): Pair[] {
  const index = createIndex(after);
  const masks = masksWithin(Math.floor(within / 4));
  const seen = new Int32Array(after.length / 2).fill(-1);
  const pairs: Pair[] = [];
  for (let a = 0; a < before.length / 2; a++) {
    const [high, low] = [before[a * 2]!, before[a * 2 + 1]!];
    for (let part = 0; part < 4; part++) {
      const own = partOf(high, low, part);
      for (const mask of masks) {
        for (let b = index.first(part, own ^ mask); b >= 0; b = index.next(part, b)) {
          if (seen[b] === a) continue;
          seen[b] = a;
          const distance = distanceOf(high, low, after[b * 2]!, after[b * 2 + 1]!);
          if (distance <= within) pairs.push({ a, b, distance });
        }
      }
    }
    // what is kept is a little more than what is wanted, so that sorting stays rare
    if (pairs.length > limit * 2) cut(pairs, limit);
  }
  return cut(pairs, limit);
}

function cut(pairs: Pair[], limit: number): Pair[] {
  pairs.sort((x, y) => x.distance - y.distance || x.a - y.a || x.b - y.b);
  pairs.length = Math.min(pairs.length, limit);
  return pairs;
}

const partOf = (high: number, low: number, part: number): number => {
  const word = part < 2 ? high : low;
  return part % 2 === 0 ? word >>> 16 : word & 0xffff;
};

/** All numbers of 16 bits with at most `most` bits set. */
function masksWithin(most: number): number[] {
  return Array.from({ length: 0x10000 }, (_, value) => value).filter((value) => bits(value) <= most);
}

/** By each part the hashes that have it, as linked lists in flat arrays. */
function createIndex(hashes: Uint32Array): {
  first(part: number, value: number): number;
  next(part: number, at: number): number;
} {
  const heads = Array.from({ length: 4 }, () => new Int32Array(0x10000).fill(-1));
  const links = Array.from({ length: 4 }, () => new Int32Array(hashes.length / 2));
  for (let i = 0; i < hashes.length / 2; i++) {
    for (let part = 0; part < 4; part++) {
      const value = partOf(hashes[i * 2]!, hashes[i * 2 + 1]!, part);
      links[part]![i] = heads[part]![value]!;
      heads[part]![value] = i;
    }
  }
  return { first: (part, value) => heads[part]![value]!, next: (part, at) => links[part]![at]! };
}
