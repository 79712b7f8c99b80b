import { createHash } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { call } from '@orpc/server';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { insertRun } from '../../testing/insert-run.ts';
import { type DataWorld, makeDataWorld } from '../../testing/make-data-world.ts';
import { initRepo } from './config.ts';
import { createDatasets } from './service.ts';

const KEEP = { branches: true, tags: true, commits: true, runs: true };
const NOTHING = { branches: false, tags: false, commits: false, runs: false };
const project = 'test';

let world: DataWorld;
beforeEach(async () => {
  world = await makeDataWorld();
});
afterEach(() => world.dispose());

const md5 = (text: string): string => createHash('md5').update(text).digest('hex');
const object = (hash: string): string => join(world.root, '.dvc/cache/files/md5', hash.slice(0, 2), hash.slice(2));
const add = async (path: string, text: string): Promise<string> => {
  world.put(path, text);
  return (await world.datasets.add({ project, paths: [join(world.root, path)] }))[0]!.hash;
};
const commit = (message: string) => world.git.commitAll(world.root, message, { name: 'A', email: 'a@example.invalid' });
const plan = (keep = KEEP) => world.datasets.gcPlan({ project, keep });
const hashes = async (keep = KEEP): Promise<string[]> => (await plan(keep)).garbage.map((one) => one.hash).sort();

describe('what may go', () => {
  it('is what neither the working copy nor a commit records', async () => {
    const lost = await add('a', 'never committed');
    const first = await add('a', 'one');
    await commit('one');
    const second = await add('a', 'two');
    expect(await hashes()).toEqual([lost]);
    expect((await plan()).entries[0]).toMatchObject({ why: 'No commit, tag, branch or run records it.', last: null });
    await commit('two');
    expect(await hashes({ ...NOTHING })).toEqual([lost, first].sort());
    const { entries, kept } = await plan(NOTHING);
    expect(entries.find((one) => one.hash === first)).toMatchObject({
      last: expect.stringMatching(/^a, commit [0-9a-f]{8} of/),
    });
    expect(kept).toEqual({ objects: 1, bytes: 3 });
    expect(second).toBe(md5('two'));
  });

  it('is not what a tag or a run needs, when those are kept', async () => {
    const first = await add('a', 'one');
    const id = await commit('one');
    await world.git.createTag(world.root, 'v1', id!, 'v1');
    await add('a', 'two');
    await commit('two');
    expect(await hashes(NOTHING)).toEqual([first]);
    expect(await hashes({ ...NOTHING, tags: true })).toEqual([]);
    insertRun(world.project.db, {});
    world.project.db.prepare("INSERT INTO datasets (run, path, role, hash) VALUES (1, 'a', '', ?)").run(`md5:${first}`);
    expect(await hashes({ ...NOTHING, runs: true })).toEqual([]);
  });

  it('takes the list of a folder with the files that only it has', async () => {
    world.put('d/same', 'same');
    world.put('d/old', 'old');
    const [before] = await world.datasets.add({ project, paths: [join(world.root, 'd')] });
    rmSync(join(world.root, 'd/old'));
    world.put('d/new', 'new');
    await world.datasets.add({ project, paths: [join(world.root, 'd')] });
    const { entries, garbage } = await plan();
    expect(garbage.map((one) => one.hash).sort()).toEqual([before!.hash, md5('old')].sort());
    expect(entries).toMatchObject([
      { hash: before!.hash, why: expect.stringMatching(/with 1 files that only it has/) },
    ]);
  });

  it('is not what a record with marks of a merge names', async () => {
    const first = await add('a', 'one');
    world.put('a.dvc', `<<<<<<< HEAD\nouts:\n- md5: ${first}\n=======\n>>>>>>> other\n`);
    await commit('a conflict, committed');
    rmSync(join(world.root, 'a.dvc'));
    await commit('mended');
    expect(await hashes()).toEqual([]);
  });

  it('is nothing while something cannot be read', async () => {
    const lost = await add('a', 'never committed');
    world.put('d/x', 'x');
    const [folder] = await world.datasets.add({ project, paths: [join(world.root, 'd')] });
    await add('a', 'now');
    expect(await hashes()).toEqual([lost]);
    chmodSync(object(folder!.hash), 0o644);
    writeFileSync(object(folder!.hash), '[{"md5": "');
    const damaged = await plan();
    expect([damaged.objects, damaged.unreadable]).toEqual([0, [expect.stringMatching(/list of files .* is damaged/)]]);
    expect(await world.datasets.gc({ project, keep: KEEP })).toMatchObject({ trash: null });
    expect(existsSync(object(lost))).toBe(true);
  });
});

