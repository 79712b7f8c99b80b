import { setImmediate } from 'node:timers/promises';
import { Damaged, type Forward } from './forward.ts';
import { pickleText, readLine } from './pickle-text.ts';
import {
  type Call,
  classOf,
  isCall,
  isDict,
  isItems,
  makeDict,
  makeItems,
  type Pickled,
  pushItem,
  type Symbolic,
  setEntry,
  unknown,
} from './pickle-values.ts';

const MAX_STEPS = 3_000_000;
const MAX_DEPTH = 10_000;
const MAX_TEXT = 64 * 1024;
const HEAD = 4096;
/** Steps between two looks at what else the process has to do. */
const SLICE = 50_000;

export type Hooks = {
  /** After the state of an object was set: joblib puts the bytes of an array there. */
  readonly built?: (made: Call, from: Forward) => Promise<void>;
};

/**
 * Goes through one pickle, opcode by opcode (CPython `pickletools.py`), up to its STOP. Nothing is imported, called or unpickled. Python has
 * run what comes before a place where a pickle is damaged: so what it names until there is told all the same.
 */
export async function readPickle(from: Forward, hooks: Hooks = {}): Promise<Pickled> {
  const globals = new Map<string, boolean>();
  const odd: string[] = [];
  try {
    return await steps(from, hooks, globals, odd);
  } catch (error) {
    if (!(error instanceof Damaged) && !(error instanceof RangeError)) throw error;
    const damage = error instanceof Damaged ? error.message : 'it ends before what it announces';
    return { protocol: 0, root: unknown, globals, odd, damage };
  }
}

