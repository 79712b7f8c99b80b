import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { newRunId } from '../../../shared/ids.ts';
import { killGroup, killOne, spawnDetached } from '../../platform/process.ts';
import { isRunning, type ProcessId, startTimeOf } from '../../platform/process-identity.ts';
import { type LaunchBench, makeLaunch } from '../../testing/make-launch.ts';
import { until } from './wait.ts';

let bench: LaunchBench;
const make = (options?: Parameters<typeof makeLaunch>[0]): LaunchBench => {
  bench = makeLaunch(options);
  return bench;
};
afterEach(() => bench.dispose());

const processOf = (run: string) =>
  bench.read(run, 'process.json') as { wrapper: ProcessId; child: ProcessId & { pgid: number } };
const gone = async (id: ProcessId): Promise<boolean> => until(bench.root, () => !isRunning(id), 10_000);

describe('a run', () => {
  it('is started, followed to its end and described', async () => {
    const { node, read, text, ended, launch, project } = make();
    const run = await node(['-e', 'console.log("out"); console.error("err"); process.exit(3)'], {
      experiment: 'e',
      tags: { a: 'b' },
      note: 'why',
      env: { SEED: '7', PLAIN: 'x' },
      gpus: 'none',
    });
    const exit = await ended(run);
    expect(exit).toMatchObject({ code: 3, signal: null, by: 'wrapper', error: null });
    expect(Math.abs((exit.endedAt as number) - Date.now())).toBeLessThan(20_000);
    expect(text(run, 'stdout.log')).toBe('out\n');
    expect(text(run, 'stderr.log')).toBe('err\n');
    expect(read(run, 'run.json')).toMatchObject({
      version: 1,
      id: run,
      experiment: 'e',
      source: 'launch',
      command: [process.execPath, '-e', expect.any(String)],
      cwd: '.',
      tags: { a: 'b' },
      note: 'why',
      python: null,
      git: null,
      host: { cores: expect.any(Number), gpus: [] },
      env: { SEED: '7', PLAIN: 'x', CUDA_VISIBLE_DEVICES: '' },
      gpus: [],
    });
    expect(bench.projects.get(project).db.prepare('SELECT status, exit_code FROM runs').get()).toBeDefined();
    expect(launch.vanished(project, run)).toBe(false);
  });

  it('gets the environment of a run, and nothing of ours', async () => {
    const { node, ended, text, root, folder } = make();
    const show = 'console.log(JSON.stringify(process.env))';
    const run = await node(['-e', show], { env: { NODE_OPTIONS: '--no-deprecation', PYTHONPATH: '/mine' } });
    await ended(run);
    const env = JSON.parse(text(run, 'stdout.log')) as Record<string, string>;
    expect(env).toMatchObject({
      ASSAY_PROJECT: root,
      ASSAY_RUN_ID: run,
      ASSAY_RUN_DIR: folder(run),
      PYTHONUNBUFFERED: '1',
      NODE_OPTIONS: '--no-deprecation',
    });
    expect(env.PYTHONPATH).toMatch(/sdk:\/mine$/);
    expect(env.NODE_COMPILE_CACHE).toBeUndefined();
    expect(Object.keys(env).filter((name) => /^(ELECTRON_|npm_|ASSAY_PASS_)/.test(name))).toEqual([]);
  });

  it('keeps secrets out of every file, also while it waits', async () => {
    const { node, folder, ended, launch, project, text } = make();
    const env = { HF_TOKEN: 'hunter2-token', DB: 'postgres://me:hunter2-db@host/x', OPEN: 'visible' };
    const waiting = await node(['-e', 'console.log(process.env.HF_TOKEN.length, process.env.DB.length)'], {
      env,
      queue: true,
    });
    const files = (run: string) =>
      readdirSync(folder(run), { recursive: true, withFileTypes: true })
        .filter((file) => file.isFile() && file.name !== 'secrets.json')
        .map((file) => readFileSync(join(file.parentPath, file.name), 'utf8'))
        .join('\n');
    expect(files(waiting)).toContain('visible');
    expect(files(waiting)).not.toContain('hunter2');
    expect(await launch.startQueued(project, waiting, [])).toBe(true);
    await ended(waiting);
    expect(text(waiting, 'stdout.log')).toBe('13 31\n');
    expect(bench.has(waiting, 'secrets.json')).toBe(false);
    expect(files(waiting)).not.toContain('hunter2');
    const again = await launch.request({ project, run: waiting });
    expect(again).toMatchObject({
      env: { HF_TOKEN: '••••', OPEN: 'visible' },
      restartOf: waiting,
      queue: false,
      name: null,
    });
    await expect(launch.start({ project, request: again })).rejects.toThrow('HF_TOKEN was not kept');
  });

  it('takes down what it used', async () => {
    const { node, text, ended } = make();
    const burn =
      'const until = Date.now() + 700; const kept = Buffer.alloc(80e6, 1); while (Date.now() < until) kept[0]++;';
    const run = await node(['-e', burn]);
    const exit = await ended(run);
    if (process.platform === 'linux') expect(exit.peakMemoryBytes as number).toBeGreaterThan(80e6);
    const samples = text(run, 'system.ndjson')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(samples[0].m['system/cpu_percent']).toBeGreaterThan(20);
    expect(samples[0].m['system/memory_bytes']).toBeGreaterThan(80e6);
    expect(samples[0].s).toBeLessThan(1.5);
  });

  it.each([
    [['/nowhere/at all', 'x'], 127, 'was not found'],
    [['./not-executable'], 126, 'not executable'],
  ])('tells why %j could not be started', async (command, code, why) => {
    const { launch, project, script, ended } = make();
    script('not-executable', 'x');
    const { run, status } = await launch.start({ project, request: { command } });
    expect(status).toBe('failed');
    expect(await ended(run)).toMatchObject({ code, error: expect.stringContaining(why) });
  });

  it.each([
    ['spaces, "quotes", \'single\' and emoji 🐧', 'spaces, "quotes", \'single\' and emoji 🐧'],
    ['200 characters', 'x'.repeat(200)],
  ])('runs in a folder with %s', async (_, name) => {
    const { node, ended, text, root } = make({ name });
    mkdirSync(join(root, 'sub "folder"'));
    const run = await node(['-p', 'process.cwd()'], { cwd: 'sub "folder"' });
    expect(await ended(run)).toMatchObject({ code: 0 });
    expect(text(run, 'stdout.log').trim()).toBe(join(root, 'sub "folder"'));
  });

  it('is refused outside the project, in a project nobody trusts, and without Python', async () => {
    const { launch, project, root } = make({ trusted: false });
    const request = { command: [process.execPath, '-v'] };
    await expect(launch.start({ project, request })).rejects.toMatchObject({ code: 'FORBIDDEN' });
    const trusted = { trusted: true };
    await expect(launch.start({ project, request: { ...request, cwd: '..' } }, trusted)).rejects.toMatchObject({
      code: 'BAD_REQUEST',
    });
    await expect(launch.start({ project, request: { command: ['python', 'x.py'] } }, trusted)).rejects.toThrow(
      'No Python was found',
    );
    expect(readdirSync(join(root, '.assay', 'runs'))).toEqual([]);
    const { run } = await launch.start({ project, request }, trusted);
    expect(await bench.ended(run)).toMatchObject({ code: 0 });
  });

  it('uses the Python of the project for the word python, and writes down its packages', async () => {
    const { script, root, launch, project, ended, text, read } = make();
    mkdirSync(join(root, '.venv', 'bin'), { recursive: true });
    writeFileSync(join(root, '.venv', 'pyvenv.cfg'), 'home = x\n');
    script(
      '.venv/bin/python',
      '#!/bin/sh\ncase "$1" in -I) echo 3.12.4;; -c) echo numpy==2.0;; *) echo "ran $1 in $VIRTUAL_ENV";; esac\n',
    );
    chmodSync(join(root, '.venv', 'bin', 'python'), 0o755);
    const { run } = await launch.start({ project, request: { command: ['python', 'train.py', '--lr', '1'] } });
    await ended(run);
    expect(text(run, 'stdout.log')).toBe(`ran train.py in ${join(root, '.venv')}\n`);
    expect(read(run, 'run.json')).toMatchObject({
      name: `train-${run.slice(-4)}`,
      command: ['python', 'train.py', '--lr', '1'],
      python: { executable: join(root, '.venv', 'bin', 'python'), version: '3.12.4', kind: 'venv' },
    });
    await bench.appears(run, 'packages.txt', 'numpy==2.0');
  });

  it('remembers the code it ran with', async () => {
    const { git, root, script, node, read, text } = make();
    await git.init(root);
    script('train.js', 'console.log(1)\n');
    const empty = await node(['train.js']);
    expect(read(empty, 'run.json').git).toMatchObject({ commit: null, branch: 'main', dirty: true });
    const commit = await git.commitAll(root, 'first', { name: 'A', email: 'a@b.invalid' });
    script('train.js', 'console.log(2)\n');
    const changed = await node(['train.js']);
    expect(read(changed, 'run.json').git).toEqual({
      commit,
      branch: 'main',
      remote: null,
      dirty: true,
      patch: 'patch.diff',
      skipped: [],
    });
    expect(text(changed, 'patch.diff')).toContain('-console.log(1)\n+console.log(2)\n');
    writeFileSync(join(root, '.git', 'HEAD'), `${commit}\n`);
    writeFileSync(join(root, '.git', 'MERGE_HEAD'), `${commit}\n`);
    const detached = await node(['train.js']);
    expect(read(detached, 'run.json').git).toMatchObject({ commit, branch: null });
    writeFileSync(join(root, '.git', 'index'), 'nonsense');
    const broken = await node(['train.js']);
    expect(read(broken, 'run.json').git).toBeNull();
    for (const run of [empty, changed, detached, broken]) expect(await bench.ended(run)).toMatchObject({ code: 0 });
  });
});

