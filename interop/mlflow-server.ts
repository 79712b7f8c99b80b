/** Real MLflow servers on loopback, each in a Python environment of its own: the two lines of releases do not go into one. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { closeSync, existsSync, mkdirSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join, resolve } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

/** What each environment holds beside what it needs by itself. */
const PACKAGES = {
  '3': ['mlflow==3.17.2', 'scikit-learn==1.7.2', 'onnx==1.19.1', 'onnxruntime==1.23.2'],
  // what came with SQLAlchemy 2.1 is too new for it
  '2': ['mlflow==2.22.5', 'scikit-learn==1.7.2', 'sqlalchemy<2.1'],
} as const;
export type Release = keyof typeof PACKAGES;

/** The Python of an environment in `.cache/`, which is made when it is not there. */
export function mlflowPython(release: Release): string {
  const folder = resolve('.cache', `interop-mlflow-${release}`);
  const python = join(folder, 'bin', 'python');
  const stamp = join(folder, 'packages.txt');
  const wanted = PACKAGES[release].join('\n');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return python;
  for (const [program, ...args] of [
    ['python3', '-m', 'venv', '--clear', folder],
    [python, '-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', ...PACKAGES[release]],
  ] as const) {
    const done = spawnSync(program, args, { encoding: 'utf8' });
    if (done.status !== 0) throw new Error(`${program} ${args.join(' ')}: ${done.stderr}`);
  }
  writeFileSync(stamp, wanted);
  return python;
}

export type MlflowServer = { readonly url: string; stop(): Promise<void>; start(): Promise<void> };

/** An MLflow server over a SQLite file and a folder; it can be killed, and started again at the same address. */
export async function startMlflow(folder: string, release: Release): Promise<MlflowServer> {
  mkdirSync(folder, { recursive: true });
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  let child: ChildProcess | null = null;
  const server: MlflowServer = {
    url,
    async start() {
      const args = ['-m', 'mlflow', 'server', '--host', '127.0.0.1', '--port', String(port), '--workers', '1'];
      const places = ['--backend-store-uri', 'sqlite:///mlflow.db', '--artifacts-destination', './artifacts'];
      const log = openSync(join(folder, 'server.log'), 'a');
      const started = spawn(mlflowPython(release), [...args, ...places], {
        cwd: folder,
        // a group of its own: its workers end with it
        detached: true,
        // to a file: who waits for a client with spawnSync reads no pipe, and a full one would stop the server
        stdio: ['ignore', log, log],
        env: { ...process.env, MLFLOW_SERVER_ENABLE_JOB_EXECUTION: 'false', MLFLOW_DISABLE_TELEMETRY: 'true' },
      });
      child = started;
      closeSync(log);
      const deadline = Date.now() + 120_000;
      while (!(await answers(`${url}/health`))) {
        if (started.exitCode !== null || Date.now() > deadline)
          throw new Error(
            `mlflow ${release} did not start: ${readFileSync(join(folder, 'server.log'), 'utf8').slice(-5000)}`,
          );
        await pause(100);
      }
    },
    async stop() {
      const ending = child;
      child = null;
      if (!ending?.pid) return;
      const ended = new Promise<void>((done) => ending.on('close', () => done()));
      process.kill(-ending.pid, 'SIGKILL');
      await ended;
    },
  };
  await server.start();
  return server;
}

const answers = (url: string): Promise<boolean> =>
  fetch(url).then(
    (answer) => answer.ok,
    () => false,
  );

const freePort = (): Promise<number> =>
  new Promise((done, fail) => {
    const probe = createServer();
    probe.on('error', fail);
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address() as { port: number };
      probe.close(() => done(port));
    });
  });
