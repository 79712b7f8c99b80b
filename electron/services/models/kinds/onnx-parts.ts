import { Damaged, type Forward } from './forward.ts';
import { onnxType } from './onnx-types.ts';
import { integers, length, message, text, varint } from './protobuf.ts';

const MAX_DEPTH = 20;

/** An input or output of a graph: a tensor's dtype and shape (-1 where it varies), else what it is in words. */
export type Value = {
  readonly name: string;
  readonly dtype: string | null;
  readonly shape: number[] | null;
  readonly words: string;
};

export type Initializer = {
  readonly name: string;
  readonly dtype: string;
  readonly shape: number[];
  /** where its bytes are when they are not in the file */
  readonly external: string | null;
};

/** Runs `inside` over an embedded message. */
export async function embedded<T>(from: Forward, end: number, inside: (stop: number) => Promise<T>): Promise<T> {
  const size = await length(from, end);
  return inside(from.position() + size);
}

/** TensorProto: name, dtype, dims, place of the bytes; the bytes themselves are passed over. */
export async function readTensor(from: Forward, end: number): Promise<Initializer> {
  const shape: number[] = [];
  let name = '';
  let type = 0;
  let external: string | null = null;
  let elsewhere = false;
  await message(from, end, async ({ field, wire }) => {
    if (field === 1) await integers(from, wire, end, shape);
    else if (field === 2 && wire === 0) type = await varint(from);
    else if (field === 8 && wire === 2) name = await text(from, end, 4096);
    else if (field === 14 && wire === 0) elsewhere = (await varint(from)) === 1;
    else if (field === 13 && wire === 2) {
      const [key, value] = await embedded(from, end, (stop) => readPair(from, stop));
      if (key === 'location') external = value;
    } else return false;
    return true;
  });
  return { name, dtype: onnxType(type), shape, external: elsewhere ? (external ?? '') : external };
}

/** StringStringEntryProto */
export async function readPair(from: Forward, end: number): Promise<[string, string]> {
  let key = '';
  let value = '';
  await message(from, end, async ({ field, wire }) => {
    if (field === 1 && wire === 2) key = await text(from, end, 4096);
    else if (field === 2 && wire === 2) value = await text(from, end, 4096);
    else return false;
    return true;
  });
  return [key, value];
}

/** ValueInfoProto */
export async function readValue(from: Forward, end: number): Promise<Value> {
  let name = '';
  let type: Omit<Value, 'name'> = { dtype: null, shape: null, words: 'unknown' };
  await message(from, end, async ({ field, wire }) => {
    if (field === 1 && wire === 2) name = await text(from, end, 4096);
    else if (field === 2 && wire === 2) type = await embedded(from, end, (stop) => readType(from, stop, 0));
    else return false;
    return true;
  });
  return { name, ...type };
}

/** TypeProto: tensor (1), sequence (4), map (5), sparse tensor (8), optional (9) */
async function readType(from: Forward, end: number, depth: number): Promise<Omit<Value, 'name'>> {
  if (depth > MAX_DEPTH) throw new Damaged('it has a type that is nested more deeply than anybody writes it');
  let found: Omit<Value, 'name'> = { dtype: null, shape: null, words: 'unknown' };
  await message(from, end, async ({ field, wire }) => {
    if (wire !== 2) return false;
    if (field === 1 || field === 8) found = await embedded(from, end, (stop) => readTensorType(from, stop));
    else if (field === 4 || field === 9) {
      const inner = await embedded(from, end, (stop) => readInner(from, stop, depth));
      found = { dtype: null, shape: null, words: `${field === 4 ? 'sequence' : 'optional'} of ${inner}` };
    } else if (field === 5)
      found = { dtype: null, shape: null, words: await embedded(from, end, (stop) => readMap(from, stop, depth)) };
    else return false;
    return true;
  });
  return found;
}

async function readInner(from: Forward, end: number, depth: number): Promise<string> {
  let words = 'unknown';
  await message(from, end, async ({ field, wire }) => {
    if (field !== 1 || wire !== 2) return false;
    words = (await embedded(from, end, (stop) => readType(from, stop, depth + 1))).words;
    return true;
  });
  return words;
}

async function readMap(from: Forward, end: number, depth: number): Promise<string> {
  let key = 'unknown';
  let value = 'unknown';
  await message(from, end, async ({ field, wire }) => {
    if (field === 1 && wire === 0) key = onnxType(await varint(from));
    else if (field === 2 && wire === 2)
      value = (await embedded(from, end, (stop) => readType(from, stop, depth + 1))).words;
    else return false;
    return true;
  });
  return `map of ${key} to ${value}`;
}

async function readTensorType(from: Forward, end: number): Promise<Omit<Value, 'name'>> {
  let type = 0;
  let shape: number[] | null = null;
  await message(from, end, async ({ field, wire }) => {
    if (field === 1 && wire === 0) type = await varint(from);
    else if (field === 2 && wire === 2) shape = await embedded(from, end, (stop) => readShape(from, stop));
    else return false;
    return true;
  });
  const dims = shape as number[] | null;
  const dtype = onnxType(type);
  return {
    dtype,
    shape: dims,
    words: dims === null ? dtype : `${dtype} [${dims.map((one) => (one < 0 ? '?' : one)).join(', ')}]`,
  };
}

async function readShape(from: Forward, end: number): Promise<number[]> {
  const dims: number[] = [];
  await message(from, end, async ({ field, wire }) => {
    if (field !== 1 || wire !== 2) return false;
    let size = -1;
    await embedded(from, end, (stop) =>
      message(from, stop, async (inner) => {
        if (inner.field !== 1 || inner.wire !== 0) return false;
        size = await varint(from);
        return true;
      }),
    );
    if (dims.length < 32) dims.push(size > 0 ? size : -1);
    return true;
  });
  return dims;
}