describe('stopping', () => {
  const stubborn = `process.on('SIGTERM', () => console.log('ignored')); console.log('ready'); setInterval(() => {}, 1e6)`;

  it('sends TERM and lets the command end orderly', async () => {
    const { node, appears, launch, project, ended, read } = make();
    const run = await node([
      '-e',
      `process.on('SIGTERM', () => process.exit(5)); console.log('ready'); setInterval(() => {}, 1e6)`,
    ]);
    await appears(run, 'stdout.log', 'ready');
    await launch.stop({ project, runs: [run] });
    expect(await ended(run)).toMatchObject({ code: 5, signal: null });
    expect(read(run, 'stop.json')).toMatchObject({ by: 'page' });
  });

  it('kills what ignores TERM after the grace, with all its children', async () => {
    const { node, appears, launch, project, ended, text } = make({ graceSeconds: 0.4 });
    const family = `require('node:child_process').spawn(process.execPath, ['-e', ${JSON.stringify(stubborn)}], { stdio: 'inherit' }).on('spawn', function () { console.log('child ' + this.pid + ' end') }); ${stubborn}`;
    const run = await node(['-e', family]);
    await appears(run, 'stdout.log', ' end');
    await until(bench.folder(run), () => text(run, 'stdout.log').split('ready').length === 3, 10_000);
    const pid = Number(/child (\d+) end/.exec(text(run, 'stdout.log'))![1]);
    const grandchild = { pid, startTime: startTimeOf(pid)! };
    await launch.stop({ project, runs: [run] }, { by: 'cli' });
    expect(await ended(run)).toMatchObject({ code: null, signal: 'SIGKILL' });
    expect(text(run, 'stdout.log')).toContain('ignored');
    expect(await gone(grandchild)).toBe(true);
  });

  it('waits with the end until what the command left behind is gone too', async () => {
    const { node, appears, launch, project, ended, text } = make({ graceSeconds: 0.4 });
    const leaves = `require('node:child_process').spawn(process.execPath, ['-e', ${JSON.stringify(stubborn)}], { stdio: 'inherit' }).on('spawn', function () { console.log('child ' + this.pid + ' end') }); setInterval(() => {}, 1e6)`;
    const run = await node(['-e', leaves]);
    await appears(run, 'stdout.log', 'ready');
    const pid = Number(/child (\d+) end/.exec(text(run, 'stdout.log'))![1]);
    const grandchild = { pid, startTime: startTimeOf(pid)! };
    await launch.stop({ project, runs: [run] });
    expect(await ended(run)).toMatchObject({ signal: 'SIGTERM' });
    expect(await gone(grandchild)).toBe(true);
  });

  it('kills at once when asked to', async () => {
    const { node, appears, launch, project, ended } = make({ graceSeconds: 1000 });
    const run = await node(['-e', stubborn]);
    await appears(run, 'stdout.log', 'ready');
    await launch.stop({ project, runs: [run] });
    await appears(run, 'stdout.log', 'ignored');
    await launch.stop({ project, runs: [run] }, { kill: true });
    expect(await ended(run)).toMatchObject({ code: null, signal: 'SIGKILL' });
  });

  it('ends a command whose wrapper was killed, and records it', async () => {
    const { node, appears, launch, project, ended } = make({ graceSeconds: 0.3 });
    const run = await node(['-e', stubborn]);
    await appears(run, 'stdout.log', 'ready');
    const { wrapper, child } = processOf(run);
    killOne(wrapper.pid, 'SIGKILL');
    expect(await gone(wrapper)).toBe(true);
    expect(isRunning(child)).toBe(true);
    await launch.stop({ project, runs: [run] });
    expect(isRunning(child)).toBe(false);
    expect(await ended(run)).toMatchObject({ code: null, signal: 'SIGKILL', by: 'host' });
  });

  it('never touches a process that only has the number of a dead one', async () => {
    const { node, appears, launch, project, folder, ended } = make();
    const run = await node(['-e', stubborn]);
    await appears(run, 'stdout.log', 'ready');
    const real = processOf(run);
    const recycled = {
      ...real,
      wrapper: { ...real.wrapper, startTime: '1' },
      child: { ...real.child, startTime: '1' },
    };
    writeFileSync(join(folder(run), 'process.json'), JSON.stringify(recycled));
    await launch.stop({ project, runs: [run] });
    expect([isRunning(real.wrapper), isRunning(real.child)]).toEqual([true, true]);
    expect(launch.vanished(project, run)).toBe(true);
    killGroup(real.child.pid, 'SIGKILL');
    await ended(run);
  });

  it('ends a script that nobody launched, alone and not its whole group', async () => {
    const { launch, project, folder, projects } = make();
    const run = newRunId();
    mkdirSync(folder(run), { recursive: true });
    const script = spawnDetached(process.execPath, ['-e', 'setInterval(() => {}, 1e6)'], {
      cwd: '/',
      env: process.env,
    });
    const sibling = spawnDetached(process.execPath, ['-e', 'setInterval(() => {}, 1e6)'], {
      cwd: '/',
      env: process.env,
    });
    const child = { pid: script.pid!, startTime: startTimeOf(script.pid!)!, pgid: sibling.pid! };
    writeFileSync(join(folder(run), 'run.json'), JSON.stringify({ version: 1, id: run, name: 'x', source: 'sdk' }));
    writeFileSync(join(folder(run), 'process.json'), JSON.stringify({ wrapper: null, child }));
    await projects.sync(project);
    await launch.stop({ project, runs: [run] });
    expect(await script.ended).toMatchObject({ signal: 'SIGTERM' });
    expect(await bench.ended(run)).toMatchObject({ by: 'host', signal: 'SIGTERM' });
    expect(startTimeOf(sibling.pid!)).not.toBeNull();
    killGroup(sibling.pid!, 'SIGKILL');
  });

  it('ends a waiting run that somebody is just starting', async () => {
    const { node, launch, project, folder, ended, read } = make();
    const run = await node(['-e', 'setInterval(() => {}, 1000)'], { queue: true });
    writeFileSync(
      join(folder(run), 'claim.json'),
      JSON.stringify({ pid: process.pid, startTime: startTimeOf(process.pid) }),
    );
    const stopping = launch.stop({ project, runs: [run] });
    rmSync(join(folder(run), 'claim.json'));
    await launch.startQueued(project, run, []);
    await stopping;
    expect(await ended(run)).toMatchObject({ signal: 'SIGTERM' });
    expect(read(run, 'stop.json')).toMatchObject({ by: 'page' });
  });

  it('leaves a run that has ended as it is, and takes one off the queue', async () => {
    const { node, ended, launch, project, has, read } = make();
    const run = await node(['-e', '']);
    await ended(run);
    await launch.stop({ project, runs: [run] });
    expect(has(run, 'stop.json')).toBe(false);
    const waiting = await node(['-e', ''], { queue: true });
    await launch.stop({ project, runs: [waiting] });
    expect(read(waiting, 'exit.json')).toMatchObject({ code: null, signal: null, by: 'host' });
    expect(await launch.startQueued(project, waiting, [])).toBe(false);
  });
});

