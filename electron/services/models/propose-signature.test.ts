import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { exampleFields } from './example-fields.ts';
import { proposeSignature } from './propose-signature.ts';

const FIXTURES = join(import.meta.dirname, 'kinds', 'fixtures');
const files = (path: string) => [{ path, file: join(FIXTURES, path), size: statSync(join(FIXTURES, path)).size }];

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'assay-signature-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const column = (name: string, type: string, required = true) => ({ name, type, required, shape: null });

test('an estimator that was fitted with names has them, and what its classes are', async () => {
  expect(await proposeSignature({ files: files('pipeline.joblib') })).toEqual({
    signature: {
      inputs: ['age', 'income', 'visits'].map((name) => column(name, 'double')),
      outputs: [{ name: null, type: 'object', required: true, shape: [-1] }],
    },
    from: 'inputs of pipeline.joblib, outputs of pipeline.joblib',
  });
});

test('an example has the types; the model says which columns are inputs', async () => {
  const found = await proposeSignature({ files: files('pipeline.joblib'), example: join(FIXTURES, 'example.csv') });
  expect(found?.signature.inputs).toEqual([
    column('age', 'double'),
    column('income', 'double'),
    column('visits', 'long'),
  ]);
});

test('an ONNX graph states tensors', async () => {
  expect(
    (await proposeSignature({ files: files('dense.onnx'), example: join(FIXTURES, 'example.csv') }))?.signature,
  ).toEqual({
    inputs: [{ name: 'x', type: 'float32', required: true, shape: [-1, 3] }],
    outputs: [
      { name: 'label', type: 'int64', required: true, shape: [-1, 1] },
      { name: 'scores', type: 'float32', required: true, shape: [-1, 4] },
    ],
  });
});

test('what MLflow recorded counts first', async () => {
  const file = join(folder, 'MLmodel');
  writeFileSync(
    file,
    `flavors: {sklearn: {}}\nsignature:\n  inputs: '[{"type": "long", "name": "n", "required": true}]'\n  outputs: '[{"type": "tensor", "tensor-spec": {"dtype": "int64", "shape": [-1]}}]'\n`,
  );
  const found = await proposeSignature({
    files: [...files('pipeline.joblib'), { path: 'MLmodel', file, size: statSync(file).size }],
  });
  expect(found?.signature).toEqual({
    inputs: [column('n', 'long')],
    outputs: [{ name: null, type: 'int64', required: true, shape: [-1] }],
  });
});

test('without an example or names nothing is guessed', async () => {
  expect(await proposeSignature({ files: files('dense.safetensors') })).toBeNull();
});

test('types of columns in CSV and in each of the forms of JSON', () => {
  const expected = [
    column('a', 'long'),
    column('b', 'double'),
    column('c', 'boolean'),
    column('d', 'string', false),
    column('e', 'datetime'),
  ];
  const csv = '\ufeffa,b,c,d,e\n1,1.5,true,"x, ""y""",2026-01-02\n2,3,false,,2026-01-02T03:04:05Z\n';
  expect(exampleFields('x.csv', csv)).toEqual(expected);
  const rows = [
    { a: 1, b: 1.5, c: true, d: 'x', e: '2026-01-02' },
    { a: 2, b: 3, c: false, d: null, e: '2026-01-02' },
  ];
  const split = { columns: ['a', 'b', 'c', 'd', 'e'], data: rows.map((row) => Object.values(row)) };
  for (const value of [rows, { dataframe_records: rows }, split, { dataframe_split: split }])
    expect(exampleFields('x.json', JSON.stringify(value))).toEqual(expected);
  expect(exampleFields('x.json', '{"inputs": [[1.5, 2], [3, 4]]}')).toEqual([
    { name: null, type: 'float64', required: true, shape: [-1, 2] },
  ]);
});

test('whole numbers with gaps are read as floating point, as pandas reads them', () => {
  expect(exampleFields('x.csv', 'n,m\n1,2\n,2\n')).toEqual([column('n', 'double', false), column('m', 'long')]);
});

test('what is no example is none', () => {
  for (const text of ['', 'not json', '7', '[[1], [1, 2]]', '{}', '[]'])
    expect(exampleFields('x.json', text)).toBeNull();
});
