import { stringify } from 'yaml';
import type { ModelDefinition, ModelSignature, SignatureField } from '../../../../shared/contract/models.ts';
import { environmentFiles } from './environment.ts';
import { type Flavour, flavourOf } from './flavour.ts';

/** The release whose layout this is (mlflow/models/model.py); 2.x and 3.x read it. */
const LAYOUT = '2.22.0';
const COLUMN_TYPES = new Set(['boolean', 'integer', 'long', 'float', 'double', 'string', 'binary', 'datetime']);

export type Generated = {
  /** text files beside the model's own, by path */
  readonly texts: Readonly<Record<string, string>>;
  readonly bridge: Flavour['bridge'];
  /** what a person should know, as the end of a sentence; null when there is nothing to say */
  readonly note: string | null;
};

/**
 * What MLflow needs beside a model's files to load it. A folder that brings its own `MLmodel` (written by `mlflow.save_model`) is left as it is,
 * and so is every file of the model's own that has the name of a generated one.
 * @param digest of the definition, `run` of MLflow
 * @param example text of the example input, when there is one in JSON
 */
export function generatedFiles(
  definition: ModelDefinition,
  { digest, run, example }: { digest: string; run: string; example: string | null },
): Generated {
  const own = new Set(definition.files.map(({ path }) => path));
  if (own.has('MLmodel')) return { texts: {}, bridge: null, note: 'keeps the MLmodel that the model brings.' };
  const flavour = flavourOf(definition);
  if (typeof flavour === 'string') return { texts: {}, bridge: null, note: flavour };
  const { python } = definition.environment ?? { python: null };
  const shown = example === null ? null : exampleOf(example);
  const signature = definition.signature && signatureOf(definition.signature);
  const mlmodel = {
    artifact_path: 'model',
    flavors: {
      python_function: {
        ...flavour.pyfunc,
        ...(python === null ? {} : { python_version: python }),
        env: { conda: 'conda.yaml', virtualenv: 'python_env.yaml' },
      },
      [flavour.name]: flavour.config,
    },
    mlflow_version: LAYOUT,
    model_size_bytes: definition.files.reduce((sum, { size }) => sum + size, 0),
    model_uuid: digest.slice(0, 32),
    run_id: run,
    utc_time_created: new Date(definition.created).toISOString().replace('T', ' ').replace('Z', '000'),
    ...(shown === null ? {} : { saved_input_example_info: shown }),
    ...(signature === null ? {} : { signature }),
  };
  const texts: Record<string, string> = {
    MLmodel: stringify(mlmodel, { lineWidth: 0 }),
    ...environmentFiles(definition, flavour.packages),
    ...(shown === null ? {} : { 'input_example.json': example! }),
  };
  return {
    texts: Object.fromEntries(Object.entries(texts).filter(([path]) => !own.has(path))),
    bridge: flavour.bridge,
    note: flavour.bridge
      ? `sends ${flavour.bridge} twice: as it is, and once more in a form that mlflow.sklearn can load (MLflow reads no joblib files).`
      : null,
  };
}

/** `signature:` of an MLmodel: JSON inside YAML. Null when it says something that MLflow has no word for: it would refuse the model. */
function signatureOf({ inputs, outputs }: ModelSignature): object | null {
  const [input, output] = [schemaOf(inputs), schemaOf(outputs)];
  if (input === null || (output === null && outputs.length > 0)) return null;
  return { inputs: input, outputs: output, params: null };
}

function schemaOf(fields: readonly SignatureField[]): string | null {
  const tensors = fields.filter(({ shape }) => shape !== null);
  // a schema has columns or tensors; columns must all have names or none
  if (fields.length === 0 || (tensors.length > 0 && tensors.length < fields.length)) return null;
  const named = fields.filter(({ name }) => name !== null).length;
  if (named > 0 && named < fields.length) return null;
  if (tensors.length === 0 && !fields.every(({ type }) => COLUMN_TYPES.has(type))) return null;
  return JSON.stringify(
    fields.map(({ name, type, required, shape }) => ({
      type: shape === null ? type : 'tensor',
      ...(name === null ? {} : { name }),
      ...(shape === null ? { required } : { 'tensor-spec': { dtype: type, shape } }),
    })),
  );
}

/** How MLflow reads an example (mlflow/models/utils.py); null when it is nothing that it would. */
function exampleOf(text: string): object | null {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return null;
  }
  if (typeof value !== 'object' || value === null) return null;
  const split = !Array.isArray(value) && 'data' in value && 'columns' in value;
  return split
    ? { artifact_path: 'input_example.json', pandas_orient: 'split', type: 'dataframe' }
    : { artifact_path: 'input_example.json', type: 'json_object' };
}
