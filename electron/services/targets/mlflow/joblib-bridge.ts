/**
 * joblib writes what `pickle.load` cannot read: compressed files, and arrays as raw bytes in between. MLflow's scikit-learn flavour knows pickle
 * and cloudpickle only. A bridge is a pickle whose one object is `joblib.load(io.BytesIO(<the file>))`: it loads with both, needs nothing but
 * joblib (which scikit-learn brings), and holds the file's bytes as they are. Protocol 4 (PEP 3154), opcodes of CPython's `pickletools`.
 */
const PROTO4 = [0x80, 4];
const [GLOBAL, BINBYTES8, TUPLE1, REDUCE, STOP] = [0x63, 0x8e, 0x85, 0x52, 0x2e];

const global = (module: string, name: string): Buffer =>
  Buffer.from(`${String.fromCharCode(GLOBAL!)}${module}\n${name}\n`);

/** What goes before and after the bytes of a joblib file of this size. */
export function joblibBridge(size: number): { readonly head: Buffer; readonly tail: Buffer } {
  const length = Buffer.alloc(9);
  length[0] = BINBYTES8!;
  length.writeBigUInt64LE(BigInt(size), 1);
  return {
    head: Buffer.concat([Buffer.from(PROTO4), global('joblib', 'load'), global('io', 'BytesIO'), length]),
    tail: Buffer.from([TUPLE1!, REDUCE!, TUPLE1!, REDUCE!, STOP!]),
  };
}
