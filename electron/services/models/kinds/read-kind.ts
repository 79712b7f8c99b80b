import type { ModelKind, ModelSignature } from '../../../../shared/contract/models.ts';
import { messageOf } from '../../../../shared/errors.ts';
import { type Finding, fact, finding, type KindFile, keepLargest, warn } from './finding.ts';
import { Damaged } from './forward.ts';
import { readGguf } from './gguf.ts';
import { headOf } from './inflate.ts';
import { readHdf5, readKeras } from './keras.ts';
import { readLightgbm } from './lightgbm.ts';
import { merge } from './merge.ts';
import { type MlModel, readMlModel } from './mlmodel.ts';
import { readOnnx } from './onnx.ts';
import { readPickleFile } from './pickle.ts';
import { pickleFormat, plainFinding } from './plain.ts';
import { readTorchLegacy, readTorchZip, torchFolder } from './pytorch.ts';
import { readSafetensors } from './safetensors.ts';
import { type Looks, looksLike } from './sniff.ts';
import { describeTransformers } from './transformers.ts';
import { readXgboostBinary, readXgboostJson, readXgboostUbj } from './xgboost.ts';
import { openZip } from './zip.ts';

export type { KindFile } from './finding.ts';

/** Files that are looked into; of a folder with more, the largest. */
const MAX_FILES = 2000;
/** Files of the chosen format that are read: the parts of a model in shards. */
const MAX_READ = 200;

/**
 * What the headers of a model's files say: format, parameters, dtypes, tensors, and what is wrong or dangerous about them. Nothing is
 * executed, imported or unpickled; what is read, kept and counted is bounded whatever the files claim. A file that is damaged or lies is told
 * in `warnings`, never thrown.
 */
export const readKind = async (files: readonly KindFile[]): Promise<ModelKind> => (await inspectModel(files)).kind;

/** The same with the signature that the files themselves state; null when they state none. */
export async function inspectModel(
  files: readonly KindFile[],
): Promise<{ kind: ModelKind; signature: ModelSignature | null; signatureFrom: string | null }> {
  const looked = await look(files);
  const ml = files.find(({ path }) => path === 'MLmodel' || path.endsWith('/MLmodel'));
  const mlModel = ml ? readMlModel(ml) : null;
  const chosen = choose(looked);
  const found = chosen.length === 0 ? plainFinding(files) : await readAll(chosen, files);
  const others = new Set(looked.filter((one) => !chosen.includes(one)).map((one) => one.file.path));
  if (others.size > 0) fact(found, 'also holds', [...others].slice(0, 20).join(', '));
  describeTransformers(found, files);
  if (ml && mlModel) describeMlflow(found, ml, mlModel);
  keepLargest(found);
  const { signature: own, ...kind } = found;
  const signature = mlModel?.signature ?? own;
  return { kind, signature, signatureFrom: signature === null ? null : mlModel?.signature ? ml!.path : found.file };
}

type Looked = { readonly file: KindFile; readonly looks: Looks };

async function look(files: readonly KindFile[]): Promise<Looked[]> {
  const found: Looked[] = [];
  for (const file of [...files].sort((a, b) => b.size - a.size).slice(0, MAX_FILES)) {
    const head = await headOf(file.file).catch(() => null);
    const looks = head && looksLike(file, head);
    if (looks) found.push({ file, looks });
  }
  return found;
}

/** Which of several formats is the model: weights that cannot run code before those that can, among those that are large enough to be it. */
const BEFORE: readonly Looks[] = [
  'gguf',
  'safetensors',
  'onnx',
  'xgboost-ubj',
  'xgboost-json',
  'lightgbm',
  'xgboost-binary',
  'zip',
  'torch-legacy',
  'hdf5',
  'pickle',
];

function choose(looked: readonly Looked[]): Looked[] {
  const bytes = new Map<Looks, number>();
  for (const { file, looks } of looked) bytes.set(looks, (bytes.get(looks) ?? 0) + file.size);
  const most = Math.max(0, ...bytes.values());
  // of files of a few kilobytes the containers weigh more than what is in them
  const enough = most / 2 - 4096;
  const best = BEFORE.find((one) => bytes.has(one) && bytes.get(one)! >= enough);
  return looked.filter(({ looks }) => looks === best).sort((a, b) => (a.file.path < b.file.path ? -1 : 1));
}

