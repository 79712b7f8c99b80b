import { piece } from './bounded-json.ts';
import { clean, type Finding, fact, finding, type KindFile } from './finding.ts';

const HEAD = 4 * 1024 * 1024;

/** LightGBM's text form: lines `key=value` up to the first tree (LightGBM `gbdt_model_text.cpp`). */
export function readLightgbm(file: KindFile): Finding {
  const found = finding('lightgbm', file.path, 'LightGBM');
  const text = piece(file.file, 0, Math.min(HEAD, file.size)).toString();
  const lines = text.slice(0, text.indexOf('\nTree=') + 1 || text.length).split('\n');
  const of = new Map(
    lines.map((line): [string, string] => [line.split('=', 1)[0]!, line.slice(line.indexOf('=') + 1)]),
  );
  const objective = of.get('objective');
  if (objective) found.title = `LightGBM, ${clean(objective.split(' ')[0]!, 60)}`;
  fact(found, 'objective', objective);
  fact(found, 'format version', of.get('version'));
  const trees = of.get('tree_sizes')?.trim().split(/\s+/).length;
  fact(found, 'trees', trees);
  const classes = of.get('num_class');
  if (classes !== '1') fact(found, 'classes', classes);
  const names = of.get('feature_names')?.trim().split(' ') ?? [];
  fact(found, 'features', names.length > 0 ? names.length : null);
  if (names.length > 0 && names[0] !== '') {
    fact(found, 'feature names', names.join(', '));
    const outputs = Number(of.get('num_tree_per_iteration') ?? 1);
    found.signature = {
      inputs: names.slice(0, 2000).map((name) => ({ name, type: 'double', required: true, shape: null })),
      outputs: [{ name: null, type: 'float64', required: true, shape: outputs > 1 ? [-1, outputs] : [-1] }],
    };
  }
  return found;
}

export const looksLikeLightgbm = (head: Buffer): boolean =>
  /^tree\r?\nversion=v\d/.test(head.toString('latin1', 0, 40));
