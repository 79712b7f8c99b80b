import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { silentLog } from '../../platform/log.ts';
import { createGit } from '../git/service.ts';
import type { Located } from './located.ts';
import { outsOfLock } from './recorded.ts';
import { createDatasets } from './service.ts';

const git = createGit({ log: silentLog });
const author = { name: 'Ada', email: 'ada@example.invalid' };
const folders: string[] = [];
let root: string;
const datasets = createDatasets({ projects: { get: () => ({ root }) }, git });

const put = (path: string, text: string): void => {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), text);
};
const add = (...paths: string[]) => datasets.add({ project: 'p', paths: paths.map((path) => join(root, path)) });
const commit = async (message: string): Promise<string> => (await git.commitAll(root, message, author))!;
const at = (path: string, rev: string | null): Promise<Located> =>
  datasets.locate({ project: 'p', side: { kind: 'version', path, rev } });
const textOf = (side: Located): string => {
  if (side.kind !== 'file') throw new Error('a folder');
  return readFileSync(side.file, 'utf8');
};
const filesOf = (side: Located): Record<string, string | null> => {
  if (side.kind !== 'folder') throw new Error('a file');
  return Object.fromEntries(side.files.map((one) => [one.relpath, one.file && readFileSync(one.file, 'utf8')]));
};
const md5 = (text: string): string => createHash('md5').update(text).digest('hex');
const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

beforeEach(async () => {
  root = join(mkdtempSync(join(tmpdir(), 'assay locate "ü" ')), 'project');
  folders.push(dirname(root));
  mkdirSync(root);
  await git.init(root);
});

