import { elements } from './finding.ts';
import { Damaged, type Forward, take } from './forward.ts';
import { readPickle } from './pickle-machine.ts';
import { attribute, type Call, classOf, isCall, isGlobal, isItems, numbersOf, type Symbolic } from './pickle-values.ts';

export type NumpyArray = {
  /** as NumPy writes it: `f8`, `i8`, `O8`, `U12` */
  readonly dtype: string;
  readonly shape: readonly number[];
  /** the elements of an array of objects */
  readonly items: readonly Symbolic[] | null;
};

const KINDS: Readonly<Record<string, string>> = { f: 'float', i: 'int', u: 'uint', c: 'complex' };

/** `f8` → `float64`, as NumPy prints it. */
export function dtypeWord(code: string): string {
  const [, kind = '', size = ''] = /^[<>|=]?([a-zA-Z?])(\d*)$/.exec(code) ?? [];
  if (KINDS[kind] && size !== '') return `${KINDS[kind]}${Number(size) * 8}`;
  if (kind === 'b' || kind === '?') return 'bool';
  if (kind === 'O') return 'object';
  if (kind === 'U') return 'str';
  return code;
}

/** The code of a `numpy.dtype` that a pickle makes; null for structured ones and what is none. */
function dtypeOf(value: Symbolic | undefined): string | null {
  if (!isCall(value) || !isItems(value.args)) return null;
  const code = value.args.items[0];
  return typeof code === 'string' ? code : null;
}

/** A NumPy array, by each of the ways in which NumPy (1 and 2) and joblib pickle one. */
export function arrayOf(value: Symbolic | undefined): NumpyArray | null {
  if (!isCall(value) || !isGlobal(value.fn)) return null;
  const { module, name } = value.fn;
  if (name === '_reconstruct' && module.startsWith('numpy')) {
    if (!isItems(value.state)) return null;
    const [, shape, dtype, , data] = value.state.items;
    const code = dtypeOf(dtype);
    const sizes = numbersOf(shape);
    return code && sizes ? { dtype: code, shape: sizes, items: isItems(data) ? data.items : null } : null;
  }
  if (name === 'scalar' && module.startsWith('numpy') && isItems(value.args)) {
    const code = dtypeOf(value.args.items[0]);
    return code ? { dtype: code, shape: [], items: null } : null;
  }
  if (name === '_frombuffer' && module.startsWith('numpy') && isItems(value.args)) {
    const code = dtypeOf(value.args.items[1]);
    const sizes = numbersOf(value.args.items[2]);
    return code && sizes ? { dtype: code, shape: sizes, items: null } : null;
  }
  if (isWrapper(value)) {
    if (value.nested) return arrayOf(value.nested);
    const code = dtypeOf(attribute(value, 'dtype'));
    const sizes = numbersOf(attribute(value, 'shape'));
    return code && sizes ? { dtype: code, shape: sizes, items: null } : null;
  }
  return null;
}

const isWrapper = (value: Call): boolean => {
  const cls = classOf(value);
  return cls?.module === 'joblib.numpy_pickle' && cls.name === 'NumpyArrayWrapper';
};

/**
 * joblib writes an array's bytes into the pickle's stream, right after the object that describes it (joblib `numpy_pickle.py`,
 * `NumpyArrayWrapper`). Passes over them; an array of objects is a pickle of its own, whose names are added to the others.
 */
export const joblibArrays = (globals: Map<string, boolean>, odd: string[]) =>
  async function built(made: Call, from: Forward): Promise<void> {
    if (!isWrapper(made)) return;
    const code = dtypeOf(attribute(made, 'dtype'));
    const shape = numbersOf(attribute(made, 'shape'));
    if (code === null || shape === null) {
      odd.push('It holds an array of a kind that is not read here; what comes after it was not looked at.');
      return;
    }
    if (/^[<>|=]?O/.test(code)) {
      const inner = await readPickle(from);
      for (const [key, called] of inner.globals) globals.set(key, called || (globals.get(key) ?? false));
      odd.push(...inner.odd);
      made.nested = inner.root;
      if (inner.damage !== null) throw new Damaged(inner.damage);
      return;
    }
    if (typeof attribute(made, 'numpy_array_alignment_bytes') === 'number') {
      const padding = (await take(from, 1))[0]!;
      await from.skip(padding);
    }
    const width = /^[<>|=]?[a-zA-Z?](\d+)$/.exec(code)?.[1];
    const bytes = Number(width ?? 1) * (/^[<>|=]?U/.test(code) ? 4 : 1);
    await from.skip((elements(shape) ?? Number.NaN) * bytes);
  };
