import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { makeProject, type TestProject } from '../../testing/make-project.ts';
import { createPython } from './service.ts';

let project: TestProject;
let home: string;

beforeEach(() => {
  project = makeProject('with "quotes" 🐍');
  home = mkdtempSync(join(tmpdir(), 'assay-home-'));
});
afterEach(() => {
  project.dispose();
  rmSync(home, { recursive: true, force: true });
});

/** A program that says a version as Python would, and leaves a mark that it was started. */
function fake(path: string, version: string): string {
  mkdirSync(join(path, '..'), { recursive: true });
  writeFileSync(path, `#!/bin/sh\n: >> "$0.started"\necho ${version}\n`, { mode: 0o755 });
  return path;
}
const started = (path: string): boolean => existsSync(`${path}.started`);

function environment(folder: string, version: string, extra = ''): string {
  const executable = fake(join(folder, 'bin', 'python'), version);
  writeFileSync(join(folder, 'pyvenv.cfg'), `home = /usr/bin\nversion_info = ${version}.final.0\n${extra}`);
  return executable;
}

const service = (env: NodeJS.ProcessEnv = {}, trusted = true) => {
  const view = { ...project, trusted };
  return createPython({
    projects: { get: () => view, all: () => [view] },
    folder: join(home, 'assay'),
    env: { PATH: '', ...env },
    home,
  });
};

test('nothing there is an empty list', async () => {
  expect(await service().list('test')).toEqual([]);
  expect(await service().choose('test', null)).toBeNull();
});

test('finds every kind, the best first', async () => {
  const venv = environment(join(project.root, '.venv'), '3.12.1', 'uv = 0.5.1\n');
  const active = environment(join(home, 'active'), '3.11.2');
  const wanted = fake(join(home, '.pyenv/versions/3.10.9/bin/python'), '3.10.9');
  const other = fake(join(home, '.pyenv/versions/3.13.0/bin/python'), '3.13.0');
  writeFileSync(join(project.root, '.python-version'), '3.10\n');
  const system = fake(join(home, 'bin/python3'), '3.9.2');
  fake(join(home, '.pyenv/shims/python3'), '3.10.9');
  const conda = fake(join(home, 'miniconda3/envs/torch/bin/python'), '3.11.9');
  mkdirSync(join(home, 'miniconda3/envs/torch/conda-meta'));
  const managed = fake(join(home, '.local/share/uv/python/cpython-3.14.0/bin/python3'), '3.14.0');
  fake(join(home, '.pyenv/versions/broken/bin/python'), 'not a version');
  const list = await service({
    VIRTUAL_ENV: join(home, 'active'),
    PATH: `${join(home, '.pyenv/shims')}:relative:${join(home, 'bin')}`,
  }).list('test');
  expect(list.map((one) => [one.executable, one.kind, one.version, one.preferred])).toEqual([
    [venv, 'uv', '3.12.1', true],
    [active, 'venv', '3.11.2', false],
    [wanted, 'pyenv', '3.10.9', false],
    [system, 'system', '3.9.2', false],
    [conda, 'conda', '3.11.9', false],
    [other, 'pyenv', '3.13.0', false],
    [managed, 'uv', '3.14.0', false],
  ]);
});

test('one file under several names counts once, an environment that links to it stays', async () => {
  const real = fake(join(home, 'bin/python3.12'), '3.12.0');
  symlinkSync(real, join(home, 'bin/python3'));
  symlinkSync(real, join(home, 'bin/python'));
  mkdirSync(join(project.root, 'venv/bin'), { recursive: true });
  symlinkSync(real, join(project.root, 'venv/bin/python'));
  writeFileSync(join(project.root, 'venv/pyvenv.cfg'), 'home = x\n');
  const list = await service({ PATH: join(home, 'bin') }).list('test');
  expect(list.map((one) => one.executable)).toEqual([join(project.root, 'venv/bin/python'), join(home, 'bin/python3')]);
});

test('starts nothing that lies in a project nobody trusts', async () => {
  const inside = environment(join(project.root, '.venv'), '3.12.1');
  const onPath = fake(join(project.root, 'bin/python3'), '3.12.1');
  const env = { PATH: join(project.root, 'bin'), VIRTUAL_ENV: join(project.root, '.venv') };
  const list = await service(env, false).list('test');
  expect(list).toMatchObject([{ executable: inside, version: '3.12.1' }]);
  expect([started(inside), started(onPath)]).toEqual([false, false]);
  expect((await service(env, true).list('test'))[0]?.version).toBe('3.12.1');
  expect([started(inside), started(onPath)]).toEqual([true, true]);
});

test('remembers the choice for the project, and forgets it', async () => {
  environment(join(project.root, '.venv'), '3.12.1');
  const own = fake(join(home, 'elsewhere/my-python'), '3.10.0');
  const python = service();
  await expect(python.prefer('test', '/nowhere/python')).rejects.toThrow('not a working Python 3');
  const list = await python.prefer('test', own);
  expect(list[0]).toMatchObject({ executable: own, kind: 'custom', version: '3.10.0', preferred: true });
  expect((await service().list('test'))[0]?.executable).toBe(own);
  expect(JSON.parse(readFileSync(join(project.root, '.assay/python.json'), 'utf8'))).toEqual({ executable: own });
  expect((await python.prefer('test', null))[0]).toMatchObject({ kind: 'venv', preferred: true });
});

test('asks an interpreter once, until its file changes', async () => {
  const path = fake(join(home, 'bin/python3'), '3.9.1');
  const env = { PATH: join(home, 'bin') };
  await service(env).list('test');
  rmSync(`${path}.started`);
  await service(env).list('test');
  expect(started(path)).toBe(false);
  fake(path, '3.10.12');
  expect((await service(env).list('test'))[0]?.version).toBe('3.10.12');
});
