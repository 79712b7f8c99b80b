import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { appendFileSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { until } from '../testing/host-process.ts';
import { assay } from './terminal.ts';
import { get, points, upTo, type World, worlds } from './world.ts';

const PYTHON = 'python3';
const hasPython = spawnSync(PYTHON, ['-c', 'import sys; sys.exit(sys.version_info < (3, 9))']).status === 0;
if (!hasPython) console.log('no Python 3.9 here: killing the SDK is not tried');

const world = worlds();
const scripts: ChildProcess[] = [];
afterEach(() => {
  for (const script of scripts.splice(0)) script.kill('SIGKILL');
});

/** Logs 1,000 points a second and writes each step and its time to a file of its own at once, so that nothing of that is lost. */
const LOGS = `
import os, sys, time
import assay
run = assay.init(resume=sys.argv[1]) if len(sys.argv) > 1 else assay.init()
first = int(os.environ.get("FIRST", "0"))
told = os.open("told", os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
begin = time.time()
for step in range(first, first + int(os.environ.get("STEPS", "1000000"))):
    now = time.time()
    assay.log({"loss": 1 / (step + 1)}, step=step, time=now)
    os.write(told, b"%d %.6f\\n" % (step, now))
    time.sleep(max(0, begin + (step - first + 1) / 1000 - time.time()))
`;

function python({ root, home }: World, env: NodeJS.ProcessEnv, ...args: string[]): ChildProcess {
  const script = spawn(PYTHON, ['train.py', ...args], {
    cwd: root,
    env: { ...process.env, ASSAY_HOME: home, PYTHONPATH: resolve('resources/python'), ...env },
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  scripts.push(script);
  return script;
}

const over = (script: ChildProcess): Promise<unknown> => new Promise((done) => script.once('exit', done));

function told(root: string): { step: number; time: number }[] {
  return readFileSync(join(root, 'told'), 'utf8')
    .split('\n')
    .slice(0, -1)
    .map((line) => line.split(' ').map(Number))
    .map(([step, time]) => ({ step: step!, time: time! }));
}

test.skipIf(!hasPython)(
  'kill -9 of a script that logs by itself: at most the last 0.2 s is missing, a torn line does no harm, the run is lost and can be resumed (needs Python 3.9)',
  async () => {
    const made = world();
    const { root, run: runFolder } = made;
    writeFileSync(join(root, 'train.py'), LOGS);
    const one = await made.host();
    const script = python(made, {});
    const killed = over(script);
    const [row] = await until(
      async () => (await one.client.runs.list({ project: one.project })).rows,
      (rows) => (rows[0]?.metrics.loss?.count ?? 0) > 700,
    );
    const run = row!.id;
    script.kill('SIGKILL');
    await killed;
    const lost = await until(
      () => get(one, run),
      (now) => now.status !== 'running',
    );
    expect(lost).toMatchObject({ status: 'lost', exitCode: null, source: 'sdk' });
    expect(Math.abs(Date.now() - lost.lastSeenAt!)).toBeLessThan(20_000);

    const logged = told(root);
    const { step } = await points(one, run);
    expect(step).toEqual(upTo(step.length));
    const missing = logged.at(-1)!.time - logged[step.length - 1]!.time;
    // the promise is 0.2 s; a busy machine may wake the writing thread a little late
    expect(missing).toBeLessThan(0.3);

    // killed in the middle of a write
    appendFileSync(runFolder(run, 'log.ndjson'), '{"t":1790000000.1,"s":99999,"m":{"lo');
    const first = step.length;
    expect(await over(python(made, { FIRST: String(first), STEPS: '300' }, run))).toBe(0);
    const resumed = await until(
      () => get(one, run),
      (now) => now.status === 'finished',
    );
    expect(resumed).toMatchObject({ exitCode: 0, badLines: 1, metrics: { loss: { count: first + 300 } } });
    expect((await points(one, run)).step).toEqual(upTo(first + 300));
    expect(readdirSync(join(root, '.assay', 'runs')).filter((name) => !name.startsWith('.'))).toEqual([run]);
  },
);

test.skipIf(!hasPython)('kill -9 of a launched script: the wrapper tells how it ended (needs Python 3.9)', () => {
  const { root } = world();
  writeFileSync(
    join(root, 'train.py'),
    'import os, signal, time\nimport assay\nassay.log({"loss": 1.0})\ntime.sleep(0.5)\nos.kill(os.getpid(), signal.SIGKILL)\n',
  );
  const ended = assay(root, 'run', '--json', '--', PYTHON, 'train.py');
  expect(ended.status).toBe(137);
  expect(JSON.parse(ended.stdout)).toMatchObject({ status: 'failed', exitCode: null, metrics: { loss: { count: 1 } } });
});
