import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  appendFileSync,
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { silentLog } from '../../platform/log.ts';
import { installCleanFilter } from '../../testing/lfs-filter.ts';
import { createGit } from '../git/service.ts';
import { writePointer } from './pointer.ts';
import { createLfs } from './service.ts';

const git = createGit({ log: silentLog });
let root: string;
const lfs = createLfs({ projects: { get: () => ({ root }) }, git });
const hasGit = spawnSync('git', ['--version']).status === 0;

const run = (...args: string[]): string => {
  const done = spawnSync('git', ['-c', 'user.name=T', '-c', 'user.email=t@example.invalid', ...args], {
    cwd: root,
    encoding: 'utf8',
  });
  if (done.status !== 0) throw new Error(`git ${args.join(' ')}: ${done.stderr}`);
  return done.stdout;
};
const at = (path: string): string => join(root, path);
const write = (path: string, text: string): void => {
  mkdirSync(dirname(at(path)), { recursive: true });
  writeFileSync(at(path), text);
};
const sha = (text: string): string => createHash('sha256').update(text).digest('hex');
const pointerOf = (text: string): string => writePointer({ oid: sha(text), size: text.length });
const objectOf = (text: string): string => {
  const oid = sha(text);
  return at(`.git/lfs/objects/${oid.slice(0, 2)}/${oid.slice(2, 4)}/${oid}`);
};
const input = (...paths: string[]) => ({ project: 'p', paths: paths.map(at) });
const add = (...paths: string[]) => lfs.add({ ...input(...paths), track: true });
const states = async (...paths: string[]) =>
  Object.fromEntries((await lfs.status(input(...paths)))!.all.map((one) => [one.item.path, one.state]));
const commit = (message: string): string => {
  run('commit', '-qm', message);
  return run('rev-parse', 'HEAD').trim();
};

afterAll(async () => {
  await lfs.dispose();
  await git.dispose();
});
beforeEach(async () => {
  root = mkdtempSync(join(tmpdir(), 'assay-lfs-'));
  await git.init(root);
  installCleanFilter(root);
  return () => rmSync(root, { recursive: true, force: true });
});

