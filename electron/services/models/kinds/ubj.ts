import { Damaged, type Forward, take } from './forward.ts';

const MAX_DEPTH = 64;
const MAX_KEPT = 2000;
const MAX_STEPS = 20_000_000;
const WIDTHS: Readonly<Record<string, number>> = {
  i: 1,
  U: 1,
  I: 2,
  l: 4,
  L: 8,
  d: 4,
  D: 8,
  C: 1,
  T: 0,
  F: 0,
  Z: 0,
  N: 0,
};

/** An array that is only counted: its type and how many elements it has. */
export type Counted = { readonly counted: number };

/**
 * A value of UBJSON (draft 12, with typed and counted containers) as XGBoost writes it. Typed arrays of numbers, where the weights are, are
 * passed over and counted; others keep their first 2,000 elements.
 */
export async function readUbj(from: Forward): Promise<unknown> {
  const budget = { steps: MAX_STEPS };
  return value(from, await marker(from), 0, budget);
}

type Budget = { steps: number };

async function marker(from: Forward): Promise<string> {
  if (from.at >= from.bytes.length) await from.need(1);
  return String.fromCharCode(from.bytes[from.at++]!);
}

async function value(from: Forward, type: string, depth: number, budget: Budget): Promise<unknown> {
  if (--budget.steps < 0) throw new Damaged('it has more values than are read here');
  if (depth > MAX_DEPTH) throw new Damaged('it is nested more deeply than is read');
  if (type === '[') return array(from, depth, budget);
  if (type === '{') return object(from, depth, budget);
  if (type === 'S' || type === 'H') return text(from, await number(from, await marker(from)));
  if (type === 'T' || type === 'F') return type === 'T';
  if (type === 'Z' || type === 'N') return null;
  return number(from, type);
}

async function text(from: Forward, length: number): Promise<string> {
  if (length < 0) throw new Damaged('it has a text of negative length');
  if (length > 64 * 1024) {
    await from.skip(length);
    return '';
  }
  return (await take(from, length)).toString();
}

async function number(from: Forward, type: string): Promise<number> {
  const width = WIDTHS[type];
  if (width === undefined || width === 0) throw new Damaged(`it has a value of the unknown type "${type}"`);
  await from.need(width);
  const { bytes, at } = from;
  from.at += width;
  switch (type) {
    case 'i':
      return bytes.readInt8(at);
    case 'I':
      return bytes.readInt16BE(at);
    case 'l':
      return bytes.readInt32BE(at);
    case 'L':
      return Number(bytes.readBigInt64BE(at));
    case 'd':
      return bytes.readFloatBE(at);
    case 'D':
      return bytes.readDoubleBE(at);
    default:
      return bytes.readUInt8(at);
  }
}

/** `$ type # count`, each of which may be missing; what comes after. */
async function header(from: Forward): Promise<{ type: string | null; count: number | null; next: string | null }> {
  let next = await marker(from);
  let type: string | null = null;
  if (next === '$') {
    type = await marker(from);
    next = await marker(from);
    if (next !== '#') throw new Damaged('it has a typed list without a count');
  }
  if (next !== '#') return { type, count: null, next };
  const count = await number(from, await marker(from));
  if (count < 0) throw new Damaged('it has a list of negative length');
  return { type, count, next: null };
}

async function array(from: Forward, depth: number, budget: Budget): Promise<unknown[] | Counted> {
  const { type, count, next } = await header(from);
  if (type !== null && count !== null && WIDTHS[type] !== undefined) {
    await from.skip(count * WIDTHS[type]);
    return { counted: count };
  }
  const items: unknown[] = [];
  let total = 0;
  for (let at = next; ; at = null) {
    if (count !== null && total >= count) break;
    const mark = at ?? type ?? (await marker(from));
    if (count === null && mark === ']') break;
    const item = await value(from, mark, depth + 1, budget);
    if (items.length < MAX_KEPT) items.push(item);
    total++;
  }
  return total > items.length ? { counted: total } : items;
}

async function object(from: Forward, depth: number, budget: Budget): Promise<Record<string, unknown>> {
  const { type, count, next } = await header(from);
  const found: Record<string, unknown> = Object.create(null) as Record<string, unknown>;
  let total = 0;
  for (let at = next; ; at = null) {
    if (count !== null && total >= count) break;
    const mark = at ?? (await marker(from));
    if (count === null && mark === '}') break;
    const key = await text(from, await number(from, mark));
    const inner = await value(from, type ?? (await marker(from)), depth + 1, budget);
    if (total++ < MAX_KEPT) found[key] = inner;
  }
  return found;
}
