import type { ModelFormat } from '../../../../shared/contract/models.ts';
import { type Finding, fact, finding, type KindFile } from './finding.ts';

/** What can be said of files that no reader knows. */
export function plainFinding(files: readonly KindFile[]): Finding {
  const one = files.length === 1 ? files[0]! : null;
  const has = (name: string): boolean => files.some(({ path }) => path === name || path.endsWith(`/${name}`));
  const found = finding('unknown', one?.path ?? null, one ? 'plain file' : `${files.length} plain files`);
  if (has('saved_model.pb')) found.title = 'TensorFlow SavedModel';
  if (has('keras_metadata.pb')) {
    found.format = 'keras';
    found.title = 'Keras, TensorFlow SavedModel';
  }
  const endings = new Map<string, number>();
  for (const { path } of files) {
    const ending = /\.([^./]{1,16})$/.exec(path)?.[1]?.toLowerCase() ?? 'no ending';
    endings.set(ending, (endings.get(ending) ?? 0) + 1);
  }
  const most = [...endings].sort((a, b) => b[1] - a[1]).slice(0, 10);
  fact(found, 'files', most.map(([ending, count]) => `${ending} × ${count}`).join(', '));
  return found;
}

const FLAVORS: Readonly<Record<string, ModelFormat>> = {
  sklearn: 'sklearn',
  pytorch: 'pytorch',
  onnx: 'onnx',
  xgboost: 'xgboost',
  lightgbm: 'lightgbm',
  keras: 'keras',
  tensorflow: 'keras',
};

/** The format that one of MLflow's flavours stands for; null when none of them is known. */
export const pickleFormat = (flavors: readonly string[]): ModelFormat | null =>
  flavors.map((flavor) => (Object.hasOwn(FLAVORS, flavor) ? FLAVORS[flavor]! : null)).find((one) => one !== null) ??
  null;