describe.skipIf(!hasGit)('adding', () => {
  it('stores the object, tracks the path and stages its pointer', async () => {
    write('data/a b#[1].csv', 'one');
    chmodSync(at('data/a b#[1].csv'), 0o755);
    const [added] = await add('data/a b#[1].csv');
    expect(added).toEqual({ path: 'data/a b#[1].csv', hash: sha('one'), size: 3, changed: true });
    expect(readFileSync(objectOf('one'), 'utf8')).toBe('one');
    expect(readFileSync(at('.gitattributes'), 'utf8')).toBe(
      'data/a[[:space:]]b\\#\\[1\\].csv filter=lfs diff=lfs merge=lfs -text\n',
    );
    expect(run('check-attr', 'filter', 'data/a b#[1].csv')).toContain('filter: lfs');
    expect(run('show', ':data/a b#[1].csv')).toBe(pointerOf('one'));
    expect(run('ls-files', '-s', 'data')).toMatch(/^100755 /);
    expect(run('status', '--porcelain')).toBe('A  .gitattributes\nA  "data/a b#[1].csv"\n');
    expect(await states()).toEqual({ 'data/a b#[1].csv': 'unchanged' });
    expect((await add('data/a b#[1].csv'))[0]!.changed).toBe(false);
  });

  it('of one file at the top takes no other of its name along', async () => {
    write('a.csv', 'one');
    write('sub/a.csv', 'text');
    await add('a.csv');
    expect(run('check-attr', 'filter', 'sub/a.csv')).toContain('unspecified');
  });

  it('of a folder takes everything in it, of a pattern everything that fits', async () => {
    write('.gitignore', '*.tmp\n');
    write('d/1.bin', '1');
    write('d/e/2.bin', '2');
    write('d/x.tmp', 'no');
    write('deep/er/t.csv', 't');
    expect((await add('d')).map((one) => one.path).sort()).toEqual(['d/1.bin', 'd/e/2.bin']);
    expect((await add('*.csv')).map((one) => one.path)).toEqual(['deep/er/t.csv']);
    expect(readFileSync(at('.gitattributes'), 'utf8').split('\n').slice(0, 2)).toEqual([
      'd/** filter=lfs diff=lfs merge=lfs -text',
      '*.csv filter=lfs diff=lfs merge=lfs -text',
    ]);
    expect(existsSync(objectOf('no'))).toBe(false);
  });

  it('keeps what .gitattributes holds, with its line ends, and adds no line twice', async () => {
    write('.gitattributes', '*.txt text\r\n*.md text');
    write('a.csv', 'one');
    await add('*.csv');
    const once = '*.txt text\r\n*.md text\r\n*.csv filter=lfs diff=lfs merge=lfs -text\r\n';
    expect(readFileSync(at('.gitattributes'), 'utf8')).toBe(once);
    await add('a.csv');
    await add('*.csv');
    expect(readFileSync(at('.gitattributes'), 'utf8')).toBe(once);
  });

  it('an empty file has an empty pointer and no object', async () => {
    write('e.csv', '');
    await add('e.csv');
    expect(run('show', ':e.csv')).toBe('');
    expect(existsSync(at('.git/lfs/objects'))).toBe(false);
    expect(await states()).toEqual({ 'e.csv': 'unchanged' });
  });

  it('replaces a damaged object by a sound one', async () => {
    write('a.csv', 'one');
    await add('a.csv');
    writeFileSync(objectOf('one'), 'eno');
    await add('a.csv');
    expect(readFileSync(objectOf('one'), 'utf8')).toBe('one');
  });

  it('is known of by a store or a line in any attributes, also of a folder; else nobody looks', async () => {
    expect(await lfs.list(input())).toBeNull();
    write('code/deep/.gitattributes', '*.bin filter=lfs\n');
    run('add', '.');
    expect((await lfs.list(input()))!.items).toEqual([]);
    rmSync(at('code/deep/.gitattributes'));
    expect(await lfs.list(input())).not.toBeNull();
    run('rm', '-q', '--cached', 'code/deep/.gitattributes');
    expect(await lfs.list(input())).toBeNull();
    mkdirSync(at('.git/lfs'));
    expect(await lfs.list(input())).not.toBeNull();
  });

  it('refuses what must stay text, what git ignores, links, and what lies outside', async () => {
    write('d/.gitattributes', '');
    write('d/a.csv', 'one');
    await expect(add('d')).rejects.toThrow(/must stay a text/);
    write('x.csv.dvc', 'outs: []\n');
    write('x.csv', 'x');
    await expect(add('x.csv')).rejects.toThrow(/versioned by DVC/);
    await expect(add('x.csv.dvc')).rejects.toThrow(/must stay a text/);
    write('.gitignore', '/ignored.csv\n');
    write('ignored.csv', 'i');
    await expect(add('ignored.csv')).rejects.toThrow(/ignored by git/);
    symlinkSync('x.csv', at('link.csv'));
    await expect(add('link.csv')).rejects.toThrow(/link/);
    await expect(add('../outside.csv')).rejects.toThrow(/outside/);
    await expect(add('.')).rejects.toThrow(/whole project/);
    await expect(add('none.csv')).rejects.toThrow(/no none.csv/);
    await expect(add('*.nothing')).rejects.toThrow(/that fits/);
    await expect(lfs.add({ ...input('d/a.csv'), track: false })).rejects.toThrow(/not given to Git LFS/);
    expect(existsSync(at('.gitattributes'))).toBe(false);
    expect(run('ls-files')).toBe('');
  });

  it('finds the store where the configuration says, and in repositories that this one borrows from', async () => {
    run('config', 'lfs.storage', '../elsewhere');
    write('a.csv', 'one');
    await add('a.csv');
    const oid = sha('one');
    const moved = at(`elsewhere/objects/${oid.slice(0, 2)}/${oid.slice(2, 4)}/${oid}`);
    expect(existsSync(moved)).toBe(true);
    run('config', '--unset', 'lfs.storage');
    expect(await states()).toEqual({ 'a.csv': 'not in cache' });
    write('lender/objects/info/x', '');
    mkdirSync(dirname(objectOf('one').replace(at('.git/lfs'), at('lender/lfs'))), { recursive: true });
    writeFileSync(objectOf('one').replace(at('.git/lfs'), at('lender/lfs')), 'one');
    write('.git/objects/info/alternates', `${at('lender/objects')}\n`);
    expect(await states()).toEqual({ 'a.csv': 'unchanged' });
  });
});

