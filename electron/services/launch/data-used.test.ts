import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type LaunchBench, makeLaunch } from '../../testing/make-launch.ts';

let bench: LaunchBench;
beforeEach(async () => {
  bench = makeLaunch();
  await bench.git.init(bench.root);
  mkdirSync(join(bench.root, 'data', 'images'), { recursive: true });
  writeFileSync(join(bench.root, 'data', 'train.csv'), 'a,b\n');
  writeFileSync(join(bench.root, 'data', 'images', 'foo'), 'foo');
  writeFileSync(join(bench.root, 'data', 'images', 'bar'), 'bar');
  await bench.datasets.add({ project: bench.project, paths: [join(bench.root, 'data', 'images')] });
  bench.script('train.mjs', '');
});
afterEach(() => bench.dispose());

type Used = { path: string; role: string | null; hash: string | null; size: number | null }[];
const used = (run: string): Used => bench.read(run, 'run.json').datasets as Used;

test('what a person names is recorded with the version that it has at the start', async () => {
  const run = await bench.node(['train.mjs'], { datasets: ['data/train.csv', 'data/images', 'data'] });
  expect(used(run)).toEqual([
    { path: 'data/train.csv', role: null, hash: 'md5:f69f5b72bc79a92dc70c63c9aa142e36', size: 4 },
    // asserted in dvc-data's own tests for these two files
    { path: 'data/images', role: null, hash: 'md5:5ea40360f5b4ec688df672a4db9c17d1.dir', size: 6 },
    // a folder that nobody versions is not read
    { path: 'data', role: null, hash: null, size: null },
  ]);
  await bench.ended(run);
  await bench.projects.sync(bench.project);
  const rows = bench.projects.get(bench.project).db.prepare('SELECT path, hash FROM datasets ORDER BY path').all();
  expect(rows).toHaveLength(3);
  expect(rows[2]).toEqual({ path: 'data/train.csv', hash: 'md5:f69f5b72bc79a92dc70c63c9aa142e36' });
});

test('a stage of dvc.yaml says what its command reads, code left out', async () => {
  writeFileSync(
    join(bench.root, 'dvc.yaml'),
    `stages:
  train:
    cmd: ${process.execPath} train.mjs --lr 0.1
    deps: [train.mjs, data/train.csv, data/images, data/not-there.csv, ../outside]
  other:
    cmd: echo
    deps: [data]
`,
  );
  await bench.git.commitAll(bench.root, 'all', { name: 'A', email: 'a@example.invalid' });
  const run = await bench.node(['train.mjs', '--lr', '0.1']);
  expect(used(run).map(({ path, role }) => [path, role])).toEqual([
    ['data/train.csv', 'train'],
    ['data/images', 'train'],
  ]);
  await bench.ended(run);
  const other = await bench.node(['train.mjs', '--lr', '0.2']);
  expect(used(other)).toEqual([]);
  await bench.ended(other);
});

test('data that is not there, or outside, is refused before anything exists', async () => {
  for (const path of ['data/none.csv', '../x', '/etc/passwd'])
    await expect(bench.node(['train.mjs'], { datasets: [path] })).rejects.toThrow(/There is no|outside/);
});