async function steps(from: Forward, hooks: Hooks, globals: Map<string, boolean>, odd: string[]): Promise<Pickled> {
  const memo = new Map<number, Symbolic>();
  const marks: Symbolic[][] = [];
  let stack: Symbolic[] = [];
  let protocol = 0;
  const note = (text: string): void => {
    if (!odd.includes(text)) odd.push(text);
  };

  const pop = (): Symbolic => {
    const value = stack.pop();
    if (value === undefined) throw new Damaged('it takes more from its stack than it put there');
    return value;
  };
  const top = (): Symbolic => {
    const value = stack.at(-1);
    if (value === undefined) throw new Damaged('it looks at an empty stack');
    return value;
  };
  const toMark = (): Symbolic[] => {
    const items = stack;
    const below = marks.pop();
    if (!below) throw new Damaged('it refers to a mark that it did not set');
    stack = below;
    return items;
  };
  const named = (module: Symbolic, name: Symbolic): Symbolic => {
    if (typeof module !== 'string' || typeof name !== 'string') {
      note('It computes the name of something that it loads, so that what it loads cannot be told.');
      return unknown;
    }
    const key = `${module} ${name}`;
    if (!globals.has(key)) {
      if (globals.size >= 20_000) note('It names more things than are listed here.');
      else globals.set(key, false);
    }
    return { t: 'global', module, name };
  };
  const call = (fn: Symbolic, args: Symbolic): Call => {
    const made: Call = { t: 'call', fn, args };
    if (typeof fn === 'object' && fn !== null && fn.t === 'global') globals.set(`${fn.module} ${fn.name}`, true);
    else if (isCall(fn) || fn === unknown)
      note('It calls what another call returned, which cannot be told without running it.');
    const made_ = classOf(made);
    if (made_) globals.set(`${made_.module} ${made_.name}`, true);
    return made;
  };
  const append = (to: Symbolic, items: readonly Symbolic[]): void => {
    if (isItems(to)) for (const item of items) pushItem(to, item);
    else if (isCall(to)) {
      to.items ??= makeItems('list', []);
      for (const item of items) pushItem(to.items, item);
    }
  };
  const assign = (to: Symbolic, items: readonly Symbolic[]): void => {
    if (isCall(to)) to.entries ??= makeDict();
    const into = isCall(to) ? to.entries : isDict(to) ? to : null;
    if (into) for (let i = 0; i + 1 < items.length; i += 2) setEntry(into, items[i]!, items[i + 1]!);
  };
  const get = (index: number): void => {
    const value = memo.get(index);
    if (value === undefined) throw new Damaged('it refers to something that it did not keep');
    stack.push(value);
  };
  const bytes = async (length: number): Promise<Symbolic> => {
    const kept = Math.min(length, HEAD);
    await from.need(kept);
    const head = Buffer.from(from.bytes.subarray(from.at, from.at + kept));
    await from.skip(length);
    return { t: 'bytes', length, head };
  };
  const text = async (length: number, encoding: 'utf8' | 'latin1' = 'utf8'): Promise<Symbolic> => {
    if (length <= MAX_TEXT) {
      await from.need(length);
      const value = from.bytes.toString(encoding, from.at, from.at + length);
      from.at += length;
      return value;
    }
    await from.skip(length);
    return unknown;
  };
  const step = (count: number): number => {
    from.at += count;
    return from.at - count;
  };
  const u1 = (): number => from.bytes.readUInt8(step(1));
  const u2 = (): number => from.bytes.readUInt16LE(step(2));
  const u4 = (): number => from.bytes.readUInt32LE(step(4));
  const i4 = (): number => from.bytes.readInt32LE(step(4));
  const u8 = (): number => Number(from.bytes.readBigUInt64LE(step(8)));

  for (let count = 0; ; count++) {
    if (count >= MAX_STEPS) {
      note(`It has more than ${MAX_STEPS / 1e6} million instructions; what comes after them was not looked at.`);
      return { protocol, root: marks[0]?.[0] ?? stack[0] ?? unknown, globals, odd, damage: null };
    }
    if (count % SLICE === SLICE - 1) await setImmediate();
    // every opcode's own numbers fit into nine bytes; the last one of a file may be the very last byte
    if (from.bytes.length - from.at < 9)
      await from
        .need(1)
        .then(() => from.need(9))
        .catch(ignoreEnd(from));
    switch (u1()) {
      case 0x28: // MARK
        if (marks.length >= MAX_DEPTH) throw new Damaged('it is nested more deeply than is read');
        marks.push(stack);
        stack = [];
        break;
      case 0x2e: // STOP
        return { protocol, root: pop(), globals, odd, damage: null };
      case 0x30: // POP
        if (stack.length > 0) stack.pop();
        else toMark();
        break;
      case 0x31: // POP_MARK
        toMark();
        break;
      case 0x32: // DUP
        stack.push(top());
        break;
      case 0x80: // PROTO
        protocol = Math.max(protocol, u1());
        if (protocol > 5) throw new Damaged(`it says that it is of protocol ${protocol}, which there is not`);
        break;
      case 0x95: // FRAME
        from.at += 8;
        break;
      // constants
      case 0x4e:
        stack.push(null);
        break;
      case 0x88:
        stack.push(true);
        break;
      case 0x89:
        stack.push(false);
        break;
      case 0x4a:
        stack.push(i4());
        break;
      case 0x4b:
        stack.push(u1());
        break;
      case 0x4d:
        stack.push(u2());
        break;
      case 0x47:
        from.at += 8;
        stack.push(from.bytes.readDoubleBE(from.at - 8));
        break;
      case 0x8a: // LONG1
      case 0x8b: {
        // LONG4
        const length = from.bytes[from.at - 1] === 0x8a ? u1() : i4();
        const value = await bytes(length);
        stack.push(long(value));
        break;
      }
      case 0x46:
        stack.push(Number(await readLine(from)));
        break;
      case 0x49: {
        const line = await readLine(from);
        stack.push(line === '01' ? true : line === '00' ? false : Number(line));
        break;
      }
      case 0x4c:
        stack.push(Number((await readLine(from)).replace(/L$/, '')));
        break;
      // texts and bytes
      case 0x53:
        stack.push(pickleText(await readLine(from)));
        break;
      case 0x56:
        stack.push(await readLine(from));
        break;
      case 0x54:
        stack.push(await text(i4(), 'latin1'));
        break;
      case 0x55:
        stack.push(await text(u1(), 'latin1'));
        break;
      case 0x58:
        stack.push(await text(u4()));
        break;
      case 0x8c:
        stack.push(await text(u1()));
        break;
      case 0x8d:
        stack.push(await text(u8()));
        break;
      case 0x42:
        stack.push(await bytes(u4()));
        break;
      case 0x43:
        stack.push(await bytes(u1()));
        break;
      case 0x8e:
      case 0x96:
        stack.push(await bytes(u8()));
        break;
      case 0x97:
        stack.push(unknown);
        break;
      case 0x98:
        break;
      // containers
      case 0x29:
        stack.push(makeItems('tuple', []));
        break;
      case 0x5d:
        stack.push(makeItems('list', []));
        break;
      case 0x7d:
        stack.push(makeDict());
        break;
      case 0x8f:
        stack.push(makeItems('set', []));
        break;
      case 0x74: {
        const items = toMark();
        stack.push(makeItems('tuple', items));
        break;
      }
      case 0x6c: {
        const items = toMark();
        stack.push(makeItems('list', items));
        break;
      }
      case 0x91: {
        const items = toMark();
        stack.push(makeItems('set', items));
        break;
      }
      case 0x64: {
        const items = toMark();
        const dict = makeDict();
        assign(dict, items);
        stack.push(dict);
        break;
      }
      case 0x85:
        stack.push(makeItems('tuple', [pop()]));
        break;
      case 0x86: {
        const b = pop();
        stack.push(makeItems('tuple', [pop(), b]));
        break;
      }
      case 0x87: {
        const c = pop();
        const b = pop();
        stack.push(makeItems('tuple', [pop(), b, c]));
        break;
      }
      case 0x61: {
        const item = pop();
        append(top(), [item]);
        break;
      }
      case 0x65:
      case 0x90: {
        const items = toMark();
        append(top(), items);
        break;
      }
      case 0x73: {
        const value = pop();
        const key = pop();
        assign(top(), [key, value]);
        break;
      }
      case 0x75: {
        const items = toMark();
        assign(top(), items);
        break;
      }
      // memory
      case 0x70:
        memo.set(Number(await readLine(from)), top());
        break;
      case 0x71:
        memo.set(u1(), top());
        break;
      case 0x72:
        memo.set(u4(), top());
        break;
      case 0x94:
        memo.set(memo.size, top());
        break;
      case 0x67:
        get(Number(await readLine(from)));
        break;
      case 0x68:
        get(u1());
        break;
      case 0x6a:
        get(u4());
        break;
      // objects
      case 0x63:
        stack.push(named(await readLine(from), await readLine(from)));
        break;
      case 0x93: {
        const name = pop();
        stack.push(named(pop(), name));
        break;
      }
      case 0x69: {
        const cls = named(await readLine(from), await readLine(from));
        const args = toMark();
        stack.push(call(cls, makeItems('tuple', args)));
        break;
      }
      case 0x6f: {
        const [cls = unknown, ...args] = toMark();
        stack.push(call(cls, makeItems('tuple', args)));
        break;
      }
      case 0x52:
      case 0x81: {
        const args = pop();
        stack.push(call(pop(), args));
        break;
      }
      case 0x92: {
        pop();
        const args = pop();
        stack.push(call(pop(), args));
        break;
      }
      case 0x62: {
        const state = pop();
        const made = top();
        if (!isCall(made)) break;
        made.state = state;
        await hooks.built?.(made, from);
        break;
      }
      case 0x50:
        stack.push({ t: 'persistent', id: await readLine(from) });
        break;
      case 0x51:
        stack.push({ t: 'persistent', id: pop() });
        break;
      case 0x82:
      case 0x83:
      case 0x84:
        from.at += [1, 2, 4][from.bytes[from.at - 1]! - 0x82]!;
        note('It loads something by a number of an extension registry, so that what it loads cannot be told.');
        stack.push(unknown);
        break;
      default:
        throw new Damaged(`it has an instruction that pickles do not have, at byte ${from.position() - 1}`);
    }
  }
}

/** At the end of a file fewer bytes than an opcode could take are fine, if there is one at all. */
const ignoreEnd =
  (from: Forward) =>
  (error: unknown): void => {
    if (!(error instanceof Damaged) || from.bytes.length === from.at) throw error;
  };

function long(value: Symbolic): Symbolic {
  if (typeof value !== 'object' || value === null || value.t !== 'bytes' || value.length > 64) return unknown;
  let result = 0n;
  for (let i = value.length - 1; i >= 0; i--) result = (result << 8n) | BigInt(value.head[i]!);
  if (value.length > 0 && value.head[value.length - 1]! & 0x80) result -= 1n << BigInt(8 * value.length);
  return Number(result);
}
