import { spawn, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect, createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type MlflowServer, mlflowPython, type Release, startMlflow } from './mlflow-server.ts';

const LARGE = 64 << 20;

describe.each<Release>(['3', '2'])('MLflow %s', (release) => {
  let root: string;
  let server: MlflowServer;
  let line: { url: string; cutAfter(bytes: number, then: () => void): void; close(): void };
  const env = () => ({ ...process.env, ASSAY_HOME: join(root, '..', 'home'), ASSAY_KEYRING: 'off' });
  const assay = (...args: string[]): string => {
    const done = spawnSync('node', [resolve('bin/assay.mjs'), '-C', root, ...args], { encoding: 'utf8', env: env() });
    expect(done.status, done.stderr).toBe(0);
    return done.stdout;
  };
  const push = (version: string) => JSON.parse(assay('models', 'push', version, '--to', 'team', '--json'));

  /** What MLflow's own client loads and says; fails when it predicts other numbers. */
  const load = (uri: string, kind: string, seed: number) => {
    const expected = join(root, `expected-${seed}.json`);
    const args = [resolve('interop/mlflow_load.py'), server.url, uri, kind, expected];
    const done = spawnSync(mlflowPython(release), args, { encoding: 'utf8' });
    expect(done.status, done.stderr).toBe(0);
    return JSON.parse(done.stdout.trim().split('\n').at(-1)!);
  };

  beforeAll(async () => {
    const folder = mkdtempSync(join(tmpdir(), 'assay-mlflow-'));
    root = join(folder, 'project');
    mkdirSync(root);
    const git = (...args: string[]) => spawnSync('git', args, { cwd: root });
    git('init', '-q', '-b', 'main');
    git('config', 'user.name', 'Ada Lovelace');
    git('config', 'user.email', 'ada@example.com');
    server = await startMlflow(join(folder, 'server'), release);
    line = await startLine(Number(new URL(server.url).port));
    writeFileSync(
      join(root, 'assay.yaml'),
      `targets:\n  team: {type: mlflow, url: "${server.url}"}\n  shaky: {type: mlflow, url: "${line.url}"}\n`,
    );
    git('add', '-A');
    git('commit', '-q', '-m', 'Begin');
    for (const [seed, version] of [
      ['1', '1.0.0'],
      ['2', '1.1.0'],
    ] as const) {
      const command = [mlflowPython(release), resolve('interop/mlflow_train.py'), seed, root];
      assay('run', '--name', `run-${seed}`, '--', ...command);
      assay('models', 'register', 'churn', '--run', `run-${seed}`, '--path', 'model', '--version', version);
    }
  }, 400_000);
  afterAll(async () => {
    line?.close();
    await server?.stop();
    if (root) rmSync(join(root, '..'), { recursive: true, force: true });
  });

  test('a model that joblib wrote is pushed, and mlflow.sklearn and mlflow.pyfunc predict the same numbers with it', () => {
    assay('models', 'alias', 'churn@1.0.0', 'champion');
    const pushed = push('churn@1.0.0');
    expect(pushed).toMatchObject({ target: 'team', kind: 'mlflow', ref: 'models:/churn/1', verified: true });
    const said = load('models:/churn@champion', 'sklearn', 1);
    expect(said.versions).toHaveLength(1);
    expect(said.versions[0]).toMatchObject({ status: 'READY', description: expect.stringContaining('churn') });
    expect(said.versions[0].tags).toMatchObject({
      'assay.version': '1.0.0',
      'assay.approval': 'none',
      'assay.digest': `sha256:${pushed.digest}`,
      'assay.audit_head': expect.stringMatching(/[0-9a-f]{64}/),
    });
    expect(said.aliases).toEqual({ champion: '1' });
    expect(said.runs).toHaveLength(1);
    expect(said.runs[0]).toMatchObject({
      status: 'FINISHED',
      params: { C: '1', seed: '1' },
      metrics: { 'edge/nan': 'nan' },
    });
    expect(said.runs[0].end).toBeGreaterThan(said.runs[0].start);
  });

  test('pushed again nothing is sent; the next version moves the alias, a roll-back moves it back, as the client sees it', () => {
    expect(push('churn@1.0.0')).toMatchObject({ bytes: 0, verified: true });
    assay('models', 'alias', 'churn@1.1.0', 'champion');
    push('churn@1.1.0');
    const said = load('models:/churn@champion', 'sklearn', 2);
    expect([said.aliases, said.runs.length, said.versions.length]).toEqual([{ champion: '2' }, 2, 2]);
    assay('models', 'rollback', 'churn', '--to', 'team');
    expect(load('models:/churn@champion', 'sklearn', 1).aliases).toEqual({ champion: '1' });
  });

  test('a pickle is loaded as it is; an ONNX model as well', () => {
    assay('models', 'register', 'pickled', '--files', 'pickled.pkl', '--version', '1.0.0');
    push('pickled@1.0.0');
    load('models:/pickled/1', 'sklearn', 2);
    if (release !== '3') return;
    assay('models', 'register', 'linear', '--files', 'linear.onnx', '--version', '1.0.0');
    push('linear@1.0.0');
    load('models:/linear/1', 'onnx', 2);
  });

  test('the server is killed in the middle of a file: nothing is registered, and a repeat finishes with one run', async () => {
    const bytes = Buffer.alloc(LARGE, 'assay');
    writeFileSync(join(root, 'weights.bin'), bytes);
    assay('models', 'register', 'large', '--files', 'weights.bin', '--version', '1.0.0');
    const killed = new Promise<void>((done) => line.cutAfter(LARGE / 4, () => void server.stop().then(done)));
    const args = [resolve('bin/assay.mjs'), '-C', root, 'models', 'push', 'large@1.0.0', '--to', 'shaky'];
    const child = spawn('node', args, { env: env(), stdio: 'ignore' });
    const code = await new Promise((done) => child.on('close', done));
    await killed;
    expect(code).toBe(1);
    await server.start();
    const ask = (path: string, body?: object) =>
      fetch(`${server.url}/api/2.0/mlflow/${path}`, {
        ...(body ? { method: 'POST', body: JSON.stringify(body) } : {}),
        headers: { 'content-type': 'application/json' },
      });
    expect((await ask('registered-models/get?name=large')).status).toBe(404);
    // past the line, which stands still while a command is waited for
    expect(push('large@1.0.0')).toMatchObject({ verified: true, ref: 'models:/large/1' });
    const { experiment } = await (await ask('experiments/get-by-name?experiment_name=large')).json();
    const { runs } = await (await ask('runs/search', { experiment_ids: [experiment.experiment_id] })).json();
    expect(runs).toHaveLength(1);
    rmSync(join(root, 'models', 'large'), { recursive: true });
    assay('models', 'pull', 'team', 'large@1.0.0');
    assay('models', 'export', 'large@1.0.0', 'back');
    expect(readFileSync(join(root, 'back', 'weights.bin')).equals(bytes)).toBe(true);
  });
});

/** A line to a server on this machine that says when so many bytes went over it. */
async function startLine(port: number) {
  let left = Number.POSITIVE_INFINITY;
  let reached = (): void => {};
  const proxy: Server = createServer((near) => {
    const far = connect(port, '127.0.0.1');
    for (const socket of [near, far]) {
      socket.on('error', () => socket.destroy());
      socket.on('close', () => (socket === near ? far : near).destroy());
    }
    near.on('data', (bytes: Buffer) => {
      left -= bytes.length;
      if (left > 0) return;
      left = Number.POSITIVE_INFINITY;
      reached();
    });
    near.pipe(far);
    far.pipe(near);
  });
  await new Promise<void>((done) => proxy.listen(0, '127.0.0.1', done));
  return {
    url: `http://127.0.0.1:${(proxy.address() as { port: number }).port}`,
    cutAfter(bytes: number, then: () => void): void {
      left = bytes;
      reached = then;
    },
    close: () => void proxy.close(),
  };
}
