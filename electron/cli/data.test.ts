import { appendFileSync, chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { assay } from '../acceptance/terminal.ts';
import { silentLog } from '../platform/log.ts';
import { createGit } from '../services/git/service.ts';

let root: string;
beforeAll(() => {
  root = join(mkdtempSync(join(tmpdir(), 'assay-data-cli-')), 'project');
  mkdirSync(join(root, 'img'), { recursive: true });
  writeFileSync(join(root, 'img', '1'), 'one');
  writeFileSync(join(root, 'img', '2'), 'two');
});
afterAll(() => rmSync(join(root, '..'), { recursive: true, force: true }));

const json = (...args: string[]) => {
  const { status, stdout, stderr } = assay(root, 'data', ...args, '--json');
  return { status, value: stdout === '' ? null : JSON.parse(stdout), stderr };
};

it('takes data from adding to pulling, without git', () => {
  const added = assay(root, 'data', 'add', 'img');
  expect(added.stderr).toBe('');
  expect(added.stdout).toMatch(/^Added img \([0-9a-f]{8}, 2 files, 6 B\)\n$/);
  expect(readFileSync(join(root, '.dvc/config'), 'utf8')).toContain('no_scm = True');
  expect(json('status')).toMatchObject({ status: 0, value: { datasets: [{ path: 'img', state: 'unchanged' }] } });

  writeFileSync(join(root, 'img', '2'), 'TWO');
  expect(json('status', 'img')).toMatchObject({ status: 1, value: { datasets: [{ files: { changed: ['2'] } }] } });
  const refused = assay(root, 'data', 'checkout', 'img');
  expect(refused).toMatchObject({ status: 1, stdout: '' });
  expect(refused.stderr).toContain('Keep them with "assay data add img", or throw them away with --force.');
  expect(assay(root, 'data', 'checkout', '--force', 'img').stdout).toContain('1 written, 0 removed');
  expect(readFileSync(join(root, 'img', '2'), 'utf8')).toBe('two');

  expect(assay(root, 'data', 'push').stderr).toContain('No remote is set');
  writeFileSync(join(root, '.dvc/config'), '[core]\n    no_scm = True\n[\'remote "store"\']\n    url = ../../store\n');
  expect(assay(root, 'data', 'push').stdout).toBe('Pushed 3 objects (128 B) to "store".\n');
  rmSync(join(root, '.dvc/cache'), { recursive: true });
  rmSync(join(root, 'img'), { recursive: true });
  expect(json('pull')).toMatchObject({ status: 0, value: { remotes: [{ remote: 'store', files: 3 }] } });
  expect(readFileSync(join(root, 'img', '1'), 'utf8')).toBe('one');

  const object = join(root, '.dvc/cache/files/md5/f9/7c5d29941bfb1b2fdab0874906ab82');
  chmodSync(object, 0o644);
  writeFileSync(object, 'bad');
  expect(json('verify')).toMatchObject({
    status: 1,
    value: { datasets: [{ damaged: ['f97c5d29941bfb1b2fdab0874906ab82'] }] },
  });
  expect(json('verify', '--repair')).toMatchObject({
    status: 0,
    value: { datasets: [{ repaired: 1, notRepaired: null }] },
  });
  expect(json('verify')).toMatchObject({ status: 0, value: { datasets: [{ missing: [], damaged: [] }] } });
  expect(json('describe', 'img', '--desc', 'Two numbers', '--meta', 'licence=CC0').value.desc).toBe('Two numbers');
  expect(assay(root, 'data', 'list').stdout).toContain('Two numbers');
  expect(assay(root, 'data', 'describe', 'img').stdout).toBe('img\nTwo numbers\nlicence: CC0\n');
});

it('commits, tags, renames, collects garbage and gives it back', async () => {
  const place = join(root, '..', 'in-git');
  mkdirSync(place);
  const git = createGit({ log: silentLog });
  await git.init(place);
  await git.dispose();
  appendFileSync(join(place, '.git/config'), '[user]\n\tname = T\n\temail = t@example.invalid\n');
  const run = (...args: string[]) => {
    const { status, stdout, stderr } = assay(place, 'data', ...args, '--json');
    expect(stderr).toBe('');
    expect(status).toBe(0);
    return JSON.parse(stdout);
  };
  writeFileSync(join(place, 'a.csv'), 'x\n1\n');
  expect(assay(place, 'data', 'add', 'a.csv').stdout).toContain('Next: assay data commit -m "…" a.csv');
  writeFileSync(join(place, 'a.csv'), 'x\n2\n');
  run('add', 'a.csv');
  const { commit } = run('commit', 'a.csv', '-m', 'second');
  expect(run('tag', 'a.csv', '1.0.0')).toEqual({ tag: 'a@v1.0.0' });
  expect(run('log', 'a.csv').versions).toMatchObject([{ commit, tags: ['a@v1.0.0'], runs: [] }]);
  run('rename', 'a.csv', 'b.csv');
  expect(run('remote', 'set', 'store', '../store', '-d')).toEqual({ name: 'store' });
  expect(run('remote').remotes).toMatchObject([{ name: 'store', isDefault: true }]);
  expect(run('gc', '--dry-run')).toMatchObject({ objects: 1, bytes: 4, kept: { objects: 1 } });
  const { trash } = run('gc');
  expect(run('gc', '--trash').trash).toMatchObject([{ id: trash, objects: 1 }]);
  expect(run('gc', '--undo')).toEqual({ restored: 1 });
  run('untrack', 'b.csv');
  expect(run('list')).toEqual({ datasets: [] });
  expect(readFileSync(join(place, 'b.csv'), 'utf8')).toBe('x\n2\n');
});

it('says what is wrong with what it is given', () => {
  expect(json('add')).toMatchObject({ status: 2 });
  expect(json('status', 'nothing').stderr).toContain('"assay data list" shows what is');
  expect(json('checkout', 'img', 'img', '--rev', 'x')).toMatchObject({ status: 2 });
  expect(json('describe', 'img', '--meta', 'x')).toMatchObject({ status: 2 });
  expect(json('gc', '--keep', 'everything')).toMatchObject({ status: 2 });
});
