import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { call } from '@orpc/server';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { insertRun } from '../../testing/insert-run.ts';
import { type DataWorld, makeDataWorld } from '../../testing/make-data-world.ts';

let world: DataWorld;
beforeEach(async () => {
  world = await makeDataWorld();
});
afterEach(() => world.dispose());

const project = 'test';
const list = async () => (await call(world.handlers.list, { project })).datasets;
const add = async (...paths: string[]) => world.ended(await call(world.handlers.add, { project, paths }));
const commit = async (message: string, ...paths: string[]) =>
  (await call(world.handlers.commit, { project, paths, message })).commit;
const history = (path: string) => call(world.handlers.history, { project, path });

/** Waits until the background has found out what the condition is about. */
async function until<T>(ask: () => Promise<T>, condition: (value: T) => boolean): Promise<T> {
  const changed = world.events.subscribe();
  try {
    for (;;) {
      const value = await ask();
      if (condition(value)) return value;
      await changed.next();
    }
  } finally {
    await changed.return();
  }
}

describe('list', () => {
  it('says what is versioned, its state, rows and documentation, and what could be', async () => {
    world.put('data/a.csv', 'x,y\n1,2\n3,4\n');
    world.put('pictures/1.png', '1');
    world.put('pictures/2.png', '22');
    world.put('pictures/deep/3.png', '333');
    const job = await add('data/a.csv');
    expect(job).toMatchObject({ state: 'done', title: 'Add data/a.csv' });
    const all = await until(
      () => call(world.handlers.list, { project }),
      ({ datasets, cache }) => datasets[0]?.state === 'unchanged' && datasets[0].rows !== null && cache?.objects === 1,
    );
    expect(all.datasets).toMatchObject([
      {
        path: 'data/a.csv',
        kind: 'dvc',
        recordedIn: 'data/a.csv.dvc',
        folder: false,
        size: 12,
        rows: 2,
        drift: null,
        uncommitted: true,
        inCache: true,
        tags: [],
        problems: [],
        documentation: { desc: null, labels: [], meta: {} },
      },
    ]);
    expect(all.candidates).toEqual([{ path: 'pictures', size: 6, folder: true }]);
    expect(all.cache).toMatchObject({ configured: ['reflink', 'copy'], bytes: 12 });
    await commit('data', 'data/a.csv');
    world.put('data/a.csv', 'x,y\n1,2\n');
    await add('pictures');
    const [first, second] = await until(list, (now) => now[0]?.state === 'modified' && now[1]?.state === 'unchanged');
    expect(first).toMatchObject({ uncommitted: false, drift: { size: -4, nfiles: 0, files: null } });
    expect(second).toMatchObject({ path: 'pictures', folder: true, nfiles: 3, size: 6 });
  });

  it('notices by itself what changes on disk', async () => {
    world.put('a.csv', 'x\n1\n');
    world.put('d/deep/1', 'one');
    await add('a.csv', 'd');
    const states = async () => (await list()).map((one) => one.state);
    const are = (...wanted: string[]) => until(states, (now) => now.join() === wanted.join());
    await are('unchanged', 'unchanged');
    expect((await call(world.handlers.list, { project })).watching).toBe(true);
    world.put('a.csv', 'x\n2\n');
    await are('modified', 'unchanged');
    world.put('d/deep/2', 'two');
    await are('modified', 'modified');
    rmSync(join(world.root, 'd'), { recursive: true });
    await are('modified', 'deleted');
    world.put('d/deep/1', 'one');
    world.put('a.csv', 'x\n1\n');
    await are('unchanged', 'unchanged');
    world.put('d/deep/1', 'ONE');
    await are('unchanged', 'modified');
  });

  it('outlives a configuration that cannot be read while data changes', async () => {
    world.put('a.csv', 'x\n1\n');
    await add('a.csv');
    await until(list, (now) => now[0]?.state === 'unchanged' && now[0].rows !== null);
    const config = world.read('.dvc/config');
    world.put('.dvc/config', 'neither a section nor a key\n');
    world.put('a.csv', 'x\n2\n');
    await until(
      async () => world.overview.watching(project).watching,
      (watching) => !watching,
    );
    await expect(list()).rejects.toThrow('.dvc/config, line 1');
    world.put('.dvc/config', config);
    await until(list, (now) => now[0]?.state === 'modified');
    world.put('a.csv', 'x\n1\n');
    await until(list, (now) => now[0]?.state === 'unchanged');
  });

  it('shows outputs of pipelines', async () => {
    world.put('seed', 's');
    await add('seed');
    world.put('dvc.yaml', 'stages:\n  make:\n    cmd: x\n    outs:\n    - out.csv:\n        desc: made\n');
    world.put(
      'dvc.lock',
      `schema: '2.0'\nstages:\n  make:\n    cmd: x\n    outs:\n    - path: out.csv\n      hash: md5\n      md5: 34946385094977080004349339193317\n      size: 7\n`,
    );
    expect((await list())[0]).toMatchObject({
      path: 'out.csv',
      recordedIn: 'dvc.lock',
      hash: '34946385094977080004349339193317',
      documentation: { desc: 'made' },
    });
    await expect(call(world.handlers.untrack, { project, path: 'out.csv' })).rejects.toThrow(/stage "make"/);
  });
});