describe('the trash', () => {
  it('gives everything back', async () => {
    const lost = await add('a', 'never committed');
    await add('a', 'now');
    const { job } = await call(world.handlers.gc, { project });
    await world.ended({ job });
    expect((await call(world.handlers.result, { job }))!.lines[0]).toMatch(/^Moved 1 objects \(15 B\) to the trash/);
    expect(existsSync(object(lost))).toBe(false);
    const [trash] = await call(world.handlers.trash, { project });
    expect(trash).toMatchObject({ objects: 1, bytes: 15 });
    await call(world.handlers.restoreTrash, { project, id: trash!.id });
    expect(readFileSync(object(lost), 'utf8')).toBe('never committed');
    expect(await call(world.handlers.trash, { project })).toEqual([]);
    await expect(call(world.handlers.restoreTrash, { project, id: '../../etc' })).rejects.toThrow(/no trash/);
  });

  it('gives its object back where a power cut truncated the one that was added again', async () => {
    const lost = await add('a', 'never committed');
    await add('a', 'now');
    await world.datasets.gc({ project, keep: KEEP });
    await add('b', 'never committed');
    chmodSync(object(lost), 0o644);
    writeFileSync(object(lost), 'never');
    await world.datasets.restoreTrash({ project, id: null });
    expect(readFileSync(object(lost), 'utf8')).toBe('never committed');
  });

  it('is emptied when told to', async () => {
    await add('a', 'never committed');
    await add('a', 'now');
    const { trash } = await world.datasets.gc({ project, keep: KEEP });
    await call(world.handlers.emptyTrash, { project, id: trash! });
    expect(existsSync(join(world.root, '.dvc/cache/assay-trash'))).toBe(false);
  });
});

it('keeps what another project with the same cache records, and nothing goes when that one cannot be read', async () => {
  const shared = join(world.root, '../shared');
  const config = `[cache]\n    dir = ${shared}\n`;
  await add('seed', 's');
  world.put('.dvc/config', config);
  const other = join(world.root, '../other');
  mkdirSync(other);
  await world.git.init(other);
  initRepo(other, true);
  writeFileSync(join(other, '.dvc/config'), config);
  writeFileSync(join(other, 'theirs'), 'theirs');
  const theirs = createDatasets({ projects: { get: () => ({ root: other }) }, git: world.git });
  try {
    await theirs.add({ project: 'other', paths: [join(other, 'theirs')] });
  } finally {
    await theirs.dispose();
  }
  const lost = await add('a', 'never committed');
  await add('a', 'now');
  await add('seed', 's');
  const before = await plan();
  expect(before.sharedWith).toEqual([other]);
  expect(before.garbage.map((one) => one.hash)).toEqual([lost]);
  rmSync(other, { recursive: true });
  const after = await plan();
  expect([after.objects, after.unreadable]).toEqual([
    0,
    [expect.stringMatching(/other uses this cache and cannot be read/)],
  ]);
});

it('keeps what the repository records in whose own cache this one keeps its data', async () => {
  const owner = join(world.root, '../owner');
  mkdirSync(owner);
  await world.git.init(owner);
  writeFileSync(join(owner, 'theirs'), 'theirs');
  const theirs = createDatasets({ projects: { get: () => ({ root: owner }) }, git: world.git });
  try {
    await theirs.add({ project: 'owner', paths: [join(owner, 'theirs')] });
  } finally {
    await theirs.dispose();
  }
  await add('seed', 's');
  world.put('.dvc/config', `[cache]\n    dir = ${join(owner, '.dvc/cache')}\n`);
  const lost = await add('a', 'never committed');
  await add('a', 'now');
  const { sharedWith, garbage } = await plan();
  expect([sharedWith, garbage.map((one) => one.hash)]).toEqual([[owner], [lost]]);
});
