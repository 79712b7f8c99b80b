import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ModelKind } from '../../../../shared/contract/models.ts';
import { readKind } from './read-kind.ts';
import { zipOf } from './zip-for-tests.ts';

/** Written by the libraries themselves: interop/model_files.py. */
const FIXTURES = join(import.meta.dirname, 'fixtures');
const fixture = (path: string) => ({ path, file: join(FIXTURES, path), size: statSync(join(FIXTURES, path)).size });
const kindOf = (...paths: string[]) => readKind(paths.map(fixture));
let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'assay-kinds-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A file that is written here, in the layout that the format's description has. */
function written(path: string, content: string | Buffer) {
  const file = join(folder, path.replaceAll('/', '-'));
  writeFileSync(file, content);
  return { path, file, size: statSync(file).size };
}
const factOf = (kind: ModelKind, label: string) => kind.facts.find((one) => one.label === label)?.value;

test.each(['pipeline-0.pkl', 'pipeline-2.pkl', 'pipeline-5.pkl', 'pipeline.joblib', 'pipeline-zlib.joblib'])(
  '%s is a scikit-learn pipeline, in each protocol and compression',
  async (path) => {
    const kind = await kindOf(path);
    expect(kind).toMatchObject({
      format: 'sklearn',
      title: 'scikit-learn Pipeline: StandardScaler → LogisticRegression',
      libraryVersion: '1.7.2',
      parameters: 4,
      dtypes: { float64: 4 },
      warnings: [],
    });
    expect(kind.tensors).toContainEqual({ name: 'steps.1.1.coef_', dtype: 'float64', shape: [1, 3] });
    expect(factOf(kind, 'features')).toBe('age, income, visits');
  },
);

test('estimators are named by what they are', async () => {
  expect(await kindOf('forest.joblib')).toMatchObject({
    title: 'scikit-learn RandomForestClassifier',
    parameters: null,
  });
  expect(await kindOf('regression.pkl')).toMatchObject({ title: 'scikit-learn LinearRegression', parameters: 4 });
  expect(await kindOf('search.pkl')).toMatchObject({ title: 'scikit-learn GridSearchCV of LogisticRegression' });
});

test('a compression that is not read is said, not guessed', async () => {
  const kind = await kindOf('pipeline.joblib.xz');
  expect(kind.format).toBe('pickle');
  expect(kind.warnings).toEqual([
    'pipeline.joblib.xz could not be read: it is compressed with xz, which is not read here',
  ]);
});

test('code that travels in a pickle is told', async () => {
  const kind = await kindOf('function.cloudpickle');
  expect(kind).toMatchObject({ format: 'pickle', title: 'pickled function' });
  expect(kind.warnings[0]).toMatch(/carries Python code of its own/);
});

test('safetensors: tensors, dtypes, metadata', async () => {
  expect(await kindOf('dense.safetensors')).toMatchObject({
    format: 'safetensors',
    parameters: 17,
    dtypes: { F32: 16, I64: 1 },
    tensorCount: 3,
    tensors: [
      { name: 'dense.weight', dtype: 'F32', shape: [4, 3] },
      { name: 'dense.bias', dtype: 'F32', shape: [4] },
      { name: 'steps', dtype: 'I64', shape: [1] },
    ],
    facts: [{ label: 'metadata format', value: 'np' }],
    warnings: [],
  });
});

test('the parts of a model in several files are counted together', async () => {
  const one = fixture('dense.safetensors');
  const kind = await readKind([
    { ...one, path: 'model-00001-of-00002.safetensors' },
    { ...one, path: 'model-00002-of-00002.safetensors' },
  ]);
  expect(kind).toMatchObject({ parameters: 34, tensorCount: 6, dtypes: { F32: 32, I64: 2 } });
});

test('PyTorch: a state dict, a checkpoint whose optimizer is no weight, and one whose bytes are missing', async () => {
  expect(await kindOf('dense.pt')).toMatchObject({
    format: 'pytorch',
    title: 'PyTorch state dict',
    parameters: 16,
    dtypes: { float32: 16 },
    tensors: [
      { name: 'dense.weight', dtype: 'float32', shape: [4, 3] },
      { name: 'dense.bias', dtype: 'float32', shape: [4] },
    ],
    warnings: [],
  });
  const checkpoint = await kindOf('checkpoint.ckpt');
  expect(checkpoint).toMatchObject({ title: 'PyTorch checkpoint', parameters: 16, tensorCount: 3, warnings: [] });
  expect(factOf(checkpoint, 'epoch')).toBe('3');
  expect((await kindOf('cut.pt')).warnings).toEqual(['The bytes of the tensor "dense.bias" are not in the file.']);
});

test('ONNX: opset, producer, inputs and outputs, weights beside the file', async () => {
  const kind = await kindOf('dense.onnx');
  expect(kind).toMatchObject({
    format: 'onnx',
    title: 'ONNX, opset 17',
    libraryVersion: '1.0',
    parameters: 16,
    warnings: [],
  });
  expect(factOf(kind, 'inputs')).toBe('x: float32 [?, 3]');
  expect(factOf(kind, 'outputs')).toBe('label: int64 [?, 1]; scores: float32 [?, 4]');
  expect(factOf(kind, 'operators')).toBe('Gemm × 1, ArgMax × 1');
  expect((await kindOf('external.onnx')).warnings).toEqual([
    'Its weights are in the file "external.bin", which is not among the files of the model.',
  ]);
  const whole = await kindOf('external.onnx', 'external.bin');
  expect(whole).toMatchObject({ parameters: 16, warnings: [] });
  expect(factOf(whole, 'external data')).toBe('external.bin');
});

