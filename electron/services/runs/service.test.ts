import {
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { ChangeEvent } from '../../../shared/contract/system.ts';
import { silentLog } from '../../platform/log.ts';
import { insertRun } from '../../testing/insert-run.ts';
import { makeProject, type TestProject, writeRun } from '../../testing/make-project.ts';
import { createEvents } from '../events.ts';
import { createIngester } from '../ingest/ingester.ts';
import { runFolder, runsFolder } from '../projects/layout.ts';
import { createRuns, type RunsService } from './service.ts';

let project: TestProject;
let runs: RunsService;
let seen: ChangeEvent[];
let sync: () => Promise<void>;
const NOW = 1_790_000_000_000;

beforeEach(() => {
  project = makeProject('ein "Ordner" mit 🚀');
  const touched = new Set<string>();
  const ingester = createIngester(project.root, project.db);
  seen = [];
  const events = createEvents();
  events.listen((event) => seen.push(event));
  sync = async () => {
    for (const run of touched) ingester.ingest(run);
    touched.clear();
  };
  runs = createRuns({
    projects: project.lookup,
    ingest: { touch: (_, run) => void touched.add(run), sync },
    events,
    log: silentLog,
    clock: { now: () => NOW },
  });
  addRun = (spec) => {
    const id = writeRun(project.root, spec);
    ingester.ingest(id);
    return id;
  };
});
let addRun: (spec?: Parameters<typeof writeRun>[1]) => string;
afterEach(() => project.dispose());

const P = 'test';
const names = (filter = '', deleted = false): string[] =>
  runs.list({ project: P, filter, deleted, sort: { key: 'name', desc: false } }).rows.map((row) => row.name);

describe('changes', () => {
  test('are written to the file, and the next list shows them', async () => {
    const id = addRun({ identity: { name: 'before', tags: { old: '1' } } });
    await runs.update({
      project: P,
      runs: [id],
      patch: {
        name: 'after',
        starred: true,
        color: '#12ab34',
        experiment: 'e',
        note: '# Hi',
        tags: { old: null, new: 'ü' },
      },
    });
    expect(runs.list({ project: P }).rows[0]).toMatchObject({
      name: 'after',
      starred: true,
      color: '#12ab34',
      experiment: 'e',
      note: '# Hi',
      tags: { new: 'ü' },
    });
    expect(runs.get({ project: P, run: id }).tags).toEqual({ new: 'ü' });
    const last = readFileSync(join(runFolder(project.root, id), 'log.ndjson'), 'utf8')
      .trim()
      .split('\n')
      .at(-1)!;
    expect(JSON.parse(last)).toEqual({
      t: NOW / 1000,
      meta: { name: 'after', starred: true, color: '#12ab34', experiment: 'e' },
      note: '# Hi',
      tag: { old: null, new: 'ü' },
    });
    expect(seen).toContainEqual({ topic: 'runs', project: P, ids: [id] });
  });

  test('an empty patch writes nothing', async () => {
    const id = addRun();
    const before = readFileSync(join(runFolder(project.root, id), 'log.ndjson'), 'utf8');
    await runs.update({ project: P, runs: [id], patch: {} });
    expect(readFileSync(join(runFolder(project.root, id), 'log.ndjson'), 'utf8')).toBe(before);
  });

  test('a run that does not exist is named before anything is written', async () => {
    const id = addRun({ identity: { name: 'kept' } });
    await expect(runs.update({ project: P, runs: [id, 'f'.repeat(32)], patch: { name: 'x' } })).rejects.toMatchObject({
      code: 'NOT_FOUND',
    });
    expect(names()).toEqual(['kept']);
  });

  test('what can be written is, the rest is told', async () => {
    const good = addRun({ identity: { name: 'good' } });
    const bad = addRun({ identity: { name: 'bad' } });
    rmSync(join(runFolder(project.root, bad), 'log.ndjson'));
    mkdirSync(join(runFolder(project.root, bad), 'log.ndjson'));
    await expect(runs.update({ project: P, runs: [bad, good], patch: { starred: true } })).rejects.toThrow(
      /1 of 2 runs could not be changed/,
    );
    expect(names('starred:true')).toEqual(['good']);
  });

  test('nothing is appended through a link that a repository brought', async () => {
    const id = addRun();
    const target = join(project.root, '..', 'bashrc');
    writeFileSync(target, 'mine');
    rmSync(join(runFolder(project.root, id), 'log.ndjson'));
    symlinkSync(target, join(runFolder(project.root, id), 'log.ndjson'));
    await expect(runs.update({ project: P, runs: [id], patch: { note: 'x' } })).rejects.toMatchObject({
      code: 'FORBIDDEN',
    });
    expect(readFileSync(target, 'utf8')).toBe('mine');
  });
});

describe('trash', () => {
  test('delete hides, restore brings back, purge removes for good', async () => {
    const id = addRun({ identity: { name: 'a' }, lines: [{ t: 1, s: 0, m: { loss: 1 } }] });
    addRun({ identity: { name: 'b' } });
    await runs.delete({ project: P, runs: [id] });
    expect([names(), names('', true)]).toEqual([['b'], ['a']]);
    await runs.restore({ project: P, runs: [id] });
    expect([names(), names('', true)]).toEqual([['a', 'b'], []]);
    await expect(runs.purge({ project: P, runs: [id] })).rejects.toThrow(/"a" is not in the trash/);
    await runs.delete({ project: P, runs: [id] });
    writeFileSync(join(runFolder(project.root, id), 'artifacts', 'big.bin'), Buffer.alloc(100_000));
    const result = await runs.purge({ project: P, runs: [id] });
    expect(result.purged).toBe(1);
    expect(result.freedBytes).toBeGreaterThan(100_000);
    expect(result.freedBytes).toBeLessThan(110_000);
    expect(readdirSync(runsFolder(project.root))).toHaveLength(1);
    expect([names(), names('', true)]).toEqual([['b'], []]);
    expect(project.db.prepare('SELECT count(*) FROM series').pluck().get()).toBe(0);
  });

  test('a thousand at once take seconds at most', async () => {
    const ids = Array.from({ length: 1000 }, () => addRun());
    const start = performance.now();
    await runs.delete({ project: P, runs: ids });
    expect(performance.now() - start).toBeLessThan(5000);
    expect(runs.list({ project: P }).total).toBe(0);
    expect((await runs.purge({ project: P, runs: ids })).purged).toBe(1000);
    expect(readdirSync(runsFolder(project.root))).toEqual([]);
  });

  test('a running one is not purged, nor anything with it', async () => {
    const done = addRun();
    await runs.delete({ project: P, runs: [done] });
    const live = insertRun(project.db, { name: 'live', status: 'running', deletedAt: 1 });
    await expect(runs.purge({ project: P, runs: [done, live] })).rejects.toThrow(/"live" is still running/);
    expect(existsSync(runFolder(project.root, done))).toBe(true);
  });

  test('purge removes links, not what they lead to, and mends a purge that was cut off', async () => {
    const outside = join(project.root, '..', 'outside');
    mkdirSync(outside);
    writeFileSync(join(outside, 'keep'), 'x');
    const id = addRun();
    symlinkSync(outside, join(runFolder(project.root, id), 'artifacts', 'link'));
    await runs.delete({ project: P, runs: [id] });
    const left = join(runsFolder(project.root), `.purged-${'a'.repeat(32)}`);
    mkdirSync(left);
    await runs.purge({ project: P, runs: [id] });
    expect(readFileSync(join(outside, 'keep'), 'utf8')).toBe('x');
    expect(existsSync(left)).toBe(false);
    const linked = 'b'.repeat(32);
    symlinkSync(outside, runFolder(project.root, linked));
    insertRun(project.db, { id: linked, deletedAt: 1 });
    await runs.purge({ project: P, runs: [linked] });
    expect(lstatSync(runFolder(project.root, linked), { throwIfNoEntry: false })).toBeUndefined();
    expect(existsSync(join(outside, 'keep'))).toBe(true);
  });
});

describe('one run', () => {
  test('everything of its files', () => {
    const parent = addRun({ identity: { name: 'parent' } });
    const id = addRun({
      identity: {
        parent,
        cwd: 'sub',
        restartOf: parent,
        env: { SEED: '1', API_TOKEN: '••••' },
        python: { executable: '/py', version: '3.11.7', kind: 'venv' },
        host: {
          name: 'h',
          os: 'linux',
          cpu: 'c',
          cores: 8,
          memoryBytes: 5,
          gpus: [{ index: 0, name: 'H200', memoryBytes: 1, driver: null }],
        },
        git: { commit: 'c'.repeat(40), branch: 'main', dirty: true, remote: 'r', skipped: ['big.bin'] },
        params: { lr: 0.1 },
      },
      lines: [
        { t: 1, s: 0, m: { loss: 'NaN', ok: 1 } },
        { t: 2, sum: { best: 0.9 } },
        { t: 3, a: { path: 'media/x.png', size: 3, kind: 'image', key: 'samples', s: 3, caption: 'c' } },
        { t: 4, d: { path: 'data/train.csv', role: 'train', hash: 'md5:1', size: 1 } },
        'not json',
      ],
    });
    const folder = runFolder(project.root, id);
    mkdirSync(join(folder, 'artifacts', 'media'));
    writeFileSync(join(folder, 'artifacts', 'media', 'x.png'), 'abc');
    writeFileSync(join(folder, 'artifacts', 'unlogged 🎉.csv'), 'a,b\n');
    writeFileSync(join(folder, 'stdout.log'), '12345');
    writeFileSync(join(folder, 'patch.diff'), 'diff');
    const detail = runs.get({ project: P, run: id });
    expect(detail).toMatchObject({
      folder: expect.stringContaining(id),
      cwd: 'sub',
      restartOf: parent,
      env: { SEED: '1', API_TOKEN: '••••' },
      python: { executable: '/py', version: '3.11.7', kind: 'venv' },
      host: { name: 'h', cores: 8, gpus: [{ index: 0, name: 'H200', memoryBytes: 1, driver: null }] },
      remote: 'r',
      skippedFiles: ['big.bin'],
      summary: { best: 0.9 },
      params: { lr: 0.1 },
      hasPatch: true,
      hasPackages: false,
      logBytes: { stdout: 5, stderr: 0 },
      datasets: [{ path: 'data/train.csv', role: 'train', hash: 'md5:1', size: 1, version: null }],
      artifacts: [
        { path: 'media/x.png', size: 3, kind: 'image', key: 'samples', step: 3, caption: 'c' },
        { path: 'unlogged 🎉.csv', size: 4, kind: 'table', key: null, step: null, caption: null },
      ],
      badLines: 1,
    });
    expect(detail.metrics.loss!.last).toBeNaN();
    expect(runs.get({ project: P, run: parent }).children).toEqual([{ id, name: detail.name, status: 'finished' }]);
    expect(runs.patch({ project: P, run: id })).toEqual({ text: 'diff', truncated: false });
    expect(runs.packages({ project: P, run: id })).toEqual({ text: '' });
    const file = runs.artifactFile(P, id, 'media/x.png');
    expect([readFileSync(file.path, 'utf8'), file.mediaType, file.size]).toEqual(['abc', 'image/png', 3]);
    expect(() => runs.artifactFile(P, id, '../run.json')).toThrow(/leads outside/);
  });

  test('a strange run.json and a folder that is gone still show what there is', () => {
    const id = insertRun(project.db, {
      name: 'ghost',
      identity: { env: 7, host: { gpus: 'x' }, git: [], python: 'no' },
    });
    expect(runs.get({ project: P, run: id })).toMatchObject({
      name: 'ghost',
      env: {},
      python: null,
      artifacts: [],
      logBytes: { stdout: 0, stderr: 0 },
    });
    expect(() => runs.get({ project: P, run: 'f'.repeat(32) })).toThrow(/no such run/);
  });

  test('files are not read through links that lead out of the run', async () => {
    const secret = join(project.root, '..', 'secret');
    writeFileSync(secret, 'secret');
    const id = addRun();
    for (const name of ['stdout.log', 'patch.diff', 'packages.txt'])
      symlinkSync(secret, join(runFolder(project.root, id), name));
    const on = { project: P, run: id };
    expect(() => runs.patch(on)).toThrow(/leads outside/);
    expect(() => runs.packages(on)).toThrow(/leads outside/);
    await expect(async () => runs.log({ ...on, stream: 'stdout', offset: 0, limit: 10 })).rejects.toThrow(
      /leads outside/,
    );
    expect(runs.get(on).logBytes.stdout).toBe(0);
    const whole = 'e'.repeat(32);
    symlinkSync(join(project.root, '..'), runFolder(project.root, whole));
    await expect(async () =>
      runs.log({ project: P, run: whole, stream: 'stdout', offset: 0, limit: 10 }),
    ).rejects.toThrow(/leads outside/);
    await expect(async () =>
      runs.log({ project: P, run: '../../x', stream: 'stdout', offset: 0, limit: 10 }),
    ).rejects.toMatchObject({ code: 'BAD_REQUEST' });
  });
});

test('a wrong filter says where and why', () => {
  expect(() => runs.list({ project: P, filter: 'a metric.loss<' })).toThrow(
    'The filter is wrong at character 15: A value is missing after "<".',
  );
});

test('the JSON of scripts: strings for what JSON has no numbers for, no system metrics', () => {
  const id = addRun({
    identity: { name: 'j', startedAt: NOW, git: { commit: 'c', branch: 'b', dirty: false, remote: 'r' } },
    lines: [
      { t: 1, s: 5, m: { loss: 'NaN', up: 'Infinity', 'system/cpu': 1 } },
      { t: 3, a: { path: 'x.txt', size: 3, kind: 'text' } },
      { t: 4, d: { path: 'd.csv' } },
    ],
    exit: { endedAt: NOW + 1000 },
  });
  const [json] = runs.listJson({ project: P });
  expect(JSON.parse(JSON.stringify(json))).toEqual({
    id,
    name: 'j',
    experiment: 'default',
    status: 'finished',
    command: ['python', 'train.py'],
    startedAt: NOW,
    endedAt: NOW + 1000,
    exitCode: 0,
    params: {},
    tags: {},
    metrics: {
      loss: { last: 'NaN', min: 'NaN', max: 'NaN', step: 5, count: 1 },
      up: { last: 'Infinity', min: 'Infinity', max: 'Infinity', step: 5, count: 1 },
    },
    git: { commit: 'c', branch: 'b', dirty: false },
    datasets: [{ path: 'd.csv', role: null, hash: null, size: null, version: null }],
    artifacts: [{ path: 'x.txt', size: 3 }],
  });
});
