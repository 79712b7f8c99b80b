import { setImmediate } from 'node:timers/promises';

const PIECE = 1 << 18;

/**
 * How many of these different numbers must be taken out for the others to rise: their count less that of the longest rising subsequence.
 * @param pause asked between pieces of the work, so that other answers are not held up; what it throws ends the work
 */
export async function fewestMoved(order: Uint32Array, pause: () => void): Promise<number> {
  const tails = new Uint32Array(order.length);
  let length = 0;
  for (let from = 0; from < order.length; from += PIECE) {
    length = extend(tails, length, order.subarray(from, from + PIECE));
    await setImmediate();
    pause();
  }
  return order.length - length;
}

/** Goes on with the last numbers of the rising subsequences of each length, `length` of them so far. */
function extend(tails: Uint32Array, soFar: number, order: Uint32Array): number {
  let length = soFar;
  for (const value of order) {
    // most rows follow the one before: no search for them
    if (length === 0 || value > tails[length - 1]!) {
      tails[length++] = value;
      continue;
    }
    let [low, high] = [0, length - 1];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (tails[middle]! < value) low = middle + 1;
      else high = middle;
    }
    tails[low] = value;
  }
  return length;
}

/** Those of these different numbers that the longest rising subsequence leaves out (`fewestMoved` of them), rising. Holds 9 bytes a number. */
export function movedOf(order: Uint32Array): Uint32Array {
  const rising = createRising(order);
  rising.extend(0, order.length);
  return rising.leftOut();
}

/** The same for very many numbers, in pieces between which others are answered; what `pause` throws ends the work. */
export async function movedInPieces(order: Uint32Array, pause: () => void): Promise<Uint32Array> {
  const rising = createRising(order);
  for (let from = 0; from < order.length; from += PIECE) {
    rising.extend(from, Math.min(order.length, from + PIECE));
    await setImmediate();
    pause();
  }
  return rising.leftOut();
}

function createRising(order: Uint32Array) {
  // by length of a rising subsequence where its last number stands, and by number where the one before it does
  const tails = new Uint32Array(order.length);
  const before = new Int32Array(order.length);
  let length = 0;
  return {
    extend(from: number, to: number): void {
      for (let i = from; i < to; i++) {
        const value = order[i]!;
        let low = length;
        if (length > 0 && value < order[tails[length - 1]!]!) {
          let high = length - 1;
          low = 0;
          while (low < high) {
            const middle = (low + high) >> 1;
            if (order[tails[middle]!]! < value) low = middle + 1;
            else high = middle;
          }
        }
        tails[low] = i;
        before[i] = low === 0 ? -1 : tails[low - 1]!;
        if (low === length) length++;
      }
    },
    leftOut(): Uint32Array {
      const stays = new Uint8Array(order.length);
      for (let i = length === 0 ? -1 : tails[length - 1]!; i >= 0; i = before[i]!) stays[i] = 1;
      return order.filter((_, i) => stays[i] === 0).sort();
    },
  };
}
