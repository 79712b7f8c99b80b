import { addTensor, clean, elements, type Finding, fact, finding, type KindFile, warn } from './finding.ts';
import { Damaged, type Forward, openForward, take, uint32, uint64 } from './forward.ts';
import { FILE_TYPES, GGML_TYPES, VALUE_BYTES } from './gguf-types.ts';

const MAX_PAIRS = 20_000;
const MAX_TENSORS = 200_000;
const MAX_ITEMS = 5_000_000;
const MAX_NAME = 1024;
const MAX_TEXT = 64 * 1024;

type Metadata = Map<string, string | number | boolean>;

/** A GGUF file's header, versions 2 and 3 (ggml/docs/gguf.md): metadata and the list of tensors; no weight is read. */
export async function readGguf(file: KindFile): Promise<Finding> {
  const found = finding('gguf', file.path, 'GGUF');
  const { forward, close } = await openForward(file.file, 4);
  try {
    const version = await uint32(forward);
    if (version === 1 || version > 0xffff) {
      found.title = version === 1 ? 'GGUF version 1' : 'GGUF, big-endian';
      warn(found, `${found.title} is not read here; convert it to version 3 to see what it holds.`);
      return found;
    }
    if (version > 3) warn(found, `It is GGUF version ${version}, which is newer than what is known here (3).`);
    const tensors = await uint64(forward);
    const pairs = await uint64(forward);
    fact(found, 'GGUF version', version);
    // a tensor's entry has at least 24 bytes, a pair 13
    if (tensors > MAX_TENSORS || tensors * 24 > file.size)
      throw new Damaged(`it claims ${tensors} tensors, which its ${file.size} bytes cannot describe`);
    if (pairs > MAX_PAIRS || pairs * 13 > file.size) throw new Damaged(`it claims ${pairs} metadata entries`);
    const metadata: Metadata = new Map();
    const budget = { items: MAX_ITEMS };
    for (let i = 0; i < pairs; i++) {
      const key = await string(forward, MAX_NAME);
      const value = await readValue(forward, await uint32(forward), budget, 0);
      if (value !== null) metadata.set(key, value);
    }
    tell(found, metadata);
    const alignment = Number(metadata.get('general.alignment') ?? 32);
    await readTensors(found, forward, tensors, file.size, alignment);
  } finally {
    await close();
  }
  return found;
}

async function string(from: Forward, limit: number): Promise<string> {
  const length = await uint64(from);
  if (length > limit) throw new Damaged(`it holds a name of ${length} bytes`);
  return (await take(from, length)).toString();
}

/** A value as a person reads it; null for arrays, which are passed over. */
async function readValue(
  from: Forward,
  type: number,
  budget: { items: number },
  depth: number,
): Promise<string | number | boolean | null> {
  if (type === 8) {
    const length = await uint64(from);
    if (length > MAX_TEXT) {
      await from.skip(length);
      return null;
    }
    return (await take(from, length)).toString();
  }
  if (type === 9) {
    if (depth > 4) throw new Damaged('its metadata is nested more deeply than anybody writes it');
    const inner = await uint32(from);
    const count = await uint64(from);
    const size = VALUE_BYTES[inner];
    if (size !== undefined) await from.skip(count * size);
    else {
      budget.items -= count;
      if (budget.items < 0) throw new Damaged(`its metadata claims an array of ${count} entries`);
      for (let i = 0; i < count; i++) {
        if (inner === 8) await from.skip(await uint64(from));
        else await readValue(from, inner, budget, depth + 1);
      }
    }
    return null;
  }
  return scalar(from, type);
}

async function scalar(from: Forward, type: number): Promise<number | boolean> {
  const size = VALUE_BYTES[type];
  if (size === undefined) throw new Damaged(`its metadata has a value of the unknown type ${type}`);
  const b = await take(from, size);
  switch (type) {
    case 0:
      return b.readUInt8();
    case 1:
      return b.readInt8();
    case 2:
      return b.readUInt16LE();
    case 3:
      return b.readInt16LE();
    case 4:
      return b.readUInt32LE();
    case 5:
      return b.readInt32LE();
    case 6:
      return b.readFloatLE();
    case 7:
      return b.readUInt8() !== 0;
    case 10:
      return Number(b.readBigUInt64LE());
    case 11:
      return Number(b.readBigInt64LE());
    default:
      return b.readDoubleLE();
  }
}

async function readTensors(found: Finding, from: Forward, count: number, size: number, alignment: number) {
  let end = 0;
  const names = new Set<string>();
  for (let i = 0; i < count; i++) {
    const name = await string(from, MAX_NAME);
    const dimensions = await uint32(from);
    if (dimensions > 8) throw new Damaged(`the tensor "${clean(name, 80)}" claims ${dimensions} dimensions`);
    const shape: number[] = [];
    for (let d = 0; d < dimensions; d++) shape.push(await uint64(from));
    const type = await uint32(from);
    const offset = await uint64(from);
    const known = GGML_TYPES[type];
    if (names.has(name)) warn(found, `The tensor "${clean(name, 80)}" is listed twice.`);
    names.add(name);
    const total = elements(shape);
    addTensor(found, name, known?.[0] ?? `type ${type}`, shape);
    if (known && total !== null) end = Math.max(end, offset + Math.ceil(total / known[1]) * known[2]);
  }
  const begin = Math.ceil(from.position() / alignment) * alignment;
  if (Number.isSafeInteger(begin) && begin + end > size)
    warn(found, `Its tensors need ${begin + end} bytes, but the file has ${size}: it was cut, or its header lies.`);
}

function tell(found: Finding, metadata: Metadata): void {
  const text = (key: string): string | null => {
    const value = metadata.get(key);
    return value === undefined ? null : String(value);
  };
  const architecture = text('general.architecture');
  const quantization = FILE_TYPES[Number(metadata.get('general.file_type') ?? -1)] ?? null;
  const parts = [architecture, quantization].filter((part) => part !== null).map((part) => clean(part, 40));
  found.title = parts.length > 0 ? `GGUF, ${parts.join(', ')}` : 'GGUF';
  fact(found, 'architecture', architecture);
  fact(found, 'quantization', quantization);
  fact(found, 'name', text('general.name'));
  fact(found, 'size', text('general.size_label'));
  fact(found, 'licence in the file', text('general.license'));
  fact(found, 'quantized by', text('general.quantized_by'));
  if (architecture !== null) {
    fact(found, 'context length', text(`${architecture}.context_length`));
    fact(found, 'layers', text(`${architecture}.block_count`));
    fact(found, 'embedding length', text(`${architecture}.embedding_length`));
    fact(found, 'attention heads', text(`${architecture}.attention.head_count`));
    fact(found, 'experts', text(`${architecture}.expert_count`));
  }
  fact(found, 'tokenizer', text('tokenizer.ggml.model'));
}
