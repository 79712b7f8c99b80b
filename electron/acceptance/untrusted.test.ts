import { chmodSync, existsSync, mkdirSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { newRunId } from '../../shared/ids.ts';
import { assay } from './terminal.ts';
import { ended, startNode, type World, worlds } from './world.ts';

const world = worlds();

/** Programs that say that they were started, wherever a project could hope that somebody starts them. */
function trap({ root, folder }: World): { sprung(): string[]; program(...path: string[]): string } {
  const traces = join(folder, 'traces');
  mkdirSync(traces);
  return {
    sprung: () => readdirSync(traces),
    program(...path) {
      const file = join(root, ...path);
      mkdirSync(join(file, '..'), { recursive: true });
      writeFileSync(file, `#!/bin/sh\ntouch '${join(traces, path.join('-'))}'\necho 3.11.0\n`);
      chmodSync(file, 0o755);
      return file;
    },
  };
}

test('a project nobody trusts starts nothing: not its Pythons, hooks, queue, command, nor a past run again', async () => {
  const made = world();
  const { root, host, run: runFolder } = made;
  const { sprung, program } = trap(made);
  for (const name of ['.venv', 'venv', 'env']) {
    program(name, 'bin', 'python');
    writeFileSync(join(root, name, 'pyvenv.cfg'), 'home = /usr\nversion = 3.11.0\n');
  }
  program('.git', 'hooks', 'post-checkout');
  program('.git', 'hooks', 'fsmonitor');
  writeFileSync(join(root, '.git', 'HEAD'), 'ref: refs/heads/main\n');
  writeFileSync(
    join(root, '.git', 'config'),
    '[core]\n\tfsmonitor = .git/hooks/fsmonitor\n\tpager = .git/hooks/fsmonitor\n',
  );
  program('nvidia-smi');
  const evil = program('evil');
  // by a name that does not look as if it lay in the project
  const disguised = join(made.folder, 'way');
  symlinkSync(root, disguised);
  writeFileSync(join(root, '.assay', 'python.json'), JSON.stringify({ executable: join(disguised, 'evil') }));
  writeFileSync(join(root, 'assay.yaml'), 'run:\n  command: [./evil]\n');
  const waiting = newRunId();
  const past = newRunId();
  for (const id of [waiting, past]) mkdirSync(runFolder(id), { recursive: true });
  const request = { command: [evil], name: 'evil', createdAt: 1, named: true };
  for (const id of [waiting, past]) writeFileSync(runFolder(id, 'request.json'), JSON.stringify(request));
  const identity = {
    version: 1,
    id: past,
    name: 'past',
    experiment: 'e',
    source: 'launch',
    createdAt: 1,
    startedAt: 1,
    command: [evil],
  };
  writeFileSync(runFolder(past, 'run.json'), JSON.stringify(identity));
  writeFileSync(join(root, '.assay', 'queue.json'), JSON.stringify({ order: [waiting] }));

  const first = await host({ trusted: false });
  await first.kill();
  // the queue of last time is looked at by a host that starts
  const one = await host({ trusted: false });
  const { client, project } = one;
  const pythons = await client.python.list({ project });
  expect(pythons.map((python) => python.executable)).not.toContain(join(disguised, 'evil'));
  expect((await client.projects.state({ project })).defaultCommand).toEqual(['./evil']);
  await client.gpu.state();
  const refused = { code: 'FORBIDDEN', message: expect.stringMatching(/not trusted yet.*Trust this project/) };
  for (const command of [[evil], ['python', 'x.py'], [process.execPath, '-v']])
    for (const queue of [false, true])
      await expect(startNode(one, [], { command, queue })).rejects.toMatchObject(refused);
  const again = await client.runs.request({ project, run: past });
  expect(again.command).toEqual([evil]);
  await expect(client.runs.start({ project, request: again })).rejects.toMatchObject(refused);
  await client.queue.set({ project, paused: false, cpuSlots: 8 });
  expect((await client.queue.get({ project })).items).toMatchObject([
    { run: waiting, waitingFor: expect.stringMatching(/trusted/) },
  ]);
  const preferred = await client.python.prefer({ project, executable: join(root, 'venv', 'bin', 'python') });
  expect(preferred[0]).toMatchObject({ executable: join(root, 'venv', 'bin', 'python'), preferred: true });
  // the terminal looks, too, and runs what was typed there only
  expect(assay(root, 'runs', 'list').status).toBe(0);
  expect(assay(root, 'doctor').status).not.toBe(2);
  expect(assay(root, 'run', '--', process.execPath, '-p', '1')).toMatchObject({ status: 0, stdout: '1\n' });
  expect(sprung()).toEqual([]);
  expect(existsSync(runFolder(waiting, 'run.json'))).toBe(false);

  await client.projects.trust({ project, trusted: true });
  expect(await ended(one, waiting)).toMatchObject({ status: 'finished' });
  expect(sprung()).toContain('evil');
});

test('nothing that a project says acts on the terminal', async () => {
  const { root, run: runFolder } = world();
  mkdirSync(join(root, '.git'));
  writeFileSync(join(root, '.git', 'HEAD'), 'ref: refs/heads/\x1b]0;evil\x07\n');
  writeFileSync(join(root, 'assay.yaml'), '"\\e[2Jevil": 1\n');
  const id = newRunId();
  mkdirSync(runFolder(id), { recursive: true });
  const identity = {
    id,
    name: 'e\x1b[2J',
    command: ['e\x1b[2J'],
    git: { commit: '\x1b[2J', branch: '\x9b2J', dirty: true },
  };
  writeFileSync(runFolder(id, 'run.json'), JSON.stringify(identity));
  writeFileSync(runFolder(id, 'exit.json'), JSON.stringify({ signal: '\x1b[2J', error: '\x1b[2J' }));
  for (const words of [
    ['doctor'],
    ['runs', 'list'],
    ['runs', 'show', id],
    ['run', '--', 'true'],
    ['metrics', id, 'x'],
  ]) {
    const { stdout, stderr } = assay(root, ...words);
    expect(stdout + stderr).not.toBe('');
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must not be there
    expect(stdout + stderr).not.toMatch(/[\x00-\x09\x0b-\x1f\x7f-\x9f]/);
  }
});

test('trust that was taken back holds, also for what waits', async () => {
  const made = world();
  const { sprung, program } = trap(made);
  const evil = program('evil');
  const one = await made.host();
  const { client, project } = one;
  await client.queue.set({ project, paused: true });
  const run = await startNode(one, [], { command: [evil], queue: true });
  await client.projects.trust({ project, trusted: false });
  await client.queue.set({ project, paused: false });
  expect((await client.queue.get({ project })).items).toMatchObject([{ run }]);
  await one.kill();
  const two = await made.host({ trusted: false });
  expect((await two.client.queue.get({ project })).items).toMatchObject([{ run }]);
  expect(sprung()).toEqual([]);
  await two.client.queue.remove({ project, run });
  expect((await ended(two, run)).status).toBe('stopped');
  rmSync(evil);
});
