import { Damaged, type Forward, take } from './forward.ts';

/** A field's header in the wire format (protobuf.dev, Encoding): number and type. */
export type Tag = { readonly field: number; readonly wire: number };

/** A varint; numbers of 64 bits as two's complement. @throws Damaged when it has more than ten bytes */
export async function varint(from: Forward): Promise<number> {
  let value = 0n;
  for (let shift = 0n; shift < 70n; shift += 7n) {
    if (from.at >= from.bytes.length) await from.need(1);
    const byte = from.bytes[from.at++]!;
    value |= BigInt(byte & 0x7f) << shift;
    if (byte < 0x80) return Number(BigInt.asIntN(64, value));
  }
  throw new Damaged('it has a number that does not end');
}

export async function readTag(from: Forward): Promise<Tag> {
  const tag = await varint(from);
  if (tag < 8 || tag > 0xffffffff) throw new Damaged('it has a field without a number');
  return { field: Math.floor(tag / 8), wire: tag & 7 };
}

/** Length of what follows, which must end before `end`. */
export async function length(from: Forward, end: number): Promise<number> {
  const value = await varint(from);
  if (value < 0 || from.position() + value > end)
    throw new Damaged('it claims a length that reaches beyond what holds it');
  return value;
}

/** Passes over a field's value. */
export async function pass(from: Forward, wire: number, end: number): Promise<void> {
  if (wire === 0) await varint(from);
  else if (wire === 1) await from.skip(8);
  else if (wire === 2) await from.skip(await length(from, end));
  else if (wire === 5) await from.skip(4);
  else throw new Damaged('it has a field of a type that protobuf does not have');
}

/** Every field of a message that ends at `end`; `each` reads the value or returns false to have it passed over. */
export async function message(
  from: Forward,
  end: number,
  each: (tag: Tag) => Promise<boolean> | boolean,
): Promise<void> {
  while (from.position() < end) {
    const tag = await readTag(from);
    if (!(await each(tag))) await pass(from, tag.wire, end);
  }
  if (from.position() > end) throw new Damaged('it has a field that reaches beyond what holds it');
}

export async function text(from: Forward, end: number, limit = 64 * 1024): Promise<string> {
  const size = await length(from, end);
  if (size > limit) {
    await from.skip(size);
    return '';
  }
  return (await take(from, size)).toString();
}

/** Repeated integers, one by one or packed. */
export async function integers(from: Forward, wire: number, end: number, into: number[]): Promise<void> {
  if (wire === 0) into.push(await varint(from));
  else {
    const stop = (await length(from, end)) + from.position();
    while (from.position() < stop) {
      const value = await varint(from);
      if (into.length < 64) into.push(value);
    }
  }
}