afterAll(async () => {
  await datasets.dispose();
  await git.dispose();
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

describe('a versioned file', () => {
  it('is found in the working copy, at a commit, its parent, and by its hash', async () => {
    put('data/a.csv', 'one');
    await add('data/a.csv');
    const first = await commit('first');
    put('data/a.csv', 'second');
    await add('data/a.csv');
    const second = await commit('second');
    put('data/a.csv', 'now');

    const now = await at('data/a.csv', null);
    expect([textOf(now), now.label, now.name, now.commit]).toEqual(['now', 'working copy', 'a.csv', null]);
    const old = await at('data/a.csv', first);
    expect([textOf(old), old.hash, old.size, old.label]).toEqual(['one', md5('one'), 3, first.slice(0, 8)]);
    expect(old.commit).toMatchObject({ id: first, author: 'Ada', message: 'first' });
    expect(textOf(await at('data/a.csv', second.slice(0, 7)))).toBe('second');
    expect(textOf(await at('data/a.csv', 'HEAD'))).toBe('second');
    expect(textOf(await at('data/a.csv', 'HEAD~1'))).toBe('one');
    expect(textOf(await at('data/a.csv', 'main^'))).toBe('one');
    expect(textOf(await at('data/a.csv', md5('one').slice(0, 8)))).toBe('one');
  });

  it('says what fetches it when the cache does not hold it, and when the cache is damaged', async () => {
    put('a.csv', 'one');
    await add('a.csv');
    await commit('first');
    const object = join(root, '.dvc/cache/files/md5', md5('one').slice(0, 2), md5('one').slice(2));
    rmSync(object);
    await expect(at('a.csv', 'HEAD')).rejects.toMatchObject({
      code: 'NOT_FOUND',
      message: expect.stringContaining('assay data fetch a.csv --rev HEAD'),
    });
    for (const damage of ['damaged', 'eno']) {
      writeFileSync(object, damage);
      await expect(at('a.csv', 'HEAD')).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    }
    await expect(at('a.csv', 'nowhere')).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await expect(at('b.csv', 'HEAD')).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });
});

it('finds a folder, a folder in it and a file in it, in the working copy and at a commit', async () => {
  put('d/train/1', 'one');
  put('d/val/2', 'two');
  await add('d');
  await commit('first');
  put('d/train/3', 'three');
  expect(filesOf(await at('d', 'HEAD'))).toEqual({ 'train/1': 'one', 'val/2': 'two' });
  expect((await at('d', 'HEAD')).hash).toMatch(/\.dir$/);
  expect(filesOf(await at('d/train', 'HEAD'))).toEqual({ 1: 'one' });
  expect(textOf(await at('d/val/2', 'HEAD'))).toBe('two');
  expect(filesOf(await at('d', null))).toEqual({ 'train/1': 'one', 'train/3': 'three', 'val/2': 'two' });
  expect(filesOf(await at('d/train', null))).toEqual({ 1: 'one', 3: 'three' });
  await expect(at('d/none', 'HEAD')).rejects.toMatchObject({ code: 'NOT_FOUND' });
  rmSync(join(root, '.dvc/cache/files/md5', md5('one').slice(0, 2), md5('one').slice(2)));
  expect(filesOf(await at('d', 'HEAD'))).toEqual({ 'train/1': null, 'val/2': 'two' });
});

it('finds outs of dvc.lock, with the working folder that dvc.yaml gives the stage', async () => {
  put('out.csv', 'made');
  await add('out.csv');
  rmSync(join(root, 'out.csv.dvc'));
  put('pipe/dvc.yaml', 'stages:\n  make:\n    cmd: make\n    wdir: ..\n    outs:\n    - out.csv\n');
  put(
    'pipe/dvc.lock',
    `schema: '2.0'\nstages:\n  make:\n    cmd: make\n    outs:\n    - path: out.csv\n      hash: md5\n      md5: ${md5('made')}\n      size: 4\n`,
  );
  put('dvc.lock', 'schema: "2.0"\nstages: {}\n');
  await commit('pipeline');
  // the lock lies in a folder that is not above the data: nobody would look there
  await expect(at('out.csv', 'HEAD')).rejects.toMatchObject({ code: 'NOT_FOUND' });
  put(
    'dvc.lock',
    `schema: '2.0'\nstages:\n  make:\n    cmd: make\n    outs:\n    - path: out.csv\n      hash: md5\n      md5: ${md5('made')}\n`,
  );
  await commit('in the root');
  expect(textOf(await at('out.csv', 'HEAD'))).toBe('made');
});

it('takes a hash of digits only in dvc.lock as it stands there', () => {
  const lock = `schema: '2.0'\nstages:\n  make:\n    outs:\n    - path: a\n      md5: 04946385094977080004349339193317\n      size: 7\n`;
  expect(outsOfLock('.', lock, null)).toEqual([
    { path: 'a', hash: '04946385094977080004349339193317', legacy: true, size: 7 },
  ]);
});

it('finds versions under the name that a dataset had then, and fetches what the cache lost', async () => {
  put('old.csv', 'one');
  await add('old.csv');
  const first = await commit('first');
  const all = (path: string) => ({ project: 'p', paths: [join(root, path)] });
  put('.dvc/config', `[core]\n    remote = r\n['remote "r"']\n    url = ${join(root, '..', 'remote')}\n`);
  mkdirSync(join(root, '..', 'remote'));
  await datasets.push(all('old.csv'));
  await datasets.rename({ project: 'p', path: join(root, 'old.csv'), to: join(root, 'new.csv') });
  put('new.csv', 'two');
  await add('new.csv');
  await commit('second');
  expect(textOf(await at('new.csv', first))).toBe('one');
  expect(textOf(await at('new.csv', md5('one').slice(0, 8)))).toBe('one');
  rmSync(join(root, '.dvc/cache/files/md5', md5('one').slice(0, 2), md5('one').slice(2)));
  await expect(at('new.csv', first)).rejects.toMatchObject({ code: 'NOT_FOUND' });
  await datasets.fetch({ ...all('new.csv'), rev: first });
  expect(textOf(await at('new.csv', first))).toBe('one');
});

it('finds data whose .dvc file is called otherwise', async () => {
  put('a.csv', 'one');
  await add('a.csv');
  put('records/other.dvc', readFileSync(join(root, 'a.csv.dvc'), 'utf8').replace('outs:', 'wdir: ..\nouts:'));
  rmSync(join(root, 'a.csv.dvc'));
  await commit('moved record');
  expect(textOf(await at('a.csv', 'HEAD'))).toBe('one');
});

it('finds what git itself holds, and the objects that Git LFS pointers stand for', async () => {
  put('notes/a.json', '{"a": 1}');
  const pointer = `version https://git-lfs.github.com/spec/v1\noid sha256:${sha256('large')}\nsize 5\n`;
  put('notes/b.bin', pointer);
  put('notes/c.txt', 'version 2 is better');
  await commit('first');
  put('notes/a.json', '{"a": 2}');
  expect(textOf(await at('notes/a.json', 'HEAD'))).toBe('{"a": 1}');
  expect(textOf(await at('notes/a.json', null))).toBe('{"a": 2}');
  await expect(at('notes/b.bin', 'HEAD')).rejects.toMatchObject({ code: 'NOT_FOUND' });
  const oid = sha256('large');
  put(`.git/lfs/objects/${oid.slice(0, 2)}/${oid.slice(2, 4)}/${oid}`, 'large');
  expect(textOf(await at('notes/b.bin', 'HEAD'))).toBe('large');
  expect(textOf(await at('notes/b.bin', null))).toBe('large');
  expect(textOf(await at('notes/b.bin', oid.slice(0, 8)))).toBe('large');
  expect((await at('notes/b.bin', null)).hash).toBe(`sha256:${oid}`);
  expect(filesOf(await at('notes', 'HEAD'))).toEqual({
    'a.json': '{"a": 1}',
    'b.bin': 'large',
    'c.txt': 'version 2 is better',
  });
});

it('finds a folder of git with the data that is recorded in it', async () => {
  put('data/notes.txt', 'notes');
  put('data/a.csv', 'one');
  put('data/d/1', '1');
  await add('data/a.csv', 'data/d');
  const first = await commit('first');
  const side = filesOf(await at('data', first));
  expect(side).toMatchObject({ 'notes.txt': 'notes', 'a.csv': 'one', 'd/1': '1' });
  expect(Object.keys(side).sort()).toEqual(Object.keys(filesOf(await at('data', null))).sort());
  rmSync(join(root, '.dvc/cache/files/md5', md5('one').slice(0, 2), md5('one').slice(2)));
  expect(filesOf(await at('data', first))['a.csv']).toBeNull();
});

it('finds any file and folder on the disk, and leaves links in folders out', async () => {
  put('x/1', 'one');
  symlinkSync('/etc', join(root, 'x/etc'));
  symlinkSync('/etc/passwd', join(root, 'x/passwd'));
  const side = await datasets.locate({ project: 'p', side: { kind: 'file', file: join(root, 'x') } });
  expect(filesOf(side)).toEqual({ 1: 'one' });
  expect(textOf(await datasets.locate({ project: 'p', side: { kind: 'file', file: join(root, 'x/1') } }))).toBe('one');
});

it.each(['../x', '/etc/passwd', 'a/../../x', '.git/config', 'a/.dvc/config', '.assay/index.db', 'a\0b'])(
  'refuses the path %j',
  async (path) => {
    await expect(at(path, null)).rejects.toMatchObject({ code: 'BAD_REQUEST' });
    await expect(at(path, 'HEAD')).rejects.toMatchObject({ code: 'BAD_REQUEST' });
  },
);

it('refuses a link that leads out of the project, and a record that does', async () => {
  symlinkSync('/etc', join(root, 'etc'));
  await expect(at('etc/passwd', null)).rejects.toMatchObject({ code: 'BAD_REQUEST' });
  put('b.csv.dvc', `outs:\n- md5: ${md5('x')}\n  hash: md5\n  path: ../../b.csv\n`);
  put('.dvc/config', '');
  await commit('hostile');
  await expect(at('b.csv', 'HEAD')).rejects.toMatchObject({ code: 'BAD_REQUEST' });
});
