import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { silentLog } from '../platform/log.ts';
import { createGit } from '../services/git/service.ts';
import { assay, assayWith } from './terminal.ts';
import { ended, get, points, startNode, upTo, worlds } from './world.ts';

const world = worlds();
const git = createGit({ log: silentLog });
afterAll(git.dispose);
const author = { name: 'Ada', email: 'ada@example.invalid' };

/** A machine with nothing installed: no program can be found but by its full path. */
function bare(folder: string): NodeJS.ProcessEnv {
  mkdirSync(join(folder, 'empty'), { recursive: true });
  const empty = join(folder, 'empty');
  return {
    PATH: empty,
    HOME: empty,
    VIRTUAL_ENV: '',
    CONDA_PREFIX: '',
    PYENV_ROOT: '',
    MAMBA_ROOT_PREFIX: '',
    UV_PYTHON_INSTALL_DIR: '',
    XDG_DATA_HOME: '',
  };
}

test('without Python, git and nvidia-smi everything else works, and what is missing is said', async () => {
  const { root, folder, host } = world();
  await git.init(root);
  await git.commitAll(root, 'first', author);
  const env = bare(folder);
  const one = await host({ env });
  const { client, project } = one;
  const state = await client.projects.state({ project });
  expect(state).toMatchObject({
    python: null,
    git: { branch: 'main', commit: expect.stringMatching(/^[0-9a-f]{40}$/) },
  });
  expect(state.problems).toEqual([
    { code: 'no_python', message: expect.stringMatching(/^No Python was found .* Install it .* works without it\.$/) },
  ]);
  expect(await client.python.list({ project })).toEqual([]);
  expect((await client.gpu.state()).reason).toMatch(/nvidia-smi/);
  await expect(startNode(one, [], { command: ['python', 'train.py'] })).rejects.toMatchObject({
    code: 'UNAVAILABLE',
    message: expect.stringMatching(/^No Python was found on this machine.*Install Python/),
  });
  const run = await ended(one, await startNode(one, ['train.mjs', '20']));
  expect(run).toMatchObject({
    status: 'finished',
    metrics: { loss: { count: 20 } },
    git: { commit: state.git!.commit },
  });

  const refused = assayWith({ env }, root, 'run', '--', 'python', 'train.py');
  expect(refused).toMatchObject({ status: 1, stdout: '' });
  expect(refused.stderr).toMatch(/^assay: No Python was found on this machine/);
  expect(assayWith({ env }, root, 'run', '--', process.execPath, '-p', '1 + 1')).toMatchObject({
    status: 0,
    stdout: '2\n',
  });
  expect(assayWith({ env }, root, 'doctor').stdout).toMatch(/python/i);
});

test.each([
  ['no repository', async () => {}, null],
  [
    'an empty repository',
    (root: string) => git.init(root),
    { branch: 'main', commit: null, detached: false, merging: false },
  ],
  [
    'a detached HEAD',
    async (root: string) => {
      await git.init(root);
      const commit = await git.commitAll(root, 'first', author);
      writeFileSync(join(root, '.git', 'HEAD'), `${commit}\n`);
    },
    { branch: null, commit: expect.stringMatching(/^[0-9a-f]{40}$/), detached: true, merging: false },
  ],
  [
    'a merge in progress',
    async (root: string) => {
      await git.init(root);
      const commit = await git.commitAll(root, 'first', author);
      writeFileSync(join(root, '.git', 'MERGE_HEAD'), `${commit}\n`);
      writeFileSync(join(root, 'train.mjs'), '<<<<<<< ours\n', { flag: 'a' });
    },
    { branch: 'main', commit: expect.stringMatching(/^[0-9a-f]{40}$/), detached: false, merging: true, dirty: true },
  ],
  [
    'a repository that cannot be read',
    async (root: string) => {
      mkdirSync(join(root, '.git'));
      writeFileSync(join(root, '.git', 'HEAD'), 'ref: refs/heads/.invalid\n');
    },
    'unreadable',
  ],
])('a run in %s', async (_, make, wanted) => {
  const { root, host } = world();
  await make(root);
  const one = await host();
  const state = await one.client.projects.state({ project: one.project });
  if (wanted === null || wanted === 'unreadable') expect(state.git).toBeNull();
  else expect(state.git).toMatchObject(wanted as object);
  const gitProblem = state.problems.find((problem) => problem.code === 'git');
  if (wanted === 'unreadable') expect(gitProblem!.message).toMatch(/could not be read.*Runs work without it/);
  else expect(gitProblem).toBeUndefined();

  const run = await ended(one, await startNode(one, ['-p', '"it ran"']));
  expect(run).toMatchObject({ status: 'finished', exitCode: 0 });
  if (wanted === null || wanted === 'unreadable') expect(run.git).toBeNull();
  else expect(run.git).toMatchObject({ commit: state.git!.commit, branch: state.git!.branch });
  if (state.git?.merging) {
    const patch = await one.client.runs.patch({ project: one.project, run: run.id });
    expect(patch.text).toContain('+<<<<<<< ours');
  }
});

