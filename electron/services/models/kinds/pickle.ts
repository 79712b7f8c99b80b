import { type Finding, fact, finding, type KindFile, warn } from './finding.ts';
import { compression, headOf, openInflated } from './inflate.ts';
import { joblibArrays } from './pickle-arrays.ts';
import { dangers } from './pickle-danger.ts';
import { readPickle } from './pickle-machine.ts';
import { describeEstimator, featureNames, predicts } from './pickle-model.ts';
import type { Pickled } from './pickle-values.ts';

/** Turns numbers and text into something else than a plain array of numbers goes in. */
const TAKES_TEXT = /Encoder|Vectorizer|ColumnTransformer|Imputer|FunctionTransformer|FeatureHasher|DictVectorizer/;

/** A pickle of any library, also joblib's and compressed ones: what it names and builds, never unpickled. */
export async function readPickleFile(file: KindFile): Promise<Finding> {
  const found = finding('pickle', file.path, 'pickle');
  const kind = compression(await headOf(file.file, 16));
  const { forward, close } = await openInflated(file.file, kind);
  try {
    const globals = new Map<string, boolean>();
    const odd: string[] = [];
    const read = await readPickle(forward, { built: joblibArrays(globals, odd) });
    for (const [key, called] of globals) read.globals.set(key, called || (read.globals.get(key) ?? false));
    const pickled = { ...read, odd: [...read.odd, ...odd] };
    fact(found, 'pickle protocol', pickled.protocol);
    if (kind !== null) fact(found, 'compression', kind);
    if (pickled.globals.has('joblib.numpy_pickle NumpyArrayWrapper')) fact(found, 'written by', 'joblib');
    describeEstimator(found, pickled);
    proposeFrom(found, pickled);
    tellDangers(found, pickled);
  } finally {
    await close();
  }
  return found;
}

/** Warnings and the modules that must be there to load it. */
export function tellDangers(found: Finding, pickled: Pickled): void {
  const { warnings, otherModules } = dangers(pickled);
  for (const warning of warnings) warn(found, warning);
  if (pickled.damage !== null) warn(found, `${found.file} is damaged or lies about itself: ${pickled.damage}.`);
  if (otherModules.length > 0) fact(found, 'loads code of', otherModules.join(', '));
}

function proposeFrom(found: Finding, { root, globals }: Pickled): void {
  const names = featureNames(root);
  const output = predicts(root);
  const text = [...globals.keys()].some((key) => TAKES_TEXT.test(key));
  if (!names || text) return;
  found.signature = {
    inputs: names.map((name) => ({ name, type: 'double', required: true, shape: null })),
    outputs: output ? [{ name: null, type: output, required: true, shape: [-1] }] : [],
  };
}

/** True when a file begins like a pickle of protocol 2 to 5, or like a small one of protocol 0 or 1. */
export function looksLikePickle(head: Buffer): boolean {
  if (head[0] === 0x80) return head[1]! >= 2 && head[1]! <= 5;
  return (
    /^(\(|c[\w.]+\n[\w.]+\n|\]|\}|\(?[di]p\d|\(lp\d|\(dp\d|ccopy_reg\n)/.test(head.toString('latin1', 0, 200)) &&
    /\n|\x94|q/.test(head.toString('latin1'))
  );
}