describe('history', () => {
  it('has versions with authors, tags and the runs that read them', async () => {
    world.put('data/a.csv', 'x\n1\n');
    await add('data/a.csv');
    const first = await commit('first', 'data/a.csv');
    world.put('data/a.csv', 'x\n1\n2\n');
    await add('data/a.csv');
    const second = await commit('second', 'data/a.csv');
    expect(await call(world.handlers.tag, { project, path: 'data/a.csv', commit: first, name: '1.0.0' })).toEqual({
      tag: 'data/a@v1.0.0',
    });
    const run = insertRun(world.project.db, {});
    const { pk } = world.project.db.prepare('SELECT pk FROM runs').get() as { pk: number };
    const versions = await history('data/a.csv');
    world.project.db
      .prepare('INSERT INTO datasets (run, path, role, hash) VALUES (?, ?, ?, ?)')
      .run(pk, 'data/a.csv', 'train', `md5:${versions[1]!.hash}`);
    const [now, before] = await until(
      () => history('data/a.csv'),
      (all) => all.every((one) => one.rows !== null),
    );
    expect(now).toMatchObject({ commit: second, message: 'second', author: 'A. Person', rows: 2, runs: [], tags: [] });
    expect(before).toMatchObject({ commit: first, rows: 1, tags: ['data/a@v1.0.0'], runs: [{ id: run }] });

    expect(
      await world.ended(await call(world.handlers.checkout, { project, paths: ['data/a.csv'], rev: 'data/a@v1.0.0' })),
    ).toMatchObject({ state: 'done' });
    expect(world.read('data/a.csv')).toBe('x\n1\n');
    expect((await until(list, (all) => all[0]?.tags.length === 1))[0]).toMatchObject({ tags: ['data/a@v1.0.0'] });
    await call(world.handlers.untag, { project, tag: 'data/a@v1.0.0' });
    expect(await world.git.tags(world.root)).toEqual([]);
    await expect(
      call(world.handlers.tag, { project, path: 'data/a.csv', commit: first, name: 'best' }),
    ).rejects.toThrow(/no version/);
  });
});

describe('commit', () => {
  it('takes the records and leaves what else is staged', async () => {
    world.put('code.py', 'print()');
    world.put('d/a.csv', 'x\n1\n');
    await add('d/a.csv');
    await world.git.commitAll(world.root, 'all', { name: 'A', email: 'a@example.invalid' });
    world.put('d/a.csv', 'x\n2\n');
    world.put('code.py', 'print(1)');
    world.put('new.py', '');
    await add('d/a.csv');
    const id = await commit('data only', 'd/a.csv');
    const { files } = await world.git.committedFiles(world.root, [id], '.*');
    expect(files.map((file) => file.path).sort()).toEqual(
      expect.arrayContaining(['.dvc/config', '.gitignore', 'code.py', 'd/.gitignore', 'd/a.csv.dvc']),
    );
    expect(files.find((file) => file.path === 'code.py')!.text).toBe('print()');
    expect(files.some((file) => file.path === 'new.py')).toBe(false);
    expect((await world.git.state(world.root))!.changedFiles).toBe(2);
    await expect(commit('again', 'd/a.csv')).rejects.toThrow(/nothing to commit/);
  });

  it('follows a renamed and an untracked dataset', async () => {
    world.put('a.csv', 'x\n1\n');
    await add('a.csv');
    const first = await commit('first', 'a.csv');
    await call(world.handlers.tag, { project, path: 'a.csv', commit: first, name: 'v1.0.0' });
    world.put('a.csv', 'x\n2\n');
    await add('a.csv');
    await call(world.handlers.rename, { project, path: 'a.csv', to: 'sub/b.csv' });
    expect(world.read('sub/b.csv')).toBe('x\n2\n');
    expect(existsSync(join(world.root, 'a.csv.dvc'))).toBe(false);
    expect(readFileSync(join(world.root, '.gitignore'), 'utf8')).toBe('.assay/\n');
    const renamed = await commit('rename', 'sub/b.csv');
    const paths = async (id: string) =>
      (await world.git.committedFiles(world.root, [id], String.raw`\.dvc$`)).files.map((file) => file.path);
    expect(await paths(renamed)).toEqual(['sub/b.csv.dvc']);
    expect((await history('sub/b.csv')).map(({ message, tags }) => [message, tags])).toEqual([
      ['rename', []],
      ['first', ['a@v1.0.0']],
    ]);
    await world.ended(await call(world.handlers.checkout, { project, paths: ['sub/b.csv'], rev: 'a@v1.0.0' }));
    expect(world.read('sub/b.csv')).toBe('x\n1\n');
    expect(world.read('sub/b.csv.dvc')).toMatch(/path: b\.csv/);
    await commit('back', 'sub/b.csv');
    expect((await until(list, (all) => all[0]?.state === 'unchanged'))[0]).toMatchObject({
      path: 'sub/b.csv',
      uncommitted: false,
    });
    await call(world.handlers.untrack, { project, path: 'sub/b.csv' });
    expect(world.read('sub/b.csv')).toBe('x\n1\n');
    expect(await paths(await commit('untrack', 'sub/b.csv'))).toEqual([]);
    expect(await list()).toEqual([]);
  });
});

