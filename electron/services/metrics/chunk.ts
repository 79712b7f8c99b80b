/**
 * The bytes of a chunk: up to `CHUNK` points of one series in order of arrival. Little endian throughout, every column 8-byte aligned.
 *
 * Points: `uint32 kind, uint32 count`, then the steps, then `count` float64 times (epoch seconds), then `count` float64 values.
 * Kind 0 has `count` float64 steps; kind 1, an arithmetic progression, has `float64 start, float64 stride` and step i is start + i * stride,
 * exactly.
 *
 * Summary: per leaf of `LEAF` points (the last may be shorter) 16 slots of 8 bytes: first, last, least, greatest and first-NaN point, each as
 * float64 step, time, value; then uint16 places of least, greatest and first NaN within the leaf, `ABSENT` where there is none, and
 * 2 bytes 0. Least and greatest are over the values that are not NaN, infinities included; of equal ones the earliest.
 */
export type Points = { readonly step: Float64Array; readonly time: Float64Array; readonly value: Float64Array };

export const CHUNK = 2048;
export const LEAF = 128;
/** Float64 slots of a leaf in a summary. */
export const LEAF_SLOTS = 16;
/** Where in a leaf's slots the three numbers of each kept point begin. */
export const SLOT = { first: 0, last: 3, min: 6, max: 9, nan: 12, places: 15 } as const;
export const ABSENT = 0xffff;

const HEAD = 8;
const PROGRESSION = 1;

/** Lays out points; `decodePoints` reads them back bit for bit. */
export function encodePoints({ step, time, value }: Points): Uint8Array {
  const count = step.length;
  const stride = count > 1 ? step[1]! - step[0]! : 0;
  const regular = count > 2 && isProgression(step, stride);
  const stepSlots = regular ? 2 : count;
  const buffer = new ArrayBuffer(HEAD + (stepSlots + 2 * count) * 8);
  const head = new Uint32Array(buffer, 0, 2);
  head[0] = regular ? PROGRESSION : 0;
  head[1] = count;
  const columns = new Float64Array(buffer, HEAD);
  if (regular) {
    columns[0] = step[0]!;
    columns[1] = stride;
  } else columns.set(step, 0);
  columns.set(time, stepSlots);
  columns.set(value, stepSlots + count);
  return new Uint8Array(buffer);
}

function isProgression(step: Float64Array, stride: number): boolean {
  const start = step[0]!;
  for (let i = 2; i < step.length; i++) if (start + i * stride !== step[i]) return false;
  return true;
}

/** Reads what `encodePoints` wrote; times and values are views of the bytes where their alignment allows it. */
export function decodePoints(bytes: Uint8Array): Points {
  const { buffer, byteOffset } = aligned(bytes);
  const head = new Uint32Array(buffer, byteOffset, 2);
  const kind = head[0]!;
  const count = head[1]!;
  const stepSlots = kind === PROGRESSION ? 2 : count;
  const at = (slot: number, length: number): Float64Array =>
    new Float64Array(buffer, byteOffset + HEAD + slot * 8, length);
  let step = at(0, stepSlots);
  if (kind === PROGRESSION) {
    const start = step[0]!;
    const stride = step[1]!;
    step = new Float64Array(count);
    for (let i = 0; i < count; i++) step[i] = start + i * stride;
  }
  return { step, time: at(stepSlots, count), value: at(stepSlots + count, count) };
}

/** The summary of a chunk, or null where reading the points themselves is as cheap. */
export function encodeSummary({ step, time, value }: Points): Uint8Array | null {
  const count = step.length;
  if (count <= LEAF) return null;
  const leaves = Math.ceil(count / LEAF);
  const slots = new Float64Array(leaves * LEAF_SLOTS);
  const places = new Uint16Array(slots.buffer);
  for (let leaf = 0; leaf < leaves; leaf++) {
    const from = leaf * LEAF;
    const to = Math.min(count, from + LEAF);
    let min = -1;
    let max = -1;
    let nan = -1;
    for (let i = from; i < to; i++) {
      const v = value[i]!;
      if (Number.isNaN(v)) {
        if (nan < 0) nan = i;
        continue;
      }
      if (min < 0 || v < value[min]!) min = i;
      if (max < 0 || v > value[max]!) max = i;
    }
    const base = leaf * LEAF_SLOTS;
    const put = (slot: number, i: number): void => {
      if (i < 0) return;
      slots[base + slot] = step[i]!;
      slots[base + slot + 1] = time[i]!;
      slots[base + slot + 2] = value[i]!;
    };
    put(SLOT.first, from);
    put(SLOT.last, to - 1);
    put(SLOT.min, min);
    put(SLOT.max, max);
    put(SLOT.nan, nan);
    const at = (base + SLOT.places) * 4;
    places[at] = min < 0 ? ABSENT : min - from;
    places[at + 1] = max < 0 ? ABSENT : max - from;
    places[at + 2] = nan < 0 ? ABSENT : nan - from;
  }
  return new Uint8Array(slots.buffer);
}

/** A summary's slots, and the same bytes as the places of a leaf's points: `places[(leaf * LEAF_SLOTS + SLOT.places) * 4 + 0|1|2]`. */
export function decodeSummary(bytes: Uint8Array): { slots: Float64Array; places: Uint16Array } {
  const { buffer, byteOffset } = aligned(bytes);
  return {
    slots: new Float64Array(buffer, byteOffset, bytes.length / 8),
    places: new Uint16Array(buffer, byteOffset, bytes.length / 2),
  };
}

function aligned(bytes: Uint8Array): { buffer: ArrayBufferLike; byteOffset: number } {
  return bytes.byteOffset % 8 === 0 ? bytes : { buffer: new Uint8Array(bytes).buffer, byteOffset: 0 };
}
