import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readKind } from '../electron/services/models/kinds/read-kind.ts';
import { proposeSignature } from '../electron/services/models/propose-signature.ts';

const python = process.env.ASSAY_INTEROP_PYTHON ?? '';
if (!python)
  throw new Error('These tests are started by "npm run test:interop", which makes their Python environment.');

/** torch is a download of a gigabyte; these packages hold files that it wrote, in its old form, its new one, and ONNX that it exported. */
const WITH_TORCH_FILES = ['lpips==0.1.4', 'silero-vad==6.2.3'];
const torchFiles = resolve('.cache', 'interop-torch-files');

let folder: string;
const run = (...args: string[]): void => {
  const { status, stderr } = spawnSync(python, args, { encoding: 'utf8' });
  expect(status, stderr).toBe(0);
};
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'assay-interop-kinds-'));
  run('interop/model_files.py', folder);
  run(
    '-m',
    'pip',
    'install',
    '--quiet',
    '--disable-pip-version-check',
    '--no-deps',
    '--upgrade',
    '--target',
    torchFiles,
    ...WITH_TORCH_FILES,
  );
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const at = (path: string, root = folder) => ({ path, file: join(root, path), size: statSync(join(root, path)).size });

test('what the libraries of today write is read as they describe it themselves', async () => {
  const truth = JSON.parse(readFileSync(join(folder, 'truth.json'), 'utf8')) as Record<string, Record<string, unknown>>;
  expect(Object.keys(truth).length).toBeGreaterThan(15);
  for (const [path, expected] of Object.entries(truth)) {
    const files = path === 'external.onnx' ? [at(path), at('external.bin')] : [at(path)];
    const { tensors, ...kind } = await readKind(files);
    const shapes = Object.fromEntries(tensors.map(({ name, shape }) => [name, shape]));
    expect({ path, ...kind, shapes }).toMatchObject({ path, warnings: [], ...expected });
  }
});

test('every file that was written is read without an error of our own', async () => {
  for (const path of readdirSync(folder))
    expect((await readKind([at(path)])).warnings.join()).not.toMatch(/could not be read: (?!it is compressed)/);
});

test('files that torch itself wrote', async () => {
  expect(await readKind([at('lpips/weights/v0.1/alex.pth', torchFiles)])).toMatchObject({
    format: 'pytorch',
    parameters: 64 + 192 + 384 + 256 + 256,
    tensorCount: 5,
    warnings: [],
  });
  const script = await readKind([at('silero_vad/data/silero_vad.jit', torchFiles)]);
  expect(script).toMatchObject({ format: 'pytorch', title: 'PyTorch, TorchScript', tensorCount: 32, warnings: [] });
  const onnx = [at('silero_vad/data/silero_vad_16k_op15.onnx', torchFiles)];
  const exported = await readKind(onnx);
  const same = await readKind([at('silero_vad/data/silero_vad_16k.safetensors', torchFiles)]);
  expect(exported.parameters).toBe(same.parameters);
  expect((await proposeSignature({ files: onnx }))?.signature.inputs.map(({ name }) => name)).toEqual([
    'input',
    'state',
    'sr',
  ]);
});
