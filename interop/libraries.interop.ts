import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { expect, test } from 'vitest';

const python = process.env.ASSAY_INTEROP_PYTHON ?? '';
if (!python)
  throw new Error('These tests are started by "npm run test:interop", which makes their Python environment.');

function assay(root: string, ...args: string[]): { status: number | null; stdout: string; stderr: string } {
  return spawnSync('node', [resolve('bin/assay.mjs'), '-C', root, ...args], {
    encoding: 'utf8',
    env: { ...process.env, ASSAY_HOME: join(root, '.home') },
  });
}

test('a training with scikit-learn, NumPy, pandas, matplotlib and Pillow, launched by assay run', () => {
  const root = mkdtempSync(join(tmpdir(), 'assay-interop-'));
  const ran = assay(root, 'run', '--json', '--', python, resolve('interop/libraries.py'));
  expect(ran.stderr).toContain('accuracy');
  expect(ran.status, ran.stderr).toBe(0);
  const run = JSON.parse(ran.stdout);
  expect(run.status).toBe('finished');
  expect(run.params).toMatchObject({ model: 'SGDClassifier', alpha: 0.0001, classes: 10 });
  expect(run.metrics['test/accuracy'].count).toBe(20);
  expect(run.metrics['test/accuracy'].last).toBeGreaterThan(0.8);
  expect(run.metrics['edge/nan'].last).toBe('NaN');
  expect(run.metrics['edge/inf'].last).toBe('Infinity');
  expect(run.metrics.zero_d).toMatchObject({ last: 19, step: 19, count: 20 });

  // what scikit-learn printed is what was logged, to the last digit
  const printed = Number(/accuracy ([\d.]+)/.exec(ran.stderr)![1]);
  const series = JSON.parse(assay(root, 'metrics', run.id, 'test/accuracy', '--json').stdout);
  expect(series.points.at(-1)[2]).toBe(printed);

  const folder = join(root, '.assay', 'runs', run.id);
  const images = run.artifacts.filter((artifact: { path: string }) => artifact.path.endsWith('.png'));
  expect(images.length).toBe(4);
  for (const image of images)
    expect(
      readFileSync(join(folder, 'artifacts', image.path))
        .subarray(1, 4)
        .toString(),
    ).toBe('PNG');
  expect(readFileSync(join(folder, 'packages.txt'), 'utf8')).toMatch(/scikit-learn==1\.7\.2/i);
  const identity = JSON.parse(readFileSync(join(folder, 'run.json'), 'utf8'));
  expect(identity.python.kind).toBeDefined();
});

test('pip installs the SDK, and a script logs with it where nothing of Assay runs', () => {
  const folder = mkdtempSync(join(tmpdir(), 'assay-pip-'));
  const venv = join(folder, 'venv');
  // pip builds inside the source folder
  const source = join(folder, 'python');
  cpSync('resources/python', source, { recursive: true });
  expect(spawnSync('python3', ['-m', 'venv', venv]).status).toBe(0);
  const own = join(venv, 'bin', 'python');
  const installed = spawnSync(own, ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', source], {
    encoding: 'utf8',
  });
  expect(installed.status, installed.stderr).toBe(0);
  const script =
    'import assay\nrun = assay.init(name="from pip")\nassay.log({"x": 1.5}, step=3)\nassay.finish()\nprint(run.id)';
  const ran = spawnSync(own, ['-c', script], {
    cwd: folder,
    encoding: 'utf8',
    env: { PATH: process.env.PATH, HOME: folder },
  });
  expect(ran.status, ran.stderr).toBe(0);
  const shown = assay(folder, 'runs', 'show', ran.stdout.trim(), '--json');
  expect(JSON.parse(shown.stdout)).toMatchObject({
    name: 'from pip',
    status: 'finished',
    metrics: { x: { last: 1.5, step: 3 } },
  });
});
