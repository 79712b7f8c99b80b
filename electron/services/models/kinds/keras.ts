import { member } from './bounded-json.ts';
import { clean, type Finding, fact, finding, type KindFile, warn } from './finding.ts';
import { headOf } from './inflate.ts';
import { type Zip, zipText } from './zip.ts';

const MAX_CONFIG = 16 * 1024 * 1024;

/** A `.keras` file: a zip with `config.json`, `metadata.json` and the weights in HDF5 (keras `saving_lib.py`). Lambda layers are named: they are code. */
export async function readKeras(file: KindFile, zip: Zip): Promise<Finding> {
  const found = finding('keras', file.path, 'Keras');
  for (const name of zip.twice.slice(0, 5))
    warn(found, `The archive has "${clean(name, 80)}" twice; programs disagree about which one counts.`);
  const metadata = parse(await zipText(zip, 'metadata.json', 64 * 1024));
  const config = parse(await zipText(zip, 'config.json', MAX_CONFIG));
  const version = member(metadata, 'keras_version');
  if (typeof version === 'string') found.libraryVersion = clean(version, 40);
  const saved = member(metadata, 'date_saved');
  if (typeof saved === 'string') fact(found, 'saved', saved);
  if (config === null) warn(found, 'Its config.json is no JSON.');
  const name = member(config, 'class_name');
  if (typeof name === 'string') found.title = `Keras ${clean(name, 60)}`;
  const called = member(config, 'config', 'name');
  if (typeof called === 'string') fact(found, 'name', called);
  layers(found, member(config, 'config', 'layers'));
  if (!zip.entries.has('model.weights.h5') && !zip.entries.has('model.weights.npz'))
    warn(found, 'It holds no weights.');
  return found;
}

function layers(found: Finding, list: unknown): void {
  if (!Array.isArray(list)) return;
  const counts = new Map<string, number>();
  for (const layer of list) {
    const name = member(layer, 'class_name');
    if (typeof name === 'string') counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  fact(found, 'layers', list.length);
  fact(
    found,
    'kinds of layer',
    [...counts]
      .map(([name, count]) => `${clean(name, 60)} × ${count}`)
      .slice(0, 30)
      .join(', '),
  );
  if (counts.has('Lambda')) warn(found, 'It has a Lambda layer, which carries Python code that loading it can run.');
}

function parse(text: string | null): unknown {
  try {
    return text === null ? null : JSON.parse(text);
  } catch {
    return null;
  }
}

/** HDF5 as Keras wrote it before `.keras`: its attributes are found by their names; the tree of groups is not read. */
export async function readHdf5(file: KindFile): Promise<Finding> {
  const text = (await headOf(file.file, 1024 * 1024)).toString('latin1');
  const keras = /keras_version|model_weights|layer_names/.test(text);
  const found = finding(keras ? 'keras' : 'unknown', file.path, keras ? 'Keras, HDF5' : 'HDF5 file');
  // a string attribute's value follows its name within its header
  const version = /keras_version[\s\S]{1,200}?(\d+\.\d+\.\d+)/.exec(text)?.[1];
  if (keras && version) found.libraryVersion = version;
  if (keras) fact(found, 'holds', /model_config/.test(text) ? 'architecture and weights' : 'weights');
  if (/"class_name": "Lambda"/.test(text))
    warn(found, 'It has a Lambda layer, which carries Python code that loading it can run.');
  return found;
}

export const HDF5_MAGIC = Buffer.from('894844460d0a1a0a', 'hex');