async function readAll(chosen: readonly Looked[], files: readonly KindFile[]): Promise<Finding> {
  const read: Finding[] = [];
  for (const one of chosen.slice(0, MAX_READ)) read.push(await readSafely(one, files));
  const found = merge(read);
  if (chosen.length > MAX_READ) warn(found, `Only ${MAX_READ} of its ${chosen.length} files were read.`);
  return found;
}

/** One file; whatever is wrong with it becomes a sentence. */
async function readSafely({ file, looks }: Looked, files: readonly KindFile[]): Promise<Finding> {
  try {
    return await readOne(file, looks, files);
  } catch (error) {
    const found = finding(FORMATS[looks], file.path, TITLES[looks]);
    // a number that is read beyond the end is a RangeError of Buffer's
    const why =
      error instanceof Damaged
        ? error.message
        : error instanceof RangeError
          ? 'it ends before what it announces'
          : null;
    warn(
      found,
      why
        ? `${file.path} is damaged or lies about itself: ${why}.`
        : `${file.path} could not be read: ${messageOf(error)}`,
    );
    return found;
  }
}

const FORMATS: Readonly<Record<Looks, ModelKind['format']>> = {
  safetensors: 'safetensors',
  gguf: 'gguf',
  onnx: 'onnx',
  zip: 'unknown',
  'torch-legacy': 'pytorch',
  pickle: 'pickle',
  'xgboost-json': 'xgboost',
  'xgboost-ubj': 'xgboost',
  'xgboost-binary': 'xgboost',
  lightgbm: 'lightgbm',
  hdf5: 'unknown',
};
const TITLES: Readonly<Record<Looks, string>> = {
  safetensors: 'safetensors',
  gguf: 'GGUF',
  onnx: 'ONNX',
  zip: 'zip archive',
  'torch-legacy': 'PyTorch',
  pickle: 'pickle',
  'xgboost-json': 'XGBoost',
  'xgboost-ubj': 'XGBoost',
  'xgboost-binary': 'XGBoost',
  lightgbm: 'LightGBM',
  hdf5: 'HDF5 file',
};

async function readOne(file: KindFile, looks: Looks, files: readonly KindFile[]): Promise<Finding> {
  switch (looks) {
    case 'safetensors':
      return readSafetensors(file);
    case 'gguf':
      return readGguf(file);
    case 'onnx':
      return readOnnx(file, files);
    case 'zip':
      return readZip(file);
    case 'torch-legacy':
      return readTorchLegacy(file);
    case 'pickle':
      return readPickleFile(file);
    case 'xgboost-json':
      return readXgboostJson(file);
    case 'xgboost-ubj':
      return readXgboostUbj(file);
    case 'xgboost-binary':
      return readXgboostBinary(file, await headOf(file.file));
    case 'lightgbm':
      return readLightgbm(file);
    case 'hdf5':
      return readHdf5(file);
  }
}

async function readZip(file: KindFile): Promise<Finding> {
  const zip = await openZip(file.file);
  try {
    const folder = torchFolder(zip);
    if (folder !== null) return await readTorchZip(file, zip, folder);
    if (zip.entries.has('config.json') && zip.entries.has('metadata.json')) return await readKeras(file, zip);
    const found = finding('unknown', file.path, 'zip archive');
    fact(found, 'files in the archive', zip.entries.size);
    return found;
  } finally {
    zip.close();
  }
}

function describeMlflow(found: Finding, file: KindFile, { flavors, mlflowVersion, problem }: MlModel): void {
  if (problem !== null) {
    warn(found, problem);
    return;
  }
  const own = flavors.filter((flavor) => flavor !== 'python_function');
  if (found.format === 'unknown' || found.format === 'pickle') found.format = pickleFormat(own) ?? found.format;
  fact(found, 'MLflow flavours', flavors.join(', '));
  fact(found, 'MLflow version', mlflowVersion);
  found.file ??= file.path;
  found.title =
    found.file === file.path
      ? `MLflow model${own.length > 0 ? `, ${own.join(', ')}` : ''}`
      : `${found.title} (MLflow model)`;
}