test('GGUF: architecture, quantization, tensors', async () => {
  const kind = await kindOf('tiny.gguf');
  expect(kind).toMatchObject({
    title: 'GGUF, llama, Q8_0',
    parameters: 160,
    dtypes: { Q8_0: 128, F32: 32 },
    tensors: [
      { name: 'token_embd.weight', dtype: 'Q8_0', shape: [32, 4] },
      { name: 'output_norm.weight', dtype: 'F32', shape: [32] },
    ],
    warnings: [],
  });
  expect(factOf(kind, 'context length')).toBe('128');
});

test.each(['trees.json', 'trees.ubj'])('%s is a model of XGBoost', async (path) => {
  const kind = await kindOf(path);
  expect(kind).toMatchObject({ format: 'xgboost', title: 'XGBoost, binary:logistic', libraryVersion: '3.2.0' });
  expect(['trees', 'features', 'feature names'].map((label) => factOf(kind, label))).toEqual([
    '3',
    '3',
    'age, income, visits',
  ]);
});

test('LightGBM', async () => {
  const kind = await kindOf('trees.txt');
  expect(kind).toMatchObject({ format: 'lightgbm', title: 'LightGBM, binary' });
  expect(factOf(kind, 'trees')).toBe('3');
});

test('what no reader knows has plain facts', async () => {
  expect(await kindOf('example.csv')).toMatchObject({
    format: 'unknown',
    title: 'plain file',
    file: 'example.csv',
    warnings: [],
  });
  expect(await readKind([])).toMatchObject({ format: 'unknown', tensors: [] });
});

test('every fixture gives what the contract promises', async () => {
  for (const path of readdirSync(FIXTURES)) expect(ModelKind.safeParse(await kindOf(path)).error).toBeUndefined();
});

test('Keras: what its zip says of itself; a Lambda layer is code', async () => {
  const layer = (name: string) => ({ class_name: name, config: {} });
  const file = written(
    'tiny.keras',
    zipOf([
      { name: 'metadata.json', data: Buffer.from('{"keras_version": "3.9.2", "date_saved": "2026-11-24@10:00:00"}') },
      {
        name: 'config.json',
        data: Buffer.from(
          JSON.stringify({
            class_name: 'Sequential',
            config: { name: 'tiny', layers: [layer('Dense'), layer('Dense'), layer('Lambda')] },
          }),
        ),
        deflate: true,
      },
      { name: 'model.weights.h5', data: Buffer.from('weights') },
    ]),
  );
  const kind = await readKind([file]);
  expect(kind).toMatchObject({ format: 'keras', title: 'Keras Sequential', libraryVersion: '3.9.2' });
  expect(factOf(kind, 'kinds of layer')).toBe('Dense × 2, Lambda × 1');
  expect(kind.warnings).toEqual(['It has a Lambda layer, which carries Python code that loading it can run.']);
});

test("XGBoost's old binary form, by its parameters and its objective", async () => {
  const head = Buffer.alloc(200);
  head.writeFloatLE(0.5, 0);
  head.writeUInt32LE(7, 4);
  head.writeUInt32LE(1, 20);
  head.writeUInt32LE(6, 24);
  head.writeBigUInt64LE(15n, 136);
  head.write('binary:logistic', 144);
  const kind = await readKind([written('old.model', head)]);
  expect(kind).toMatchObject({ format: 'xgboost', title: 'XGBoost, old binary form', libraryVersion: '1.6' });
  expect(factOf(kind, 'features')).toBe('7');
});

test("MLflow's folder: the flavours beside what the file itself says", async () => {
  const kind = await readKind([
    { ...fixture('pipeline-5.pkl'), path: 'model.pkl' },
    written(
      'MLmodel',
      'flavors:\n  python_function: {loader_module: mlflow.sklearn}\n  sklearn: {pickled_model: model.pkl}\nmlflow_version: 3.1.0\n',
    ),
    written('conda.yaml', 'name: x\n'),
  ]);
  expect(kind).toMatchObject({ format: 'sklearn', file: 'model.pkl', libraryVersion: '1.7.2' });
  expect(kind.title).toBe('scikit-learn Pipeline: StandardScaler → LogisticRegression (MLflow model)');
  expect(factOf(kind, 'MLflow flavours')).toBe('python_function, sklearn');
});

test('of weights that can run code and those that cannot, the latter are the model', async () => {
  const kind = await readKind([
    fixture('dense.pt'),
    fixture('dense.safetensors'),
    written('config.json', '{"architectures": ["TinyModel"], "model_type": "tiny"}'),
  ]);
  expect(kind).toMatchObject({ format: 'safetensors', title: 'safetensors, TinyModel' });
  expect(factOf(kind, 'also holds')).toBe('dense.pt');
});
