import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { ModelDefinition, type ModelFormat } from '../../../../shared/contract/models.ts';
import { joblibBridge } from './joblib-bridge.ts';
import { keyOf } from './keys.ts';
import { generatedFiles } from './mlmodel.ts';

const column = (name: string, type: string) => ({ name, type, required: true, shape: null });

function definition(format: ModelFormat, file: string, change: object = {}, kind: object = {}) {
  return ModelDefinition.parse({
    assay: 'model-version/1',
    model: 'churn',
    version: '1.0.0',
    created: '2026-11-24T10:00:00.000Z',
    author: { name: 'Ada', email: 'ada@example.com' },
    kind: {
      format,
      file,
      title: format,
      libraryVersion: '1.7.2',
      parameters: null,
      dtypes: {},
      tensors: [],
      tensorCount: 0,
      facts: [],
      warnings: [],
      ...kind,
    },
    files: [{ path: file, size: 10, sha256: 'a'.repeat(64) }],
    run: null,
    code: null,
    environment: {
      python: '3.11.7',
      os: null,
      gpus: [],
      packages: ['numpy==2.3.5', 'scikit_learn==1.7.1', 'torch @ file:///secret'],
    },
    ...change,
  });
}
const about = { digest: 'd'.repeat(64), run: 'r'.repeat(32), example: null };
const mlmodel = (...args: Parameters<typeof definition>) => {
  const { texts } = generatedFiles(definition(...args), about);
  return texts.MLmodel === undefined ? null : parse(texts.MLmodel);
};

test('an MLmodel as mlflow writes it: JSON strings inside YAML, flavour and python_function', () => {
  const signature = {
    inputs: [column('age', 'double'), column('city', 'string')],
    outputs: [{ name: null, type: 'int64', required: true, shape: [-1] }],
  };
  const made = mlmodel('sklearn', 'model.pkl', { signature });
  expect(made).toMatchObject({
    flavors: {
      sklearn: {
        pickled_model: 'model.pkl',
        sklearn_version: '1.7.2',
        serialization_format: 'cloudpickle',
        code: null,
      },
      python_function: {
        loader_module: 'mlflow.sklearn',
        model_path: 'model.pkl',
        predict_fn: 'predict',
        python_version: '3.11.7',
      },
    },
    model_uuid: 'd'.repeat(32),
    run_id: 'r'.repeat(32),
    utc_time_created: '2026-11-24 10:00:00.000000',
    signature: {
      inputs: '[{"type":"double","name":"age","required":true},{"type":"string","name":"city","required":true}]',
      outputs: '[{"type":"tensor","tensor-spec":{"dtype":"int64","shape":[-1]}}]',
      params: null,
    },
  });
  const { texts } = generatedFiles(definition('sklearn', 'model.pkl'), about);
  expect(texts['requirements.txt']).toBe('mlflow\nscikit-learn==1.7.1\nnumpy==2.3.5\n');
  expect(parse(texts['python_env.yaml']!).python).toBe('3.11.7');
  expect(parse(texts['conda.yaml']!).dependencies[0]).toBe('python=3.11.7');
});

test('a signature that MLflow has no words for is left out rather than refused when loading', () => {
  for (const inputs of [
    [column('a', 'Array(double)')],
    [column('a', 'double'), { name: 'b', type: 'float32', required: true, shape: [-1] }],
    [],
  ])
    expect(mlmodel('sklearn', 'model.pkl', { signature: { inputs, outputs: [] } })).not.toHaveProperty('signature');
});

test.each([
  [
    'xgboost',
    'm.ubj',
    {
      xgboost: { data: 'm.ubj', model_format: 'ubj' },
      python_function: { loader_module: 'mlflow.xgboost', data: 'm.ubj' },
    },
  ],
  ['lightgbm', 'm.txt', { lightgbm: { data: 'm.txt' }, python_function: { loader_module: 'mlflow.lightgbm' } }],
  ['onnx', 'm.onnx', { onnx: { data: 'm.onnx' }, python_function: { loader_module: 'mlflow.onnx', data: 'm.onnx' } }],
  [
    'pytorch',
    'm.pt',
    { pytorch: { model_data: 'm.pt' }, python_function: { loader_module: 'mlflow.pytorch', data: 'm.pt' } },
  ],
  ['keras', 'm.keras', { keras: { data: 'm' }, python_function: { loader_module: 'mlflow.keras' } }],
] as const)('%s has its own flavour', (format, file, flavors) => {
  expect(mlmodel(format, file)!.flavors).toMatchObject(flavors);
});

test('no MLmodel for what MLflow cannot load, and a sentence why; an own one, and own files, stay', () => {
  for (const [format, file, kind] of [
    ['unknown', 'x.bin', {}],
    ['gguf', 'x.gguf', {}],
    ['pytorch', 'x.pt', { title: 'PyTorch state dict' }],
    ['keras', 'x.h5', {}],
  ] as const) {
    const { texts, note } = generatedFiles(definition(format, file, {}, kind), about);
    expect(texts).toEqual({});
    expect(note).toContain('writes no MLmodel');
  }
  const own = (path: string) => ({
    files: [
      { path, size: 1, sha256: 'b'.repeat(64) },
      { path: 'model.pkl', size: 10, sha256: 'a'.repeat(64) },
    ],
  });
  expect(generatedFiles(definition('sklearn', 'model.pkl', own('MLmodel')), about)).toMatchObject({
    texts: {},
    bridge: null,
  });
  const { texts } = generatedFiles(definition('sklearn', 'model.pkl', own('requirements.txt')), about);
  expect(Object.keys(texts).sort()).toEqual(['MLmodel', 'conda.yaml', 'python_env.yaml']);
});

test('a joblib file gets a bridge: a pickle of joblib.load(io.BytesIO(bytes)) that holds the bytes as they are', () => {
  const facts = [{ label: 'written by', value: 'joblib' }];
  const { bridge, texts } = generatedFiles(definition('sklearn', 'model.joblib', {}, { facts }), about);
  expect(bridge).toBe('model.joblib');
  expect(parse(texts.MLmodel!).flavors.sklearn.pickled_model).toBe('model.assay.pkl');
  const { head, tail } = joblibBridge(3);
  // read with pickletools: PROTO 4, GLOBAL joblib load, GLOBAL io BytesIO, BINBYTES8 3 …, TUPLE1, REDUCE, TUPLE1, REDUCE, STOP
  expect(Buffer.concat([head, Buffer.from('abc'), tail]).toString('latin1')).toBe(
    '\x80\x04cjoblib\nload\ncio\nBytesIO\n\x8e\x03\0\0\0\0\0\0\0abc\x85R\x85R.',
  );
});

test('an example in JSON is named as MLflow reads it', () => {
  const info = (example: string) =>
    parse(generatedFiles(definition('onnx', 'm.onnx'), { ...about, example }).texts.MLmodel!).saved_input_example_info;
  expect(info('{"columns":["a"],"data":[[1]]}')).toMatchObject({ type: 'dataframe', pandas_orient: 'split' });
  expect(info('{"x":[1]}')).toMatchObject({ type: 'json_object' });
  expect(info('not json')).toBeUndefined();
});

test('keys of params and metrics keep apart and within MLflow’s rules', () => {
  const used = new Set<string>();
  expect(['a*b', 'a?b', '../x', '/y', 'z'.repeat(300)].map((name) => keyOf(name, used))).toEqual([
    'a_b',
    'a_b_2',
    '_/x',
    '_/y',
    'z'.repeat(250),
  ]);
});