describe('files', () => {
  it('pages through the working copy and through versions', async () => {
    for (let i = 0; i < 5; i++) world.put(`d/${i}.txt`, 'x'.repeat(i));
    await add('d');
    const id = await commit('d', 'd');
    rmSync(join(world.root, 'd/0.txt'));
    expect(await call(world.handlers.files, { project, path: 'd', rev: null, limit: 2 })).toEqual({
      total: 4,
      files: [
        { path: '1.txt', size: 1 },
        { path: '2.txt', size: 2 },
      ],
    });
    expect(await call(world.handlers.files, { project, path: 'd', rev: id, prefix: '0' })).toEqual({
      total: 1,
      files: [{ path: '0.txt', size: 0 }],
    });
  });
});

describe('rules of assay.yaml', () => {
  it('are said where they are broken', async () => {
    world.put('assay.yaml', 'data:\n  names: ^[a-z/.]+$\n  require: [desc, licence]\n');
    world.put('Bad Name.csv', 'x\n');
    world.put('good.csv', 'x\n');
    expect((await add('Bad Name.csv')).error).toMatch(/Bad Name.csv does not fit the rule of assay.yaml/);
    await add('good.csv');
    expect((await list())[0]!.problems).toEqual([
      'assay.yaml asks for desc and licence of every dataset (data.require). Describe it to say so.',
    ]);
    await call(world.handlers.describe, { project, path: 'good.csv', desc: 'Good', meta: { licence: 'CC0' } });
    expect((await list())[0]!.problems).toEqual([]);
  });
});

describe('remotes', () => {
  it('are set beside what else the file says', async () => {
    world.put('a', '1');
    await add('a');
    world.put('.dvc/config', '# mine\n[cache]\n    type = copy  # why\n');
    await call(world.handlers.setRemote, { project, name: 'store', url: '../store', isDefault: true });
    await call(world.handlers.setRemote, { project, name: 's', url: 's3://bucket/a,b', isDefault: false });
    expect(world.read('.dvc/config')).toBe(
      `# mine\n[cache]\n    type = copy  # why\n['remote "store"']\n    url = ../../store\n[core]\n    remote = store\n['remote "s"']\n    url = "s3://bucket/a,b"\n`,
    );
    expect((await call(world.handlers.list, { project })).remotes).toEqual([
      { name: 'store', url: '../../store', kind: 'folder', isDefault: true },
      { name: 's', url: 's3://bucket/a,b', kind: 's3', isDefault: false },
    ]);
    expect((await world.ended(await call(world.handlers.push, { project, paths: [] }))).state).toBe('done');
    await call(world.handlers.removeRemote, { project, name: 'store' });
    expect(world.read('.dvc/config')).not.toMatch(/store/);
    await expect(
      call(world.handlers.setRemote, { project, name: 'x', url: 'https://me:secret@host/', isDefault: false }),
    ).rejects.toThrow(/password/);
  });
});