describe.skipIf(!hasGit)('a recorded file', () => {
  beforeEach(async () => {
    write('a.csv', 'one');
    write('b.csv', 'bee');
    await add('*.csv');
    commit('one');
  });

  it('is unchanged, modified, deleted or not in the cache', async () => {
    write('a.csv', 'two');
    expect(await states()).toEqual({ 'a.csv': 'modified', 'b.csv': 'unchanged' });
    rmSync(at('a.csv'));
    expect(await states('a.csv')).toEqual({ 'a.csv': 'deleted' });
    writeFileSync(at('a.csv'), pointerOf('one'));
    expect(await states('a.csv')).toEqual({ 'a.csv': 'not in cache' });
    writeFileSync(at('a.csv'), pointerOf('two'));
    expect(await states('a.csv')).toEqual({ 'a.csv': 'modified' });
    writeFileSync(at('a.csv'), 'one');
    expect(await states('a.csv')).toEqual({ 'a.csv': 'unchanged' });
    rmSync(objectOf('one'));
    expect(await states('a.csv')).toEqual({ 'a.csv': 'not in cache' });
  });

  it('is put in the place of its pointer, and git has nothing to read', async () => {
    writeFileSync(at('a.csv'), pointerOf('one'));
    rmSync(at('b.csv'));
    const done = await lfs.checkout(input());
    expect(done.map((one) => one.written)).toEqual([1, 1]);
    expect(readFileSync(at('a.csv'), 'utf8')).toBe('one');
    expect(readFileSync(at('b.csv'), 'utf8')).toBe('bee');
    expect(run('diff-files')).toBe('');
    expect(readdirSync(at('.git/lfs/tmp'))).toEqual([]);
    expect((await lfs.checkout(input())).map((one) => one.written)).toEqual([0, 0]);
  });

  it('keeps its executable bit', async () => {
    chmodSync(at('a.csv'), 0o755);
    await add('a.csv');
    rmSync(at('a.csv'));
    await lfs.checkout(input('a.csv'));
    expect(statSync(at('a.csv')).mode & 0o111).not.toBe(0);
    expect(run('diff-files')).toBe('');
  });

  it('is not overwritten when it holds what no version holds', async () => {
    write('a.csv', 'mine');
    await expect(lfs.checkout(input('a.csv'))).rejects.toThrow(/no version holds/);
    expect((await lfs.checkout(input())).map((one) => one.kept)).toEqual([true, false]);
    expect(readFileSync(at('a.csv'), 'utf8')).toBe('mine');
    await lfs.checkout({ ...input(), force: true });
    expect(readFileSync(at('a.csv'), 'utf8')).toBe('one');
    expect(run('diff-files')).toBe('');
  });

  it('gets older versions back, by commit and by hash', async () => {
    const first = run('rev-parse', 'HEAD').trim();
    write('a.csv', 'two');
    await add('a.csv');
    await expect(lfs.checkoutVersion({ project: 'p', path: at('a.csv'), version: first })).rejects.toThrow(
      /in no commit/,
    );
    commit('two');
    expect((await lfs.history({ project: 'p', path: at('a.csv') })).map((one) => [one.message, one.hash])).toEqual([
      ['two', sha('two')],
      ['one', sha('one')],
    ]);
    await lfs.checkoutVersion({ project: 'p', path: at('a.csv'), version: first });
    expect(readFileSync(at('a.csv'), 'utf8')).toBe('one');
    expect(run('show', ':a.csv')).toBe(pointerOf('one'));
    expect(run('status', '--porcelain')).toBe('M  a.csv\n');
    await lfs.checkoutVersion({ project: 'p', path: at('a.csv'), version: sha('two').slice(0, 8) });
    expect(readFileSync(at('a.csv'), 'utf8')).toBe('two');
    expect(run('status', '--porcelain')).toBe('');
    await expect(lfs.checkoutVersion({ project: 'p', path: at('a.csv'), version: 'nothing' })).rejects.toThrow(
      /No version "nothing"/,
    );
  });

  it('is never made of a damaged object: that one is set aside', async () => {
    rmSync(at('a.csv'));
    writeFileSync(objectOf('one'), 'eno');
    await expect(lfs.checkout(input())).rejects.toThrow(/damaged/);
    expect(existsSync(at('a.csv'))).toBe(false);
    expect(existsSync(objectOf('one'))).toBe(false);
    expect(readFileSync(at(`.git/lfs/bad/${sha('one')}`), 'utf8')).toBe('eno');
    await expect(lfs.checkout(input())).rejects.toThrow(/pull/);
  });

  it('is verified by hashing its object', async () => {
    expect((await lfs.verify(input())).map((one) => [one.missing, one.damaged])).toEqual([
      [[], []],
      [[], []],
    ]);
    writeFileSync(objectOf('one'), 'eno');
    rmSync(objectOf('bee'));
    expect((await lfs.verify(input())).map((one) => [one.missing, one.damaged])).toEqual([
      [[], [sha('one')]],
      [[sha('bee')], []],
    ]);
    expect(existsSync(objectOf('one'))).toBe(false);
  });

  it('whose folder became a link that leads elsewhere is not written through it', async () => {
    write('d/c.csv', 'sea');
    await add('d/c.csv');
    const outside = mkdtempSync(join(tmpdir(), 'assay-outside-'));
    rmSync(at('d'), { recursive: true });
    symlinkSync(outside, at('d'));
    await expect(lfs.checkout(input())).rejects.toThrow(/link/);
    expect(readdirSync(outside)).toEqual([]);
    rmSync(outside, { recursive: true });
  });

  it('that changed by a byte, size and time alike, is seen by those who must see it', async () => {
    appendFileSync(at('a.csv'), 'x');
    expect(await states('a.csv')).toEqual({ 'a.csv': 'modified' });
    const [status] = (await lfs.status(input('a.csv')))!.all;
    expect(status!.now).toEqual({ hash: sha('onex'), size: 4 });
  });

  it('in a linked worktree shares the store', async () => {
    const main = root;
    const tree = mkdtempSync(join(tmpdir(), 'assay-lfs-tree-'));
    rmSync(tree, { recursive: true });
    run('worktree', 'add', '-q', tree);
    root = tree;
    try {
      await lfs.checkout({ ...input(), force: true });
      expect(readFileSync(at('a.csv'), 'utf8')).toBe('one');
      expect(await states()).toEqual({ 'a.csv': 'unchanged', 'b.csv': 'unchanged' });
      write('new.csv', 'three');
      await add('new.csv');
      expect(run('status', '--porcelain')).toBe('A  new.csv\n');
    } finally {
      root = main;
      rmSync(tree, { recursive: true });
    }
  });
});