describe('whoever dies', () => {
  it('a host that is killed does no harm to its run', async () => {
    const { base, root } = make();
    const marker = join(base, 'run-id');
    const host = `
      import { writeFileSync } from 'node:fs';
      import { makeLaunch } from ${JSON.stringify(join(import.meta.dirname, '..', '..', 'testing', 'make-launch.ts'))};
      const bench = makeLaunch();
      const run = await bench.node(['-e', "process.on('SIGUSR2', () => process.exit(7)); console.log('ready'); setInterval(() => {}, 1e6)"]);
      writeFileSync(${JSON.stringify(marker)}, bench.folder(run));
      setInterval(() => {}, 1e6);`;
    writeFileSync(join(base, 'host.ts'), host);
    const process_ = spawnDetached(process.execPath, [join(base, 'host.ts')], { cwd: root, env: process.env });
    const read = (path: string) => JSON.parse(readFileSync(path, 'utf8'));
    const written = () => {
      try {
        return readFileSync(marker, 'utf8') !== '';
      } catch {
        return false;
      }
    };
    expect(await until(base, written, 20_000)).toBe(true);
    const folder = readFileSync(marker, 'utf8');
    killGroup(process_.pid!, 'SIGKILL');
    await process_.ended;
    const { child, wrapper } = read(join(folder, 'process.json'));
    expect([isRunning(child), isRunning(wrapper)]).toEqual([true, true]);
    await until(folder, () => readFileSync(join(folder, 'stdout.log'), 'utf8').includes('ready'), 10_000);
    killOne(child.pid, 'SIGUSR2');
    await until(folder, () => readdirSync(folder).includes('exit.json'), 10_000);
    expect(read(join(folder, 'exit.json'))).toMatchObject({ code: 7, by: 'wrapper' });
    rmSync(join(folder, '..', '..', '..', '..'), { recursive: true, force: true });
  });

  it('a run folder that is deleted under a running command does not hold the wrapper', async () => {
    const { node, appears, folder } = make();
    const run = await node([
      '-e',
      `process.on('SIGUSR2', () => process.exit(0)); console.log('ready'); setInterval(() => {}, 1e6)`,
    ]);
    await appears(run, 'stdout.log', 'ready');
    const { child, wrapper } = processOf(run);
    rmSync(folder(run), { recursive: true });
    killOne(child.pid, 'SIGUSR2');
    expect(await gone(wrapper)).toBe(true);
  });

  it.skipIf(!existsSync('/dev/full'))('a full disk costs samples, never the run (needs /dev/full)', async () => {
    const { node, folder, ended, launch, project } = make();
    const run = await node(['-e', 'setTimeout(() => process.exit(4), 600)'], { queue: true });
    symlinkSync('/dev/full', join(folder(run), 'system.ndjson'));
    symlinkSync('/dev/full', join(folder(run), 'stdout.log'));
    await launch.startQueued(project, run, []);
    expect(await ended(run)).toMatchObject({ code: 4, error: null });
  });

  it('two hosts never start a run twice, and a claim left by a dead one is taken over', async () => {
    const { node, launch, project, folder, ended, text } = make();
    const run = await node(['-e', 'console.log("once")'], { queue: true });
    const results = await Promise.all([launch.startQueued(project, run, []), launch.startQueued(project, run, [])]);
    expect(results.sort()).toEqual([false, true]);
    await ended(run);
    expect(text(run, 'stdout.log')).toBe('once\n');
    const other = await node(['-e', ''], { queue: true });
    writeFileSync(
      join(folder(other), 'claim.json'),
      JSON.stringify({ pid: process.pid, startTime: startTimeOf(process.pid) }),
    );
    expect(await launch.startQueued(project, other, [])).toBe(false);
    writeFileSync(join(folder(other), 'claim.json'), JSON.stringify({ pid: process.pid, startTime: '1' }));
    expect(await launch.startQueued(project, other, [])).toBe(true);
    expect(await ended(other)).toMatchObject({ code: 0 });
    // killed before it could write who it was
    const third = await node(['-e', ''], { queue: true });
    const claim = join(folder(third), 'claim.json');
    writeFileSync(claim, '');
    expect(await launch.startQueued(project, third, [])).toBe(false);
    const longAgo = Date.now() / 1000 - 60;
    utimesSync(claim, longAgo, longAgo);
    expect(await launch.startQueued(project, third, [])).toBe(true);
    expect(await ended(third)).toMatchObject({ code: 0 });
  });
});
