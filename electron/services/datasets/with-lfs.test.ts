import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { call } from '@orpc/server';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { insertRun } from '../../testing/insert-run.ts';
import { installCleanFilter } from '../../testing/lfs-filter.ts';
import { type DataWorld, makeDataWorld } from '../../testing/make-data-world.ts';
import { writePointer } from '../lfs/pointer.ts';

let world: DataWorld;
beforeEach(async () => {
  world = await makeDataWorld();
  installCleanFilter(world.root);
});
afterEach(() => world.dispose());

const project = 'test';
const at = (path: string): string => join(world.root, path);
const sha = (text: string): string => createHash('sha256').update(text).digest('hex');
const pointerOf = (text: string): string => writePointer({ oid: sha(text), size: text.length });
const list = async () => (await call(world.handlers.list, { project })).datasets;
const kinds = async () => (await list()).map((one) => `${one.kind} ${one.path} ${one.state}`).sort();
const ended = async (job: Promise<{ job: string }>) => {
  const started = await job;
  const end = await world.ended(started);
  return { ...end, result: await call(world.handlers.result, started) };
};
const run = (...args: string[]): string => spawnSync('git', args, { cwd: world.root, encoding: 'utf8' }).stdout;
const hasGit = spawnSync('git', ['--version']).status === 0;

