import { createHash } from 'node:crypto';
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { silentLog } from '../../platform/log.ts';
import { createGit } from '../git/service.ts';
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
const read = (path: string): string => readFileSync(join(root, path), 'utf8');
const md5 = (text: string): string => createHash('md5').update(text).digest('hex');
const object = (hash: string, cache = '.dvc/cache'): string =>
  join(root, cache, 'files/md5', hash.slice(0, 2), hash.slice(2));
const input = (...paths: string[]) => ({ project: 'p', paths: paths.map((path) => join(root, path)) });
const state = async (path: string) => (await datasets.status(input(path)))[0]!;
const configure = (text: string): void => writeFileSync(join(root, '.dvc/config'), text);

beforeEach(async () => {
  root = join(mkdtempSync(join(tmpdir(), 'assay data "ü" ')), 'project');
  folders.push(dirname(root));
  mkdirSync(root);
  await git.init(root);
});

afterAll(async () => {
  await datasets.dispose();
  await git.dispose();
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

describe('add', () => {
  it('records a file: object, .gitignore, .dvc; the file itself stays', async () => {
    put('d/a [1].csv', 'x');
    const [added] = await datasets.add(input('d/a [1].csv'));
    expect(added).toMatchObject({
      path: 'd/a [1].csv',
      dvcPath: 'd/a [1].csv.dvc',
      hash: md5('x'),
      size: 1,
      changed: true,
    });
    expect(read('d/a [1].csv.dvc')).toBe(`outs:\n- md5: ${md5('x')}\n  size: 1\n  hash: md5\n  path: a [1].csv\n`);
    expect(read('d/.gitignore')).toBe('/a \\[1\\].csv\n');
    expect(readFileSync(object(md5('x')), 'utf8')).toBe('x');
    expect(statSync(object(md5('x'))).mode & 0o777).toBe(0o444);
    expect(statSync(join(root, 'd/a [1].csv')).mode & 0o200).toBe(0o200);
    expect((await datasets.add(input('d/a [1].csv')))[0]!.changed).toBe(false);
    expect(read('d/.gitignore')).toBe('/a \\[1\\].csv\n');
  });

  it('records a folder, without what .dvcignore names', async () => {
    put('d/foo', 'foo');
    put('d/bar', 'bar');
    put('d/skip.tmp', '');
    put('.dvcignore', '*.tmp\n');
    symlinkSync('.', join(root, 'd/loop'));
    const [added] = await datasets.add(input('d'));
    expect(added).toMatchObject({ hash: '5ea40360f5b4ec688df672a4db9c17d1.dir', size: 6, nfiles: 2 });
    expect(await state('d')).toMatchObject({ state: 'unchanged', inCache: true });
  });

  it('refuses what git tracks, what is inside of other data, and what lies elsewhere', async () => {
    put('tracked/a', '1');
    await git.commitAll(root, 'one', author);
    await expect(datasets.add(input('tracked'))).rejects.toThrow(/git rm -r --cached tracked/);
    put('d/x/y', '1');
    await datasets.add(input('d'));
    await expect(datasets.add(input('d/x'))).rejects.toThrow(/part of d/);
    put('.gitignore', '*.dvc\n');
    put('e', '1');
    await expect(datasets.add(input('e'))).rejects.toThrow(/git ignores e\.dvc/);
    await expect(datasets.add(input('../e'))).rejects.toThrow(/no \.\.\/e|outside/);
    await expect(datasets.add(input('.git'))).rejects.toThrow(/files of git/);
    await expect(datasets.add(input('nothing'))).rejects.toThrow(/no nothing/);
  });

  it('does not follow a folder that is a link out of the project', async () => {
    const outside = join(root, '..', 'outside');
    mkdirSync(outside);
    writeFileSync(join(outside, 'f'), '1');
    symlinkSync(outside, join(root, 'in'));
    await expect(datasets.add(input('in/f'))).rejects.toThrow(/link leads out/);
    await expect(datasets.add(input('in'))).rejects.toThrow(/is a link/);
  });

  it.each(['hardlink', 'symlink'])('shares its blocks with the cache as cache.type %s says', async (type) => {
    put('a', 'seed');
    await datasets.add(input('a'));
    configure(`[cache]\n    type = ${type}\n`);
    put('d/one', '1');
    put('d/two', '2');
    expect((await datasets.add(input('d')))[0]!.link).toBe(type);
    const there = lstatSync(join(root, 'd/one'));
    if (type === 'symlink') expect(there.isSymbolicLink()).toBe(true);
    else expect(there.ino).toBe(statSync(object(md5('1'))).ino);
    expect(read('d/two')).toBe('2');
    expect((await state('d')).state).toBe('unchanged');
    rmSync(join(root, 'd'), { recursive: true });
    await datasets.checkout(input('d'));
    expect(read('d/one')).toBe('1');
    expect((await state('d')).state).toBe('unchanged');
  });

  it('copies one large file while it is hashed', async () => {
    const large = Buffer.alloc(70_000_001, 'abcdefghijk');
    writeFileSync(join(root, 'large'), large);
    const [added] = await datasets.add(input('large'));
    expect(added).toMatchObject({ hash: createHash('md5').update(large).digest('hex'), size: large.length });
    expect(readFileSync(object(added!.hash)).equals(large)).toBe(true);
    expect(statSync(object(added!.hash)).mode & 0o777).toBe(0o444);
    expect((await state('large')).state).toBe('unchanged');
    const stop = new AbortController();
    writeFileSync(join(root, 'other'), large.fill('x'));
    const adding = datasets.add(input('other'), { signal: stop.signal });
    stop.abort();
    await expect(adding).rejects.toMatchObject({ code: 'CANCELLED' });
    expect(existsSync(join(root, 'other.dvc'))).toBe(false);
  });

  it('stops when it is told to, and completes the next time', async () => {
    for (let i = 0; i < 50; i++) put(`d/${i}`, String(i));
    const stop = new AbortController();
    stop.abort();
    await expect(datasets.add(input('d'), { signal: stop.signal })).rejects.toMatchObject({ code: 'CANCELLED' });
    expect(existsSync(join(root, 'd.dvc'))).toBe(false);
    expect((await datasets.add(input('d')))[0]!.nfiles).toBe(50);
  });
});

describe('status', () => {
  it('names what changed, also when size and time of the file stay the same', async () => {
    put('d/a', '1');
    put('d/b', '2');
    put('d/c', '3');
    utimesSync(join(root, 'd/c'), 1000, 1000);
    await datasets.add(input('d'));
    put('d/c', '4');
    utimesSync(join(root, 'd/c'), 1000, 1000);
    put('d/new', 'n');
    rmSync(join(root, 'd/a'));
    expect(await state('d')).toMatchObject({
      state: 'modified',
      files: { added: ['new'], removed: ['a'], changed: ['c'] },
    });
    put('d/a', '1');
    put('d/c', '3');
    rmSync(join(root, 'd/new'));
    expect((await state('d')).state).toBe('unchanged');
    rmSync(join(root, 'd'), { recursive: true });
    expect((await state('d')).state).toBe('deleted');
  });

  it('says when the cache does not hold what is recorded', async () => {
    put('a', '1');
    await datasets.add(input('a'));
    rmSync(join(root, '.dvc/cache'), { recursive: true });
    expect((await state('a')).state).toBe('not in cache');
    expect((await datasets.verify(input('a')))[0]).toMatchObject({ missing: [md5('1')], damaged: [] });
  });

  it('hashes what DVC 2 recorded as DVC 2 did', async () => {
    put('seed', '');
    await datasets.add(input('seed'));
    put('old.txt', 'a\r\nb\r\n');
    put('old.txt.dvc', `outs:\n- md5: ${md5('a\nb\n')}\n  size: 6\n  path: old.txt\n`);
    mkdirSync(join(root, '.dvc/cache', md5('a\nb\n').slice(0, 2)));
    writeFileSync(join(root, '.dvc/cache', md5('a\nb\n').slice(0, 2), md5('a\nb\n').slice(2)), 'a\r\nb\r\n');
    expect((await state('old.txt')).state).toBe('unchanged');
    rmSync(join(root, 'old.txt'));
    await datasets.checkout(input('old.txt'));
    expect(read('old.txt')).toBe('a\r\nb\r\n');
  });

  it('refuses a .dvc file that points out of the project', async () => {
    put('a', '1');
    await datasets.add(input('a'));
    put('evil.dvc', `outs:\n- md5: ${md5('1')}\n  hash: md5\n  path: ../../evil\n`);
    await expect(datasets.checkout(input())).rejects.toThrow(/outside of the project/);
  });
});

describe('versions', () => {
  const commitVersion = async (text: string, message: string): Promise<void> => {
    put('d/a', text);
    put('d/sub/b', `${text}b`);
    put(`d/only-${text}`, text);
    await datasets.add(input('d'));
    await git.commitAll(root, message, author);
  };

  it('lists them over the history and brings each back', async () => {
    await commitVersion('1', 'first');
    rmSync(join(root, 'd/only-1'));
    await commitVersion('2', 'second');
    put('other', 'x');
    await git.commitAll(root, 'not about data', author);
    const log = await datasets.log({ project: 'p', path: join(root, 'd') });
    expect(log.map(({ message, nfiles, inCache }) => [message, nfiles, inCache])).toEqual([
      ['second', 3, true],
      ['first', 3, true],
    ]);
    const back = { project: 'p', path: join(root, 'd') };
    await datasets.checkoutVersion({ ...back, version: log[1]!.commit.slice(0, 10) });
    expect([read('d/a'), read('d/sub/b'), existsSync(join(root, 'd/only-2'))]).toEqual(['1', '1b', false]);
    expect((await state('d')).hash).toBe(log[1]!.hash);
    await datasets.checkoutVersion({ ...back, version: log[0]!.hash!.slice(0, 8) });
    expect([read('d/a'), existsSync(join(root, 'd/only-1'))]).toEqual(['2', false]);
    await expect(datasets.checkoutVersion({ ...back, version: 'nope' })).rejects.toThrow(/No version "nope"/);
  });

  it('never destroys what no version holds, unless told to', async () => {
    await commitVersion('1', 'first');
    put('d/a', 'precious');
    put('d/extra', 'precious too');
    await expect(datasets.checkout(input('d'))).rejects.toThrow(/d has changes that no version holds/);
    expect([read('d/a'), read('d/extra')]).toEqual(['precious', 'precious too']);
    await datasets.checkout({ ...input('d'), force: true });
    expect([read('d/a'), existsSync(join(root, 'd/extra'))]).toEqual(['1', false]);
  });

  it('does not forget a version that is in no commit', async () => {
    await commitVersion('1', 'first');
    put('d/a', '2');
    await datasets.add(input('d'));
    await expect(datasets.checkoutVersion({ project: 'p', path: join(root, 'd'), version: 'HEAD' })).rejects.toThrow(
      /in no commit/,
    );
    expect(read('d/a')).toBe('2');
  });

  it('keeps the working copy of a version whose object a power cut has truncated', async () => {
    await commitVersion('1', 'first');
    await commitVersion('two', 'second');
    const first = (await datasets.log({ project: 'p', path: join(root, 'd') }))[1]!.commit;
    chmodSync(object(md5('two')), 0o644);
    truncateSync(object(md5('two')));
    const back = { project: 'p', path: join(root, 'd'), version: first };
    await expect(datasets.checkoutVersion(back)).rejects.toThrow(/changes that no version holds/);
    expect(read('d/a')).toBe('two');
    await datasets.add(input('d'));
    await datasets.checkoutVersion(back);
    await datasets.checkoutVersion({ ...back, version: 'HEAD' });
    expect(read('d/a')).toBe('two');
  });

  it('leaves what else a .dvc file records as it is', async () => {
    put('a', '1');
    put('b', '1b');
    await datasets.add(input('a', 'b'));
    put('both.dvc', read('a.dvc') + read('b.dvc').replace('outs:\n', ''));
    for (const path of ['a.dvc', 'b.dvc']) rmSync(join(root, path));
    const first = await git.commitAll(root, 'first', author);
    put('a', '2');
    put('b', '2b');
    await datasets.add(input('a', 'b'));
    await git.commitAll(root, 'second', author);
    await datasets.checkoutVersion({ project: 'p', path: join(root, 'a'), version: first! });
    expect([read('a'), read('b')]).toEqual(['1', '2b']);
    expect((await datasets.status(input())).map((one) => one.state)).toEqual(['unchanged', 'unchanged']);
  });

  it('puts nothing where a link in the place of a folder leads', async () => {
    put('d/new', 'new');
    await datasets.add(input('d'));
    rmSync(join(root, 'd'), { recursive: true });
    const outside = join(root, '..', 'elsewhere');
    mkdirSync(outside);
    symlinkSync(outside, join(root, 'd'));
    for (const force of [false, true])
      await expect(datasets.checkout({ ...input('d'), force })).rejects.toThrow(/d is a link to a folder/);
    expect(existsSync(join(outside, 'new'))).toBe(false);
    rmSync(join(root, 'd'));
    await datasets.checkout(input('d'));
    expect(read('d/new')).toBe('new');
  });

  it('puts nothing among the files of git, whatever link leads there', async () => {
    put('a', 'hook');
    await datasets.add(input('a'));
    symlinkSync('.git/hooks', join(root, 'in'));
    const record = read('a.dvc')
      .replace('path: a', 'path: in/post-checkout')
      .replace('  hash:', '  isexec: true\n  hash:');
    writeFileSync(join(root, 'b.dvc'), record);
    await expect(datasets.checkout(input())).rejects.toThrow(/b\.dvc names .* which a link leads to the files of git/);
    expect(existsSync(join(root, '.git/hooks/post-checkout'))).toBe(false);
  });

  it('never hands out a damaged object', async () => {
    await commitVersion('1', 'first');
    rmSync(join(root, 'd'), { recursive: true });
    chmodSync(object(md5('1b')), 0o644);
    writeFileSync(object(md5('1b')), 'XX');
    chmodSync(object(md5('1b')), 0o444);
    await expect(datasets.checkout(input('d'))).rejects.toThrow(/damaged/);
    expect(existsSync(join(root, 'd/sub/b'))).toBe(false);
    expect(existsSync(object(md5('1b')))).toBe(false);
    expect((await datasets.verify(input('d')))[0]).toMatchObject({ missing: [md5('1b')] });
    put('d/sub/b', '1b');
    put('d/a', '1');
    put('d/only-1', '1');
    await datasets.add(input('d'));
    expect((await datasets.verify(input('d')))[0]).toMatchObject({ missing: [], damaged: [], objects: 3 });
  });
});

describe('push and pull', () => {
  beforeEach(async () => {
    for (let i = 0; i < 5; i++) put(`d/${i}`, `content ${i}`);
    await datasets.add(input('d'));
    configure(`[core]\n    remote = store\n['remote "store"']\n    url = ../../store\n`);
  });
  const store = (): string => join(root, '..', 'store');

  it('bring data to another place, and back', async () => {
    expect(await datasets.push(input())).toMatchObject([{ remote: 'store', files: 6 }]);
    expect(await datasets.push(input())).toMatchObject([{ files: 0 }]);
    expect(existsSync(join(store(), 'assay-tmp'))).toBe(false);
    rmSync(join(root, '.dvc/cache'), { recursive: true });
    rmSync(join(root, 'd'), { recursive: true });
    await datasets.pull(input());
    expect(read('d/3')).toBe('content 3');
    expect((await state('d')).state).toBe('unchanged');
  });

  it('send no list of files while one of them is missing', async () => {
    rmSync(object(md5('content 2')));
    await expect(datasets.push(input())).rejects.toThrow(/does not hold all of d/);
    const { hash } = await state('d');
    expect(existsSync(join(store(), 'files/md5', hash!.slice(0, 2), hash!.slice(2)))).toBe(false);
    await datasets.add(input('d'));
    expect(await datasets.push(input())).toMatchObject([{ files: 2 }]);
  });

  it('complete what was cut off, and take nothing damaged', async () => {
    await datasets.push(input());
    const remote = join(store(), 'files/md5', md5('content 1').slice(0, 2), md5('content 1').slice(2));
    chmodSync(remote, 0o644);
    truncateSync(remote, 3);
    expect(await datasets.push(input())).toMatchObject([{ files: 1 }]);
    chmodSync(remote, 0o644);
    writeFileSync(remote, 'CONTENT 1');
    rmSync(join(root, '.dvc/cache'), { recursive: true });
    await expect(datasets.pull(input())).rejects.toThrow(/damaged in the remote/);
    expect(existsSync(object(md5('content 1')))).toBe(false);
  });
});

describe('describe', () => {
  it("writes DVC's own fields", async () => {
    put('a', '1');
    await datasets.add(input('a'));
    const change = { desc: 'The data', labels: ['x'], meta: { licence: 'CC0' } };
    const row = await datasets.describe({ project: 'p', path: join(root, 'a'), change });
    expect(row).toMatchObject({ desc: 'The data', labels: ['x'], meta: { licence: 'CC0' } });
    put('a', '2');
    await datasets.add(input('a'));
    expect((await datasets.list(input()))[0]).toMatchObject({ hash: md5('2'), desc: 'The data' });
  });
});
