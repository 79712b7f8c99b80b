import type { Artifact } from '../../../shared/contract/runs.ts';
import { AppError } from '../../../shared/errors.ts';

const ENDINGS: readonly (readonly [RegExp, string])[] = [
  [/\.(pkl|pickle|joblib)$/i, 'a pickle'],
  [/\.(pt|pth|ckpt)$/i, 'PyTorch'],
  [/\.onnx$/i, 'ONNX'],
  [/\.safetensors$/i, 'safetensors'],
  [/\.gguf$/i, 'GGUF'],
  [/\.(ubj|xgb)$/i, 'XGBoost'],
  [/\.(keras|h5|hdf5)$/i, 'Keras'],
  [/(^|\/)(lightgbm|lgb|booster|model)[^/]*\.txt$/i, 'LightGBM'],
  [/(^|\/)(xgboost|xgb|booster|model)[^/]*\.(json|bin)$/i, 'XGBoost'],
];
const TABLE = /\.(csv|tsv|jsonl|ndjson|parquet)$/i;

export type Candidate = { readonly path: string; readonly size: number; readonly looksLike: string };

/** Artifacts of a run that look like a model, folders first, and tables. Names only; what they are is read when they are chosen. */
export function candidatesOf(artifacts: readonly Pick<Artifact, 'path' | 'size' | 'kind'>[]): Candidate[] {
  const folders = new Map<string, number>();
  const files: Candidate[] = [];
  const tables: Candidate[] = [];
  const models = artifacts.filter(({ path }) => path.endsWith('/MLmodel') || /(^|\/)model\/[^/]/.test(path));
  for (const { path } of models) {
    const folder = path.endsWith('/MLmodel') ? path.slice(0, -8) : /^(.*?(^|\/)model)\//.exec(path)![1]!;
    folders.set(folder, 0);
  }
  for (const { path, size, kind } of artifacts) {
    const folder = [...folders.keys()].find((one) => path.startsWith(`${one}/`));
    if (folder !== undefined) {
      folders.set(folder, folders.get(folder)! + size);
      continue;
    }
    const ending = ENDINGS.find(([pattern]) => pattern.test(path));
    if (ending) files.push({ path, size, looksLike: ending[1] });
    else if (kind === 'table' || TABLE.test(path)) tables.push({ path, size, looksLike: 'a table' });
  }
  return [
    ...[...folders].map(([path, size]) => ({ path, size, looksLike: 'a folder with a model' })),
    ...files,
    ...tables,
  ];
}

export const isTable = ({ looksLike }: Candidate): boolean => looksLike === 'a table';

/**
 * The artifact that is meant when none is named: the only one that looks like a model.
 * @throws AppError BAD_REQUEST naming the choice
 */
export function onlyModel(candidates: readonly Candidate[]): string {
  const models = candidates.filter((one) => !isTable(one));
  if (models.length === 1) return models[0]!.path;
  const folders = models.filter(({ looksLike }) => looksLike === 'a folder with a model');
  if (folders.length === 1) return folders[0]!.path;
  throw new AppError(
    'BAD_REQUEST',
    models.length === 0
      ? 'No artifact of this run looks like a model. Name the file or folder that is one.'
      : `Several artifacts of this run look like a model: ${models
          .slice(0, 5)
          .map(({ path }) => path)
          .join(', ')}. Name one.`,
  );
}
