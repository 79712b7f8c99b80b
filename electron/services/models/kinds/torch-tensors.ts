import { addTensor, elements, type Finding, warn } from './finding.ts';
import { attribute, entriesOf, isCall, isDict, isGlobal, isItems, numbersOf, type Symbolic } from './pickle-values.ts';

const MAX_TENSORS = 200_000;

/** dtype and bytes of an element, by the storage classes of `torch` and by the names of its dtypes. */
const DTYPES: Readonly<Record<string, readonly [dtype: string, bytes: number]>> = {
  FloatStorage: ['float32', 4],
  DoubleStorage: ['float64', 8],
  HalfStorage: ['float16', 2],
  BFloat16Storage: ['bfloat16', 2],
  LongStorage: ['int64', 8],
  IntStorage: ['int32', 4],
  ShortStorage: ['int16', 2],
  CharStorage: ['int8', 1],
  ByteStorage: ['uint8', 1],
  BoolStorage: ['bool', 1],
  ComplexFloatStorage: ['complex64', 8],
  ComplexDoubleStorage: ['complex128', 16],
  QInt8Storage: ['qint8', 1],
  QUInt8Storage: ['quint8', 1],
  QInt32Storage: ['qint32', 4],
  Float8_e4m3fnStorage: ['float8_e4m3fn', 1],
  Float8_e5m2Storage: ['float8_e5m2', 1],
};

type Tensor = {
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly key: string;
  readonly needs: number;
};

/** A tensor as torch pickles it: `torch._utils._rebuild_tensor_v2(storage, offset, size, stride, …)` over a persistent id. */
function tensorOf(value: Symbolic | undefined): Tensor | null {
  if (!isCall(value) || !isGlobal(value.fn) || !isItems(value.args)) return null;
  const { module, name } = value.fn;
  if (!module.startsWith('torch')) return null;
  const [first, offset, size] = value.args.items;
  if (/^_rebuild_(parameter|parameter_with_state|from_type_v2)$/.test(name)) {
    const inner = value.args.items.find((one) => isCall(one));
    if (name !== '_rebuild_from_type_v2') return tensorOf(inner);
    const args = value.args.items[2];
    return isGlobal(first) && isItems(args) ? tensorOf({ t: 'call', fn: first, args }) : null;
  }
  if (!/^_rebuild_(tensor|tensor_v2|tensor_v3|qtensor)$/.test(name)) return null;
  const id = typeof first === 'object' && first !== null && first.t === 'persistent' ? first.id : undefined;
  const shape = numbersOf(size);
  if (!isItems(id) || shape === null) return null;
  const [, storage, key] = id.items;
  const named = value.args.items.find((one) => isGlobal(one) && one.module === 'torch');
  const byStorage = isGlobal(storage) ? DTYPES[storage.name] : undefined;
  const dtype = byStorage?.[0] ?? (isGlobal(named) ? named.name : 'unknown');
  const bytes = byStorage?.[1] ?? Object.values(DTYPES).find(([word]) => word === dtype)?.[1] ?? 0;
  // strides may make a tensor larger than its storage (expand); what it reaches is what must be there
  const strides = numbersOf(value.args.items[3]) ?? [];
  const reach = shape.includes(0)
    ? 0
    : shape.reduce(
        (sum, one, i) => sum + (one - 1) * Math.abs(strides[i] ?? 1),
        1 + (typeof offset === 'number' ? offset : 0),
      );
  return { dtype, shape, key: String(key), needs: reach * bytes };
}

/** Where weights are when a checkpoint holds more than them. */
const WEIGHTS = ['state_dict', 'model_state_dict', 'model', 'module', 'ema'];

/**
 * Tensors of a state dict, a checkpoint or a whole module, by name.
 * @param sizeOf bytes of a storage by its key; undefined when it is not there, null when that is not known
 */
export function collectTensors(
  found: Finding,
  root: Symbolic,
  sizeOf: (key: string) => number | undefined | null,
): void {
  const weights = WEIGHTS.map((key) => attribute(root, key)).find((one) => isDict(one) || isCall(one));
  const counted = new Set<string>();
  const seen = new Set<Symbolic>();
  const visit = (value: Symbolic | undefined, path: string, counts: boolean, depth: number): void => {
    if (typeof value !== 'object' || value === null || depth > 100 || found.tensorCount >= MAX_TENSORS) return;
    const tensor = tensorOf(value);
    if (tensor) {
      // a tensor under two names is one
      const id = `${tensor.key} ${tensor.dtype} ${tensor.shape.join('x')}`;
      addTensor(found, path, tensor.dtype, tensor.shape, counts && !(counted.has(id) && elements(tensor.shape) !== 0));
      if (counts) counted.add(id);
      const size = sizeOf(tensor.key);
      if (size === undefined) warn(found, `The bytes of the tensor "${path}" are not in the file.`);
      else if (size !== null && size < tensor.needs)
        warn(found, `The tensor "${path}" claims ${tensor.needs} bytes, but ${size} are stored.`);
      return;
    }
    if (seen.has(value)) return;
    seen.add(value);
    const below = (key: Symbolic): string => {
      const name = String(key);
      // a module keeps its parts under these names; `state_dict()` leaves them out
      return name === '_parameters' || name === '_modules' || name === '_buffers'
        ? path
        : path === ''
          ? name
          : `${path}.${name}`;
    };
    const inside = (one: Symbolic): boolean => weights === undefined || counts || one === weights;
    if (isItems(value)) for (const [i, item] of value.items.entries()) visit(item, below(i), inside(item), depth + 1);
    else if (isDict(value) || isCall(value)) {
      for (const [key, item] of entriesOf(value)) visit(item, below(key), inside(item), depth + 1);
      if (isCall(value)) visit(value.state, path, counts, depth + 1);
    }
  };
  visit(root, '', weights === undefined, 0);
}
