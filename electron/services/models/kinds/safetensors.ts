import { addTensor, clean, elements, type Finding, fact, finding, type KindFile, warn } from './finding.ts';
import { Damaged, openForward, take, uint64 } from './forward.ts';

/** The format allows 100 MB; headers of the largest models have a few. */
const MAX_HEADER = 16 * 1024 * 1024;
const MAX_NAMES = 200_000;

/** Bits of an element (safetensors README, `Dtype`). */
const BITS: Readonly<Record<string, number>> = {
  BOOL: 8,
  F4: 4,
  F6_E2M3: 6,
  F6_E3M2: 6,
  U8: 8,
  I8: 8,
  F8_E5M2: 8,
  F8_E4M3: 8,
  F8_E8M0: 8,
  F8_E4M3FNUZ: 8,
  F8_E5M2FNUZ: 8,
  I16: 16,
  U16: 16,
  F16: 16,
  BF16: 16,
  I32: 32,
  U32: 32,
  F32: 32,
  C64: 64,
  F64: 64,
  I64: 64,
  U64: 64,
};

type Entry = { readonly dtype?: unknown; readonly shape?: unknown; readonly data_offsets?: unknown };

/**
 * A safetensors file's header: 8 bytes of length, then JSON. What a header claims is checked against the file as the format demands it: every
 * byte belongs to exactly one tensor.
 */
export async function readSafetensors(file: KindFile): Promise<Finding> {
  const found = finding('safetensors', file.path, 'safetensors');
  const { forward, close } = await openForward(file.file);
  try {
    const length = await uint64(forward);
    if (length > file.size - 8) throw new Damaged(`its header claims ${length} bytes, but the file has ${file.size}`);
    if (length > MAX_HEADER) throw new Damaged(`its header claims ${length} bytes; more than 16 MB are not read`);
    const text = (await take(forward, length)).toString();
    readHeader(found, text, file.size - 8 - length);
  } finally {
    await close();
  }
  return found;
}

function readHeader(found: Finding, text: string, room: number): void {
  let header: unknown;
  try {
    header = JSON.parse(text);
  } catch {
    throw new Damaged('its header is not JSON');
  }
  if (typeof header !== 'object' || header === null || Array.isArray(header))
    throw new Damaged('its header is no object');
  const twice = duplicateKey(text);
  if (twice !== null)
    warn(found, `The header names "${clean(twice, 80)}" twice; readers disagree about which one counts.`);
  const places: { name: string; begin: number; end: number }[] = [];
  for (const [name, entry] of Object.entries(header)) {
    if (name === '__metadata__') metadata(found, entry);
    else if (places.length >= MAX_NAMES) throw new Damaged(`its header names more than ${MAX_NAMES} tensors`);
    else places.push(tensor(found, name, entry as Entry, room));
  }
  covers(found, places, room);
}

function metadata(found: Finding, entry: unknown): void {
  if (typeof entry !== 'object' || entry === null) return;
  for (const [key, value] of Object.entries(entry).slice(0, 20))
    if (typeof value === 'string') fact(found, `metadata ${key}`, value);
}

function tensor(found: Finding, name: string, entry: Entry | null, room: number) {
  const { dtype, shape, data_offsets: offsets } = entry ?? {};
  const shown = clean(name, 80);
  const [begin, end] = Array.isArray(offsets) && offsets.length === 2 ? (offsets as unknown[]) : [];
  const bits = typeof dtype === 'string' && Object.hasOwn(BITS, dtype) ? BITS[dtype] : undefined;
  if (
    typeof dtype !== 'string' ||
    !Array.isArray(shape) ||
    !shape.every((one) => Number.isSafeInteger(one) && (one as number) >= 0) ||
    !Number.isSafeInteger(begin) ||
    !Number.isSafeInteger(end)
  )
    throw new Damaged(`its header describes the tensor "${shown}" in a way that the format does not have`);
  const from = begin as number;
  const to = end as number;
  if (from < 0 || to < from || to > room)
    throw new Damaged(`the tensor "${shown}" claims the bytes ${from} to ${to}, but the file holds ${room}`);
  const count = elements(shape as number[]);
  if (bits === undefined) warn(found, `The tensor "${shown}" has the unknown dtype "${clean(dtype, 40)}".`);
  else if (count === null || Math.ceil((count * bits) / 8) !== to - from)
    throw new Damaged(`the tensor "${shown}" has ${to - from} bytes, which do not fit its shape and dtype`);
  addTensor(found, name, dtype, shape as number[]);
  return { name: shown, begin: from, end: to };
}

/** Every byte of the file belongs to one tensor, as the format demands: no overlap, no gap in which something could hide. */
function covers(found: Finding, places: { name: string; begin: number; end: number }[], room: number): void {
  let at = 0;
  for (const { name, begin, end } of places.sort((a, b) => a.begin - b.begin || a.end - b.end)) {
    if (begin < at) throw new Damaged(`the tensor "${name}" overlaps another one`);
    if (begin > at) warn(found, `There are ${begin - at} bytes before the tensor "${name}" that belong to none.`);
    at = end;
  }
  if (at < room) warn(found, `There are ${room - at} bytes at the end that belong to no tensor.`);
}

/** The first name that an object's text has twice on its first level; JSON.parse keeps the last one and says nothing. */
function duplicateKey(text: string): string | null {
  const seen = new Set<string>();
  let depth = 0;
  for (let at = 0; at < text.length; at++) {
    const c = text[at];
    if (c === '{' || c === '[') depth++;
    else if (c === '}' || c === ']') depth--;
    else if (c === '"') {
      const start = at;
      for (at++; text[at] !== '"'; at++) if (text[at] === '\\') at++;
      if (depth !== 1 || !/^\s*:/.test(text.slice(at + 1, at + 20))) continue;
      const key = JSON.parse(text.slice(start, at + 1)) as string;
      if (seen.has(key)) return key;
      seen.add(key);
    }
  }
  return null;
}
