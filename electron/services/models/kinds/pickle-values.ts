/**
 * What a pickle would build, as symbols. Nothing is imported and nothing is called: a call is a record of what would be called with what.
 * Containers keep their first entries and count the rest, so that no pickle makes memory.
 */
export type Symbolic =
  | null
  | boolean
  | number
  | string
  | { readonly t: 'bytes'; readonly length: number; readonly head: Buffer }
  | Items
  | Entries
  | Global
  | Call
  | { readonly t: 'persistent'; readonly id: Symbolic }
  | { readonly t: 'unknown' };

export type Items = { readonly t: 'tuple' | 'list' | 'set'; readonly items: Symbolic[]; count: number };
export type Entries = { readonly t: 'dict'; readonly entries: [Symbolic, Symbolic][]; count: number };
export type Global = { readonly t: 'global'; readonly module: string; readonly name: string };
/** An object: the callable or class, its arguments, and what was put into it afterwards. */
export type Call = {
  readonly t: 'call';
  readonly fn: Symbolic;
  readonly args: Symbolic;
  state?: Symbolic;
  items?: Items;
  entries?: Entries;
  /** an array whose bytes follow in joblib's stream; of objects, what its own pickle builds */
  nested?: Symbolic;
};

const KEPT = 2000;

export const unknown: Symbolic = { t: 'unknown' };
export const makeItems = (t: Items['t'], items: Symbolic[]): Items => ({
  t,
  items: items.length > KEPT ? items.slice(0, KEPT) : items,
  count: items.length,
});
export const makeDict = (): Entries => ({ t: 'dict', entries: [], count: 0 });

export function pushItem(to: Items, item: Symbolic): void {
  to.count++;
  if (to.items.length < KEPT) to.items.push(item);
}

export function setEntry(to: Entries, key: Symbolic, value: Symbolic): void {
  to.count++;
  // tensors of a state dict and attributes of an estimator come first; a vocabulary of a million words is only counted
  if (to.entries.length < KEPT * 10) to.entries.push([key, value]);
}

export const isCall = (value: Symbolic | undefined): value is Call =>
  typeof value === 'object' && value !== null && value.t === 'call';
export const isGlobal = (value: Symbolic | undefined): value is Global =>
  typeof value === 'object' && value !== null && value.t === 'global';
export const isItems = (value: Symbolic | undefined): value is Items =>
  typeof value === 'object' && value !== null && (value.t === 'tuple' || value.t === 'list' || value.t === 'set');
export const isDict = (value: Symbolic | undefined): value is Entries =>
  typeof value === 'object' && value !== null && value.t === 'dict';

/** The class of an object, by whichever way the pickle makes it; null for what is no object. */
export function classOf(value: Symbolic | undefined): Global | null {
  if (!isCall(value) || !isGlobal(value.fn)) return null;
  const { module, name } = value.fn;
  const first = isItems(value.args) ? value.args.items[0] : undefined;
  if (/^copy_?reg$/.test(module) && (name === '_reconstructor' || name === '__newobj__'))
    return isGlobal(first) ? first : null;
  return value.fn;
}

/** An attribute of an object, or the value of a text key of a dictionary; undefined without one. */
export function attribute(value: Symbolic | undefined, key: string): Symbolic | undefined {
  if (isDict(value)) return value.entries.findLast(([name]) => name === key)?.[1];
  if (!isCall(value)) return undefined;
  // (dict state, slots) is how objects with slots are kept
  const state = isItems(value.state) ? value.state.items.find(isDict) : value.state;
  return attribute(state, key) ?? attribute(value.entries, key);
}

/** The entries of a dictionary, also of an OrderedDict. */
export function entriesOf(value: Symbolic | undefined): readonly [Symbolic, Symbolic][] {
  if (isDict(value)) return value.entries;
  if (!isCall(value)) return [];
  const given = isItems(value.args) ? value.args.items[0] : undefined;
  const pairs = isItems(given)
    ? given.items.flatMap((pair): [Symbolic, Symbolic][] =>
        isItems(pair) && pair.items.length === 2 ? [[pair.items[0]!, pair.items[1]!]] : [],
      )
    : [];
  return [...pairs, ...(value.entries?.entries ?? [])];
}

export const numbersOf = (value: Symbolic | undefined): number[] | null => {
  if (typeof value === 'number') return [value];
  if (!isItems(value) || value.count !== value.items.length) return null;
  return value.items.every((one) => typeof one === 'number') ? (value.items as number[]) : null;
};

/** What a pickle names and builds. */
export type Pickled = {
  readonly protocol: number;
  readonly root: Symbolic;
  /** `module name` → whether it is called or made an instance of */
  readonly globals: Map<string, boolean>;
  /** sentences about what is odd: names that are computed, a pickle that is too long to be looked at */
  readonly odd: string[];
  /** what is wrong with it, as the middle of a sentence; then the root is unknown */
  readonly damage: string | null;
};
