import type { ModelDefinition } from '../../../../shared/contract/models.ts';

/** What an `MLmodel` says about a model: its own flavour, `python_function` beside it, and what must be installed. */
export type Flavour = {
  readonly name: string;
  readonly config: Readonly<Record<string, unknown>>;
  /** without the environment */
  readonly pyfunc: Readonly<Record<string, unknown>>;
  /** PyPI names, the model's own library first */
  readonly packages: readonly string[];
  /** path of a joblib file for which a bridge is written beside it */
  readonly bridge: string | null;
};

export const BRIDGE = 'model.assay.pkl';
/** A bridge is a second copy, and is read into memory as a whole. */
export const MAX_BRIDGE = 2 ** 31;

/** A flavour, or a sentence why the model can be downloaded but not loaded by MLflow. */
export function flavourOf({ kind, files }: Pick<ModelDefinition, 'kind' | 'files'>): Flavour | string {
  const { format, file, libraryVersion, title } = kind;
  const main = files.find(({ path }) => path === file);
  if (!main || file === null) return noFlavour(`${title} is nothing that MLflow knows`);
  const library = libraryVersion ?? 'unknown';
  const code = { code: null };
  switch (format) {
    case 'sklearn': {
      const byJoblib = kind.facts.some(
        ({ label, value }) => label === 'compression' || (label === 'written by' && value === 'joblib'),
      );
      if (byJoblib && main.size > MAX_BRIDGE)
        return noFlavour('MLflow cannot read what joblib writes, and this is above 2 GB');
      const path = byJoblib ? BRIDGE : file;
      return {
        name: 'sklearn',
        config: { pickled_model: path, sklearn_version: library, serialization_format: 'cloudpickle', ...code },
        pyfunc: { loader_module: 'mlflow.sklearn', model_path: path, predict_fn: 'predict' },
        packages: ['scikit-learn', 'numpy', 'scipy', 'pandas', 'joblib', 'cloudpickle'],
        bridge: byJoblib ? file : null,
      };
    }
    case 'xgboost':
      return {
        name: 'xgboost',
        config: {
          data: file,
          model_class: 'xgboost.core.Booster',
          model_format: file.split('.').at(-1),
          xgb_version: library,
          ...code,
        },
        pyfunc: { loader_module: 'mlflow.xgboost', data: file },
        packages: ['xgboost', 'numpy', 'scipy', 'pandas'],
        bridge: null,
      };
    case 'lightgbm':
      return {
        name: 'lightgbm',
        config: { data: file, model_class: 'lightgbm.basic.Booster', lgb_version: library, ...code },
        pyfunc: { loader_module: 'mlflow.lightgbm', data: file },
        packages: ['lightgbm', 'numpy', 'scipy', 'pandas'],
        bridge: null,
      };
    case 'onnx':
      return {
        name: 'onnx',
        config: { data: file, onnx_version: library, providers: ['CPUExecutionProvider'], ...code },
        pyfunc: { loader_module: 'mlflow.onnx', data: file },
        packages: ['onnx', 'onnxruntime', 'numpy', 'pandas'],
        bridge: null,
      };
    case 'pytorch':
      // weights alone need the code of the class that they belong to
      if (/state dict|checkpoint|tensors/i.test(title))
        return noFlavour(`it is a ${title}, weights without the code that uses them`);
      return {
        name: 'pytorch',
        config: { model_data: file, pytorch_version: library, ...code },
        pyfunc: { loader_module: 'mlflow.pytorch', data: file },
        packages: ['torch', 'numpy', 'pandas'],
        bridge: null,
      };
    case 'keras':
      if (!file.endsWith('.keras')) return noFlavour('MLflow reads Keras models from .keras files only');
      return {
        name: 'keras',
        config: { data: file.slice(0, -'.keras'.length), keras_version: library, save_exported_model: false, ...code },
        pyfunc: { loader_module: 'mlflow.keras' },
        packages: ['keras', 'numpy', 'pandas'],
        bridge: null,
      };
    default:
      return noFlavour(`${title} is nothing that MLflow knows`);
  }
}

const noFlavour = (why: string): string =>
  `writes no MLmodel: ${why}. It can be downloaded from there and pulled by Assay, but mlflow.*.load_model cannot load it.`;
