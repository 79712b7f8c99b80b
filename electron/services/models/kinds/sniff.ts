import type { KindFile } from './finding.ts';
import { compression } from './inflate.ts';
import { HDF5_MAGIC } from './keras.ts';
import { looksLikeLightgbm } from './lightgbm.ts';
import { looksLikeOnnx } from './onnx.ts';
import { looksLikePickle } from './pickle.ts';
import { LEGACY_MAGIC } from './pytorch.ts';
import { looksLikeXgboostBinary } from './xgboost.ts';

/** What a file begins like. `zip` may be torch's, Keras' or nobody's. */
export type Looks =
  | 'safetensors'
  | 'gguf'
  | 'onnx'
  | 'zip'
  | 'torch-legacy'
  | 'pickle'
  | 'xgboost-json'
  | 'xgboost-ubj'
  | 'xgboost-binary'
  | 'lightgbm'
  | 'hdf5';

const PICKLED = /\.(pkl|pickle|joblib|p|sav|dill|cloudpickle)(\.(gz|z|bz2|xz|lzma|lz4))?$/i;

/** By the first bytes; the name is asked only where bytes alone could be anything. Null for what no model's file begins like. */
export function looksLike({ path, size }: KindFile, head: Buffer): Looks | null {
  if (head.length < 4) return null;
  const magic = head.toString('latin1', 0, 4);
  if (magic === 'GGUF') return 'gguf';
  if (magic === 'PK\x03\x04') return 'zip';
  if (head.subarray(0, 8).equals(HDF5_MAGIC)) return 'hdf5';
  if (
    /\.safetensors$/i.test(path) ||
    (size > 10 && head[8] === 0x7b && head.length > 9 && head.readBigUInt64LE(0) < BigInt(size))
  )
    return 'safetensors';
  if (looksLikeLightgbm(head)) return 'lightgbm';
  if (head.subarray(0, 20).includes(LEGACY_MAGIC)) return 'torch-legacy';
  if (looksLikePickle(head)) return 'pickle';
  if (/^\s*\{/.test(magic) && /"learner"\s*:/.test(head.toString('latin1', 0, 400))) return 'xgboost-json';
  if (magic.startsWith('{') && head.subarray(0, 64).includes('learner')) return 'xgboost-ubj';
  if (/\.onnx$/i.test(path) || looksLikeOnnx(head)) return 'onnx';
  if (looksLikeXgboostBinary(head)) return 'xgboost-binary';
  if (PICKLED.test(path) && compression(head) !== null) return 'pickle';
  return null;
}