describe.skipIf(!hasGit)('DVC and Git LFS side by side', () => {
  beforeEach(async () => {
    world.put('a.csv', 'dvc');
    world.put('b.csv', 'lfs');
    await ended(call(world.handlers.add, { project, paths: ['a.csv'] }));
    const added = await ended(call(world.handlers.add, { project, paths: ['b.csv'], with: 'lfs' }));
    expect(added.state).toBe('done');
    expect(added.result!.lines[0]).toMatch(/^Added b.csv/);
  });
  const commitAll = (message: string) => call(world.handlers.commit, { project, paths: [], message });

  it('one commit holds the records of both, and nothing else that is staged', async () => {
    world.put('code.py', 'print()');
    run('add', 'code.py');
    await commitAll('both');
    expect(run('show', '--name-only', '--format=', 'HEAD').split('\n').filter(Boolean).sort()).toEqual(
      ['.dvc/.gitignore', '.dvc/config', '.dvcignore', '.gitattributes', '.gitignore', 'a.csv.dvc', 'b.csv'].filter(
        (path) => existsSync(at(path)),
      ),
    );
    expect(run('show', 'HEAD:b.csv')).toBe(pointerOf('lfs'));
    expect(run('status', '--porcelain')).toBe('A  code.py\n');
    expect(run('fsck', '--strict')).toBe('');
    await expect(commitAll('again')).rejects.toThrow(/nothing to commit/);
  });

  it('both are listed, with what is to be said of them', async () => {
    await expect.poll(kinds).toEqual(['dvc a.csv unchanged', 'lfs b.csv unchanged']);
    const [lfs] = (await list()).filter((one) => one.kind === 'lfs');
    expect(lfs).toMatchObject({ recordedIn: 'b.csv', hash: sha('lfs'), size: 3, uncommitted: true, inCache: true });
    await commitAll('both');
    writeFileSync(at('b.csv'), 'changed');
    const [changed] = (await list()).filter((one) => one.kind === 'lfs');
    expect(changed).toMatchObject({
      state: 'modified',
      uncommitted: false,
      drift: { size: 4, nfiles: 0, files: null },
    });
    // of the same size: it has to be read, which happens behind the answer
    writeFileSync(at('b.csv'), 'LFS');
    await expect.poll(kinds).toContain('lfs b.csv modified');
  });

  it('rows of tables are counted, of every version that is here', async () => {
    world.put('t.csv', 'x,y\n1,2\n3,4\n');
    await ended(call(world.handlers.add, { project, paths: ['t.csv'], with: 'lfs' }));
    await commitAll('two rows');
    world.put('t.csv', 'x,y\n1,2\n');
    await ended(call(world.handlers.add, { project, paths: ['t.csv'] }));
    await commitAll('one row');
    const rows = async () => (await call(world.handlers.history, { project, path: 't.csv' })).map((one) => one.rows);
    await expect.poll(rows).toEqual([1, 2]);
    expect((await list()).find((one) => one.path === 't.csv')!.rows).toBe(1);
  });

  it('runs that read a version are shown beside it', async () => {
    await commitAll('one');
    const run = insertRun(world.project.db, {});
    const { pk } = world.project.db.prepare('SELECT pk FROM runs').get() as { pk: number };
    world.project.db
      .prepare('INSERT INTO datasets (run, path, role, hash) VALUES (?, ?, ?, ?)')
      .run(pk, 'b.csv', 'train', `md5:${createHash('md5').update('lfs').digest('hex')}`);
    const runs = async () =>
      (await call(world.handlers.history, { project, path: 'b.csv' })).map((one) => one.runs.map((it) => it.id));
    await expect.poll(runs).toEqual([[run]]);
    expect((await world.datasets.log({ project, path: at('b.csv') }))[0]!.runs).toMatchObject([{ id: run }]);
  });

  it('add without a word goes to who has the path; log, tags and checkout likewise', async () => {
    const first = (await commitAll('one')).commit;
    writeFileSync(at('b.csv'), 'lfs 2');
    await ended(call(world.handlers.add, { project, paths: ['b.csv'] }));
    expect(existsSync(at('b.csv.dvc'))).toBe(false);
    await commitAll('two');
    expect(await call(world.handlers.tag, { project, path: 'b.csv', commit: first, name: 'v1.0.0' })).toEqual({
      tag: 'b@v1.0.0',
    });
    const history = await call(world.handlers.history, { project, path: 'b.csv' });
    expect(history.map((one) => [one.message, one.hash, one.tags, one.inCache])).toEqual([
      ['two', sha('lfs 2'), [], true],
      ['one', sha('lfs'), ['b@v1.0.0'], true],
    ]);
    const back = await ended(call(world.handlers.checkout, { project, paths: ['b.csv'], rev: 'b@v1.0.0' }));
    expect(back.state).toBe('done');
    expect(readFileSync(at('b.csv'), 'utf8')).toBe('lfs');
    expect((await list()).find((one) => one.kind === 'lfs')!.tags).toEqual(['b@v1.0.0']);
  });

  it('checkout brings both back; verify looks at both', async () => {
    await commitAll('one');
    for (const path of ['a.csv', 'b.csv']) rmSync(at(path));
    await ended(call(world.handlers.checkout, { project, paths: [] }));
    expect(readFileSync(at('a.csv'), 'utf8') + readFileSync(at('b.csv'), 'utf8')).toBe('dvclfs');
    const oid = sha('lfs');
    writeFileSync(at(`.git/lfs/objects/${oid.slice(0, 2)}/${oid.slice(2, 4)}/${oid}`), 'sfl');
    const verified = await ended(call(world.handlers.verify, { project, paths: [] }));
    expect(verified.result!.broken).toEqual([{ path: 'b.csv', missing: 0, damaged: 1, repaired: 0 }]);
  });

  it('a side of a comparison is the object that a pointer stands for', async () => {
    const first = (await commitAll('one')).commit;
    writeFileSync(at('b.csv'), 'lfs 2');
    await ended(call(world.handlers.add, { project, paths: ['b.csv'] }));
    const located = await world.datasets.locate({ project, side: { kind: 'version', path: 'b.csv', rev: first } });
    expect(located).toMatchObject({ kind: 'file', name: 'b.csv', hash: `sha256:${sha('lfs')}`, size: 3 });
    expect(readFileSync((located as { file: string }).file, 'utf8')).toBe('lfs');
  });

  it('what Git LFS has no place for is said', async () => {
    await expect(call(world.handlers.describe, { project, path: 'b.csv', desc: 'x' })).rejects.toThrow(/no place/);
  });

  it('a file is renamed, with the line that meant it, and the commit holds both paths', async () => {
    await commitAll('one');
    await call(world.handlers.rename, { project, path: 'b.csv', to: 'deep/c d.csv' });
    expect(readFileSync(at('deep/c d.csv'), 'utf8')).toBe('lfs');
    expect(existsSync(at('b.csv'))).toBe(false);
    expect(readFileSync(at('.gitattributes'), 'utf8')).toBe(
      'deep/c[[:space:]]d.csv filter=lfs diff=lfs merge=lfs -text\n',
    );
    expect(await kinds()).toContain('lfs deep/c d.csv unchanged');
    await call(world.handlers.commit, { project, paths: ['deep/c d.csv'], message: 'renamed' });
    expect(run('show', '-M', '--name-status', '--format=', 'HEAD')).toMatch(
      /^M\t.gitattributes\nR100\tb.csv\tdeep\/c d.csv\n$/,
    );
    expect(run('status', '--porcelain')).toBe('');
    world.put('taken.csv', 'x');
    await expect(call(world.handlers.rename, { project, path: 'deep/c d.csv', to: 'taken.csv' })).rejects.toThrow(
      /something at taken.csv/,
    );
    await expect(call(world.handlers.rename, { project, path: 'deep/c d.csv', to: '../out.csv' })).rejects.toThrow(
      /outside/,
    );
  });

  it('a file that is tracked no longer stays where it is', async () => {
    await commitAll('one');
    await call(world.handlers.untrack, { project, path: 'b.csv' });
    expect(readFileSync(at('b.csv'), 'utf8')).toBe('lfs');
    expect((await list()).map((one) => one.kind)).toEqual(['dvc']);
    await call(world.handlers.commit, { project, paths: ['b.csv'], message: 'gone' });
    expect(run('show', '--name-status', '--format=', 'HEAD')).toBe('M\t.gitattributes\nD\tb.csv\n');
    expect(run('status', '--porcelain')).toBe('?? b.csv\n');
  });

  it('objects go to another repository on this machine and come back', async () => {
    await commitAll('one');
    const other = `${world.root}-other.git`;
    spawnSync('git', ['init', '-q', '--bare', other]);
    run('remote', 'add', 'origin', other);
    expect((await call(world.handlers.list, { project })).remotes).toMatchObject([
      { name: 'origin', url: other, kind: 'lfs', isDefault: true },
    ]);
    try {
      const pushed = await ended(call(world.handlers.push, { project, paths: ['b.csv'] }));
      expect(pushed.result!.lines).toEqual(['Pushed 1 objects (3 B) to "origin".']);
      rmSync(at('.git/lfs'), { recursive: true });
      writeFileSync(at('b.csv'), pointerOf('lfs'));
      expect(await kinds()).toContain('lfs b.csv not in cache');
      await ended(call(world.handlers.pull, { project, paths: ['b.csv'] }));
      expect(readFileSync(at('b.csv'), 'utf8')).toBe('lfs');
      expect(run('diff-files')).toBe('');
    } finally {
      rmSync(other, { recursive: true });
    }
  });
});
