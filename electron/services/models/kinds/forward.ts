import { open } from 'node:fs/promises';
import type { Readable } from 'node:stream';

/** Bytes read at once from a file. */
const CHUNK = 256 * 1024;
/** No single value that a header holds may be longer. */
const MAX_WINDOW = 16 * 1024 * 1024;
/** Bytes that are read of one file, whatever it says; skipped ones cost nothing in a plain file. */
const MAX_READ = 256 * 1024 * 1024;

/** What a file says cannot be so. The message is the middle of a sentence: `it ends in the middle of its header`. */
export class Damaged extends Error {}

/** A file read forwards, in pieces: what is not needed is skipped, and no length that a file claims makes memory. */
export type Forward = {
  /** Makes sure that `count` bytes lie at `bytes[at]`. @throws Damaged when the file ends before, or nobody needs so many at once */
  need(count: number): Promise<void>;
  /** @throws Damaged when the file ends before */
  skip(count: number): Promise<void>;
  /** True when nothing is left. */
  ended(): Promise<boolean>;
  /** Absolute position of `at`. */
  position(): number;
  bytes: Buffer;
  at: number;
};

export type Opened = { readonly forward: Forward; close(): Promise<void> };

type Source = {
  /** the next piece; null at the end */
  pull(): Promise<Buffer | null>;
  /** moves on without reading where it can; false when it cannot */
  jump(count: number): boolean;
};

/** A file from its beginning (or `start`), to its end (or `end`). */
export async function openForward(file: string, start = 0, end = Number.POSITIVE_INFINITY): Promise<Opened> {
  const handle = await open(file, 'r');
  const size = Math.min((await handle.stat()).size, end);
  let next = start;
  const forward = createForward(start, {
    async pull() {
      if (next >= size) return null;
      const buffer = Buffer.allocUnsafe(Math.min(CHUNK, size - next));
      const { bytesRead } = await handle.read(buffer, 0, buffer.length, next);
      next += bytesRead;
      return bytesRead === 0 ? null : buffer.subarray(0, bytesRead);
    },
    jump(count) {
      if (next + count > size) throw new Damaged('it ends before what it announces');
      next += count;
      return true;
    },
  });
  return { forward, close: () => handle.close() };
}

/** A stream, such as one that inflates; `limit` bytes of it at most. */
export function forwardStream(stream: Readable, limit = MAX_READ): Opened {
  const pieces = stream[Symbol.asyncIterator]();
  let read = 0;
  const forward = createForward(0, {
    async pull() {
      const { value, done } = await pieces.next();
      if (done) return null;
      read += (value as Buffer).length;
      if (read > limit)
        throw new Damaged(`it inflates to more than ${Math.round(limit / 1024 / 1024)} MB, which is not read`);
      return value as Buffer;
    },
    jump: () => false,
  });
  return {
    forward,
    close: async () => {
      stream.destroy();
    },
  };
}

function createForward(start: number, source: Source): Forward {
  let base = start;
  let read = 0;
  const self: Forward = { bytes: Buffer.alloc(0), at: 0, need, skip, ended, position: () => base + self.at };

  async function more(): Promise<boolean> {
    const piece = await source.pull();
    if (piece === null) return false;
    read += piece.length;
    if (read > MAX_READ) throw new Damaged('it has a longer header than is read');
    base += self.at;
    self.bytes = self.at === self.bytes.length ? piece : Buffer.concat([self.bytes.subarray(self.at), piece]);
    self.at = 0;
    return true;
  }
  async function need(count: number): Promise<void> {
    if (count > MAX_WINDOW) throw new Damaged('it holds a single value that is longer than 16 MB');
    while (self.bytes.length - self.at < count) {
      if (!(await more())) throw new Damaged('it ends before what it announces');
    }
  }
  async function skip(count: number): Promise<void> {
    if (!Number.isSafeInteger(count) || count < 0) throw new Damaged('it announces a length that no file has');
    let left = count;
    for (;;) {
      const here = Math.min(left, self.bytes.length - self.at);
      self.at += here;
      left -= here;
      if (left === 0) return;
      if (source.jump(left)) {
        base += self.at + left;
        self.bytes = Buffer.alloc(0);
        self.at = 0;
        return;
      }
      if (!(await more())) throw new Damaged('it ends before what it announces');
    }
  }
  async function ended(): Promise<boolean> {
    return self.at >= self.bytes.length && !(await more());
  }
  return self;
}

/** Unsigned 64 bits, little-endian, at the window's place. @throws Damaged above 2^53 */
export async function uint64(from: Forward): Promise<number> {
  await from.need(8);
  const value = from.bytes.readBigUInt64LE(from.at);
  from.at += 8;
  if (value > BigInt(Number.MAX_SAFE_INTEGER)) throw new Damaged('it announces a length that no file has');
  return Number(value);
}

export async function uint32(from: Forward): Promise<number> {
  await from.need(4);
  const value = from.bytes.readUInt32LE(from.at);
  from.at += 4;
  return value;
}

/** The next bytes, copied. */
export async function take(from: Forward, count: number): Promise<Buffer> {
  await from.need(count);
  const piece = Buffer.from(from.bytes.subarray(from.at, from.at + count));
  from.at += count;
  return piece;
}
