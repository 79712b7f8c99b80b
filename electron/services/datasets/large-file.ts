import { createHash } from 'node:crypto';
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { AppError } from '../../../shared/errors.ts';
import { checkStop, type Stamp, type Stop, sameStamp, stampOf, writeAll } from './file-hash.ts';

/**
 * One large file copied and hashed by two threads: MD5 cannot be divided, and writing takes about as long. One thread reads and hashes, and
 * hands what it read to the other one, which writes, through a ring in shared memory.
 */
export type Ring = { readonly bytes: SharedArrayBuffer; readonly state: SharedArrayBuffer };

const SLOTS = 8;
const SLOT_BYTES = 4 << 20;
const WAIT_MS = 500;
/** Places in `state`: how many slots were filled and taken, how it ended, then the length of each slot. */
const [FILLED, TAKEN, END, LENGTHS] = [0, 1, 2, 3];
const [GOING, COMPLETE, FAILED] = [0, 1, 2];

export const makeRing = (): Ring => ({
  bytes: new SharedArrayBuffer(SLOTS * SLOT_BYTES),
  state: new SharedArrayBuffer(4 * (LENGTHS + SLOTS)),
});

const slotOf = ({ bytes }: Ring, n: number): Buffer => Buffer.from(bytes, (n % SLOTS) * SLOT_BYTES, SLOT_BYTES);

/** Tells the other side how it ended; who fails is the first to say so. */
function end(state: Int32Array, how: number): void {
  Atomics.compareExchange(state, END, GOING, how);
  Atomics.notify(state, FILLED);
  Atomics.notify(state, TAKEN);
}

/**
 * Reads and hashes a file and hands it on.
 * @returns null when the other side failed, which says why itself
 * @throws AppError CONFLICT when it changes while it is read
 */
export function digest({ path, ring }: { path: string; ring: Ring }, stop: Stop): { md5: string; stamp: Stamp } | null {
  const state = new Int32Array(ring.state);
  try {
    const fd = openSync(path, 'r');
    try {
      const before = stampOf(fstatSync(fd));
      const md5 = createHash('md5');
      let total = 0;
      for (let n = 0; ; n++) {
        for (let taken = Atomics.load(state, TAKEN); n - taken >= SLOTS; taken = Atomics.load(state, TAKEN)) {
          checkStop(stop);
          if (Atomics.load(state, END) === FAILED) return null;
          Atomics.wait(state, TAKEN, taken, WAIT_MS);
        }
        checkStop(stop);
        const slot = slotOf(ring, n);
        const length = readSync(fd, slot, 0, SLOT_BYTES, null);
        if (length === 0) break;
        total += length;
        Atomics.store(state, LENGTHS + (n % SLOTS), length);
        Atomics.add(state, FILLED, 1);
        Atomics.notify(state, FILLED);
        md5.update(slot.subarray(0, length));
      }
      const stamp = stampOf(fstatSync(fd));
      if (total !== stamp[3] || !sameStamp(before, stamp))
        throw new AppError(
          'CONFLICT',
          `${path} changed while it was read. Wait until nothing writes to it, then try again.`,
        );
      end(state, COMPLETE);
      return { md5: md5.digest('hex'), stamp };
    } finally {
      closeSync(fd);
    }
  } catch (error) {
    end(state, FAILED);
    throw error;
  }
}

/** Writes what `digest` hands on under a new name; false when that one failed. */
export function pour({ to, mode, ring }: { to: string; mode: number; ring: Ring }, stop: Stop): boolean {
  const state = new Int32Array(ring.state);
  try {
    const fd = openSync(to, 'wx', mode);
    try {
      for (let n = 0; ; n++) {
        for (let filled = Atomics.load(state, FILLED); filled <= n; filled = Atomics.load(state, FILLED)) {
          checkStop(stop);
          const how = Atomics.load(state, END);
          if (how === FAILED) return false;
          // the last slot may have been filled between the two looks
          if (how === COMPLETE && Atomics.load(state, FILLED) === n) return true;
          if (how === GOING) Atomics.wait(state, FILLED, filled, WAIT_MS);
        }
        writeAll(fd, slotOf(ring, n).subarray(0, Atomics.load(state, LENGTHS + (n % SLOTS))));
        Atomics.add(state, TAKEN, 1);
        Atomics.notify(state, TAKEN);
      }
    } finally {
      closeSync(fd);
    }
  } catch (error) {
    end(state, FAILED);
    throw error;
  }
}
