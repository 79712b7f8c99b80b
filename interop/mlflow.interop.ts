import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { systemClock } from '../electron/platform/clock.ts';
import { silentLog } from '../electron/platform/log.ts';
import { createServices, type Services } from '../electron/services/index.ts';
import { createTargets, type TargetsService } from '../electron/services/targets/service.ts';
import { type MlflowServer, mlflowPython, type Release, startMlflow } from './mlflow-server.ts';

const LARGE = 64 << 20;

describe.each<Release>(['3', '2'])('MLflow %s', (release) => {
  let root: string;
  let server: MlflowServer;
  let services: Services;
  let targets: TargetsService;
  let project: string;
  const work = (onProgress: (done: number) => void = () => {}) => ({
    signal: new AbortController().signal,
    onProgress,
  });
  const push = (name: string, version: string, onProgress?: (done: number) => void) =>
    targets.push({ project, name, version, target: 'team', aliases: null, modelkit: false }, work(onProgress));

  /** What MLflow's own client loads and says; throws when it predicts other numbers. */
  const load = (uri: string, kind: string, seed: number) => {
    const expected = join(root, `expected-${seed}.json`);
    const done = spawnSync(
      mlflowPython(release),
      [resolve('interop/mlflow_load.py'), server.url, uri, kind, expected],
      {
        encoding: 'utf8',
      },
    );
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
    writeFileSync(join(root, 'assay.yaml'), `targets:\n  team: {type: mlflow, url: "${server.url}"}\n`);
    git('add', '-A');
    git('commit', '-q', '-m', 'Begin');
    const home = join(folder, 'home');
    for (const seed of ['1', '2']) {
      const command = [mlflowPython(release), resolve('interop/mlflow_train.py'), seed, root];
      const ran = spawnSync(
        'node',
        [resolve('bin/assay.mjs'), '-C', root, 'run', '--name', `run-${seed}`, '--', ...command],
        {
          encoding: 'utf8',
          env: { ...process.env, ASSAY_HOME: home },
        },
      );
      expect(ran.status, ran.stderr).toBe(0);
    }
    services = createServices({ dataFolder: home, mode: 'terminal', log: silentLog });
    project = services.projects.open(root).id;
    await services.projects.sync(project);
    targets = createTargets({
      projects: services.projects,
      registry: services.models,
      review: async () => ({ state: 'none', request: null, decisions: [] }),
      card: async (_project, name) => `---\nlicense: mit\n---\n\n# ${name}\n`,
      checkSignature: async () => ({ valid: true, trusted: true, message: 'good' }),
      audit: services.audit,
      secrets: services.secrets,
      retry: { attempts: 2, baseMs: 10, maxMs: 20 },
      jobs: services.jobs,
      events: services.events,
      log: silentLog,
      clock: systemClock,
    });
    for (const [seed, version] of [
      ['1', '1.0.0'],
      ['2', '1.1.0'],
    ] as const) {
      const [run] = services.runs.idsNamed(project, `run-${seed}`);
      await services.models.register({ project, name: 'churn', version, source: { run: run!, artifact: 'model' } });
    }
  }, 400_000);
  afterAll(async () => {
    await services?.dispose();
    await server?.stop();
    if (root) rmSync(join(root, '..'), { recursive: true, force: true });
  });

  test('a model that joblib wrote is pushed, read back, and loaded by mlflow.sklearn and mlflow.pyfunc with the same numbers', async () => {
    await services.models.setPointer(project, 'churn', 'champion', '1.0.0');
    const { receipts } = await push('churn', '1.0.0');
    expect(receipts[0]).toMatchObject({ verified: true, ref: 'models:/churn/1', aliases: ['champion'] });
    const said = load('models:/churn@champion', 'sklearn', 1);
    expect(said.versions).toHaveLength(1);
    expect(said.versions[0]).toMatchObject({ status: 'READY', description: '# churn' });
    expect(said.versions[0].tags).toMatchObject({
      'assay.version': '1.0.0',
      'assay.approval': 'none',
      'assay.digest': `sha256:${receipts[0]!.definition}`,
      'assay.audit_head': receipts[0]!.auditHead,
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

  test('pushed again nothing is sent, and there is still one run and one version', async () => {
    const { receipts } = await push('churn', '1.0.0');
    expect(receipts[0]).toMatchObject({ bytes: 0, verified: true });
    const said = load('models:/churn/1', 'sklearn', 1);
    expect([said.runs.length, said.versions.length]).toEqual([1, 1]);
  });

  test('the alias moves with the next version and back, as the client sees it', async () => {
    await services.models.setPointer(project, 'churn', 'champion', '1.1.0');
    await push('churn', '1.1.0');
    expect(load('models:/churn@champion', 'sklearn', 2).aliases).toEqual({ champion: '2' });
    await targets.rollback(
      { project, name: 'churn', targets: ['team'], alias: 'champion', version: '1.0.0', reason: 'worse in production' },
      work(),
    );
    expect(load('models:/churn@champion', 'sklearn', 1).aliases).toEqual({ champion: '1' });
  });

  test('a pickle is loaded as it is; an ONNX model as well', async () => {
    await services.models.register({ project, name: 'pickled', version: '1.0.0', source: { path: 'pickled.pkl' } });
    await push('pickled', '1.0.0');
    load('models:/pickled/1', 'sklearn', 2);
    if (release !== '3') return;
    await services.models.register({ project, name: 'linear', version: '1.0.0', source: { path: 'linear.onnx' } });
    await push('linear', '1.0.0');
    load('models:/linear/1', 'onnx', 2);
  });

  test('the server is killed in the middle: nothing is registered, and a repeat finishes with one run', async () => {
    mkdirSync(join(root, 'large'));
    writeFileSync(join(root, 'large', 'weights.bin'), Buffer.alloc(LARGE, 'assay'));
    await services.models.register({ project, name: 'large', version: '1.0.0', source: { path: 'large' } });
    let killed: Promise<void> | null = null;
    const cut = push('large', '1.0.0', (done) => {
      if (done > LARGE / 4) killed ??= server.stop();
    });
    await expect(cut).rejects.toThrow(/cannot be reached|cut/);
    await killed;
    await server.start();
    const remote = () => targets.remote(project, 'team', 'large', new AbortController().signal);
    expect((await remote()).versions).toEqual([]);
    const { receipts } = await push('large', '1.0.0');
    expect(receipts[0]).toMatchObject({ verified: true, ref: 'models:/large/1' });
    expect((await remote()).versions).toEqual(['1.0.0']);
  });
});