test.each([
  ['spaces, quotes, emoji', `my "project's" 🐧 $HOME \`x\` %41 #?;&`],
  ['200 characters', `${'long '.repeat(39)}name`.padEnd(200, 'x')],
])('a project and an artifact whose names have %s', async (_, name) => {
  const { root, host } = world(name);
  const script = `
    const { mkdirSync, writeFileSync } = require('fs'), { join } = require('path');
    const folder = join(process.env.ASSAY_RUN_DIR, 'artifacts', process.argv[1]);
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'a.csv'), 'x,y\\n1,2\\n');
    console.log(process.cwd());`;
  const one = await host();
  const { client, project } = one;
  await client.projects.init({ project });
  const run = await ended(
    one,
    await startNode(one, ['-e', script, name], { name, experiment: name, tags: { [name.slice(0, 200)]: name } }),
  );
  expect(run).toMatchObject({ status: 'finished', name, experiment: name, tags: { [name]: name } });
  const path = `${name}/a.csv`;
  expect(run.artifacts.map((one) => one.path)).toEqual([path]);
  const log = await client.runs.log({ project, run: run.id, stream: 'stdout', offset: 0, limit: 10_000 });
  expect(await log.bytes.text()).toBe(`${root}\n`);
  expect(await (await client.runs.artifact({ project, run: run.id, path })).bytes.text()).toBe('x,y\n1,2\n');
  expect((await client.runs.artifactTable({ project, run: run.id, path })).rows).toEqual([['1', '2']]);
  const address = `${one.origin}/raw/${[project, run.id, ...path.split('/')].map(encodeURIComponent).join('/')}`;
  expect(await (await fetch(address, { headers: { cookie: one.cookie } })).text()).toBe('x,y\n1,2\n');

  const typed = assay(root, 'run', '--json', '--name', name, '--', process.execPath, 'train.mjs', '10');
  expect(typed.status).toBe(0);
  expect(JSON.parse(typed.stdout)).toMatchObject({ name, status: 'finished', metrics: { loss: { count: 10 } } });
  expect(JSON.parse(assay(root, 'runs', 'list', '--json').stdout)).toHaveLength(2);
  const { id } = JSON.parse(typed.stdout);
  expect((await points(one, (await get(one, id)).id)).step).toEqual(upTo(10));
});

test.each([
  [['no-such-command-anywhere'], 127, /The command "no-such-command-anywhere" was not found\. Check its spelling/],
  [['./train.mjs'], 126, /"\.\/train\.mjs" may not be run: it is not executable/],
])('the command %j', async (command, code, why) => {
  const { root, host } = world();
  const typed = assay(root, 'run', '--', ...command);
  expect(typed).toMatchObject({ status: code, stdout: '' });
  expect(typed.stderr).toMatch(why);
  const one = await host();
  const run = await ended(one, await startNode(one, [], { command }));
  expect(run).toMatchObject({ status: 'failed', exitCode: code, error: expect.stringMatching(why) });
  expect((await one.client.runs.list({ project: one.project })).total).toBe(2);
});
