import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { ModelDefinition } from '../../../../shared/contract/models.ts';
import { type FakeMlflow, startFakeMlflow } from '../../../testing/mlflow-server.ts';
import { mayPass } from '../../remotes/problems.ts';
import type { Driver, OutgoingFile, OutgoingVersion } from '../driver.ts';
import { openMlflow } from './open.ts';

let folder: string;
let server: FakeMlflow;
const drivers: Driver[] = [];
const work = (signal = new AbortController().signal) => ({ signal, onBytes: () => {} });

const open = (options: { secret?: { user: string | null; secret: string }; partBytes?: number; url?: string } = {}) => {
  const driver = openMlflow(
    { type: 'mlflow', url: options.url ?? server.url },
    { root: folder, name: 'team', secret: options.secret ?? null },
    { retry: { attempts: 2, baseMs: 1, maxMs: 2 }, ...(options.partBytes ? { partBytes: options.partBytes } : {}) },
  );
  drivers.push(driver);
  return driver;
};

function version(
  contents: Record<string, string> = { 'model.bin': 'weights', 'conf/a b.json': '{}' },
): OutgoingVersion {
  const files = Object.entries(contents).map(([path, text]): OutgoingFile => {
    const file = join(folder, path.replaceAll('/', '-'));
    writeFileSync(file, text);
    return { path, file, size: Buffer.byteLength(text), sha256: createHash('sha256').update(text).digest('hex') };
  });
  const definition = ModelDefinition.parse({
    assay: 'model-version/1',
    model: 'churn',
    version: '1.0.0',
    created: '2026-11-24T10:00:00.000Z',
    author: { name: 'Ada', email: 'ada@example.com' },
    kind: {
      format: 'unknown',
      file: null,
      title: 'files',
      libraryVersion: null,
      parameters: null,
      dtypes: {},
      tensors: [],
      tensorCount: 0,
      facts: [],
      warnings: [],
    },
    files: files.map(({ path, size, sha256 }) => ({ path, size, sha256 })),
    run: null,
    code: null,
    environment: null,
    params: { 'a*b': 1, 'a?b': [1, 2] },
    metrics: { accuracy: 0.9, loss: 'NaN', big: 'Infinity' },
  });
  const definitionText = JSON.stringify(definition);
  return {
    definition,
    definitionText,
    digest: createHash('sha256').update(definitionText).digest('hex'),
    files,
    evidence: [],
    card: '---\nlicense: mit\n---\n# churn\n',
    signature: '{"sig":1}',
    approval: 'approved by Grace, 2026-11-24',
    auditHead: 'head',
    aliases: ['champion'],
    modelkit: false,
    previous: null,
    resume: join(folder, 'resume'),
  };
}

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'assay-mlflow-'));
  mkdirSync(join(folder, 'resume'));
  server = await startFakeMlflow();
});
afterEach(async () => {
  for (const driver of drivers.splice(0)) await driver.close();
  await server.close();
  rmSync(folder, { recursive: true, force: true });
});

const puts = () => server.asked.filter(({ what }) => what.startsWith('PUT')).length;
const pushAll = async (driver = open(), what = version()) => {
  const pushed = await driver.push(what, work());
  await driver.verify(what, pushed, work());
  return pushed;
};

test('a version is a finished run, files, tags, description and alias; again nothing is sent; it comes back as it was', async () => {
  const driver = open();
  const plan = await driver.plan(version(), work().signal);
  expect(plan.steps.join()).toMatch(/creates the experiment churn.*creates a run.*sets the alias champion/);
  expect(plan.items.every(({ there }) => !there)).toBe(true);
  expect(server.runs).toEqual([]);
  const pushed = await pushAll(driver);
  expect(pushed).toMatchObject({ ref: 'models:/churn/1', aliases: ['champion'], skippedBytes: 0 });
  expect(server.runs[0]!.info).toMatchObject({ status: 'FINISHED' });
  expect([...server.runs[0]!.params]).toEqual([
    ['a_b', '1'],
    ['a_b_2', '[1,2]'],
  ]);
  expect(server.runs[0]!.metrics.map(({ value }) => value)).toEqual([0.9, 'NaN', 'Infinity']);
  expect(server.versions[0]).toMatchObject({
    description: '# churn',
    source: 'mlflow-artifacts:/exp/1/run1/artifacts/model',
  });
  const tags = Object.fromEntries(server.versions[0]!.tags.map(({ key, value }) => [key, value]));
  expect(tags).toMatchObject({
    'assay.version': '1.0.0',
    'assay.approval': 'approved by Grace, 2026-11-24',
    'assay.audit_head': 'head',
  });
  const before = puts();
  expect(await pushAll(open())).toMatchObject({ bytes: 0, ref: 'models:/churn/1' });
  expect([puts(), server.runs.length, server.versions.length]).toEqual([before, 1, 1]);
  expect((await driver.plan(version(), work().signal)).steps).toEqual([expect.stringContaining('writes no MLmodel')]);
  expect(await driver.remote('churn', work().signal)).toEqual({ versions: ['1.0.0'], aliases: { champion: '1.0.0' } });
  const to = join(folder, 'pulled');
  mkdirSync(to);
  const pulled = await driver.pull('churn', '1.0.0', to, work());
  expect(pulled.files.map(({ path, sha256 }) => [path, sha256])).toEqual(
    version().files.map(({ path, sha256 }) => [path, sha256]),
  );
  expect(readFileSync(pulled.files[1]!.file, 'utf8')).toBe('{}');
  expect(pulled).toMatchObject({ signature: '{"sig":1}', definitionText: version().definitionText });
});

test('a new card, approval or alias reaches the version that is there', async () => {
  await pushAll();
  await pushAll(open(), { ...version(), card: '# better', approval: 'approved by two', aliases: ['challenger'] });
  expect(server.versions).toHaveLength(1);
  expect(server.versions[0]!.description).toBe('# better');
  expect(server.versions[0]!.tags.find(({ key }) => key === 'assay.approval')!.value).toBe('approved by two');
  expect([...server.aliases]).toEqual([
    ['champion', '1'],
    ['challenger', '1'],
  ]);
  const driver = open();
  await driver.setAlias('churn', 'challenger', null, work().signal);
  expect([...server.aliases.keys()]).toEqual(['champion']);
  await expect(driver.setAlias('churn', 'champion', '9.0.0', work().signal)).rejects.toThrow(
    'does not have churn@9.0.0',
  );
});

test('another definition under the same number is refused', async () => {
  await pushAll();
  await expect(open().push(version({ 'model.bin': 'other' }), work())).rejects.toThrow(
    'has another churn@1.0.0 already',
  );
});

test.each([
  [401, 'UNAUTHENTICATED', 'UNAUTHORIZED', /who you are/],
  [403, 'PERMISSION_DENIED', 'FORBIDDEN', /does not let you/],
  [404, 'NOT_FOUND', 'NOT_FOUND', /404/],
  [409, 'RESOURCE_CONFLICT', 'CONFLICT', /409/],
  [413, '', 'UNAVAILABLE', /size/],
  [429, 'REQUEST_LIMIT_EXCEEDED', 'UNAVAILABLE', /429/],
  [500, 'INTERNAL_ERROR', 'UNAVAILABLE', /500/],
  [503, 'TEMPORARILY_UNAVAILABLE', 'UNAVAILABLE', /503/],
])(
  'an upload answered with %i is an error in words, nothing is registered, and a repeat finishes',
  async (status, error_code, code, text) => {
    server.intercept = (request, response) => {
      if (request.method !== 'PUT' || !request.url!.endsWith('model.bin')) return false;
      request.resume();
      response.writeHead(status);
      response.end(JSON.stringify({ error_code, message: `no\u0007 ${'x'.repeat(5000)}` }));
      return true;
    };
    const driver = open();
    const failed = await driver.push(version(), work()).catch((error: Error) => error);
    expect(failed).toMatchObject({ code, message: expect.stringMatching(text) });
    expect((failed as Error).message.length).toBeLessThan(700);
    expect(mayPass(failed)).toBe(status === 429 || status >= 500);
    expect([server.versions, [...server.aliases]]).toEqual([[], []]);
    server.intercept = null;
    await pushAll(driver);
    expect([server.runs.length, server.versions.length]).toEqual([1, 1]);
  },
);

test('a line that is cut in the middle of a file, or an answer that is lost after the run or the version was made: no second one', async () => {
  let cuts = 0;
  const lost = new Set(['/runs/create', '/model-versions/create', '/model.bin']);
  server.intercept = (request, response) => {
    const which = [...lost].find((path) => request.url!.endsWith(path) && request.method !== 'GET');
    if (!which) return false;
    lost.delete(which);
    cuts++;
    if (which === '/model.bin') request.socket.destroy();
    else response.end = (() => request.socket.destroy()) as never;
    return which === '/model.bin';
  };
  await pushAll();
  expect(cuts).toBe(3);
  expect([server.runs.length, server.versions.length]).toEqual([1, 1]);
});

test('a server that keeps other bytes than it was sent is found out before anything is registered', async () => {
  server.intercept = (request, response) => {
    if (request.method !== 'GET' || !request.url!.endsWith('model.bin')) return false;
    response.end('weightz');
    return true;
  };
  await expect(open().push(version(), work())).rejects.toThrow('does not give back model/model.bin as it was sent');
  expect(server.versions).toEqual([]);
});

test('bytes that change later are found by verify, and the next push sends just them again', async () => {
  const pushed = await pushAll();
  const path = 'exp/1/run1/artifacts/model/model.bin';
  server.artifacts.set(path, Buffer.from('weightz'));
  await expect(open().verify(version(), pushed, work())).rejects.toThrow('model/model.bin');
  const before = puts();
  await pushAll(open());
  expect(puts()).toBe(before + 1);
  expect(server.artifacts.get(path)!.toString()).toBe('weights');
  server.aliases.set('champion', '7');
  await expect(open().verify(version(), pushed, work())).rejects.toThrow('does not have the alias champion');
  server.versions[0]!.source = 'mlflow-artifacts:/elsewhere';
  await expect(open().verify(version(), pushed, work())).rejects.toThrow('from another place');
});

test('who we are goes to the server alone: not to where it redirects, not to presigned addresses', async () => {
  const other = await startFakeMlflow();
  try {
    server.login = `Basic ${Buffer.from('ada:secret').toString('base64')}`;
    const secret = { user: 'ada', secret: 'secret' };
    await expect(open({ secret: { user: null, secret: 'x' } }).test(work().signal)).rejects.toThrow('who you are');
    expect(await open({ secret }).test(work().signal)).toContain('MLflow 3.17.2');
    other.intercept = (request, response) => {
      request.resume();
      response.end('weights');
      return true;
    };
    server.intercept = (request, response) => {
      if (!request.url!.endsWith('model.bin')) return false;
      request.resume();
      response.writeHead(307, { location: `${other.url}/stolen` });
      response.end();
      return true;
    };
    await expect(open({ secret }).push(version(), work())).rejects.toThrow('sends elsewhere (307)');
    expect(other.asked).toEqual([]);
    server.intercept = (request, response) => {
      if (request.method !== 'GET' || !request.url!.endsWith('model.bin')) return false;
      response.writeHead(302, { location: `${other.url}/stored` });
      response.end();
      return true;
    };
    await open({ secret }).push(version(), work());
    expect(other.asked.length).toBeGreaterThan(0);
    expect(other.asked.every(({ headers }) => headers.authorization === undefined)).toBe(true);
  } finally {
    await other.close();
  }
});

test('large files go in parts where the server offers it, and whole where it does not', async () => {
  const bytes = 'abcdefgh'.repeat(1000);
  const host = await startFakeMlflow();
  try {
    host.intercept = (request, response) => {
      // one storage for both, reached by another name
      server.asked.push({ what: `PART ${request.url}`, headers: request.headers });
      request.pause();
      void fetch(`${server.url}${request.url}`, {
        method: 'PUT',
        body: request as never,
        duplex: 'half',
      } as never).then((answer) => {
        response.writeHead(answer.status, { etag: answer.headers.get('etag') ?? '' });
        response.end();
      });
      return true;
    };
    server.parts = host.url;
    await pushAll(open({ partBytes: 3000, secret: { user: null, secret: 'token' } }), version({ 'model.bin': bytes }));
    const parts = server.asked.filter(({ what }) => what.startsWith('PART'));
    expect(parts).toHaveLength(3);
    expect(parts.every(({ headers }) => headers.authorization === undefined)).toBe(true);
    expect(server.artifacts.get('exp/1/run1/artifacts/model/model.bin')!.toString()).toBe(bytes);
  } finally {
    await host.close();
  }
  server.parts = null;
  await pushAll(open({ partBytes: 3000 }), {
    ...version({ 'big.bin': bytes }),
    digest: 'f'.repeat(64),
    definition: { ...version({ 'big.bin': bytes }).definition, version: '2.0.0' },
  });
  expect(server.artifacts.get('exp/1/run2/artifacts/model/big.bin')!.toString()).toBe(bytes);
});

test('a server whose artifacts are elsewhere is refused before anything is made there', async () => {
  server.location = 's3://bucket';
  await expect(open().plan(version(), work().signal)).rejects.toThrow(/keeps artifacts under s3:.*--serve-artifacts/);
  await expect(open().push(version(), work())).rejects.toThrow('keeps artifacts under s3:');
  expect([server.runs.length, server.experiments.size]).toEqual([0, 0]);
  server.location = 'mlflow-artifacts://elsewhere.example';
  await expect(open().push(version(), work())).rejects.toThrow('keeps artifacts under mlflow-artifacts:');
});

test('names that MLflow would change or keeps for itself, deleted experiments and addresses that are none are refused', async () => {
  await expect(open().plan({ ...version(), aliases: ['latest'] }, work().signal)).rejects.toThrow(
    'keeps the alias "latest"',
  );
  await expect(open().plan(version({ 'a%2e.bin': 'x' }), work().signal)).rejects.toThrow('no files with #, %');
  server.experiments.set('churn', { id: '9', location: 'mlflow-artifacts:/exp/9', stage: 'deleted' });
  await expect(open().push(version(), work())).rejects.toThrow('experiment "churn" of team');
  expect(() => open({ url: 'http://ada:secret@mlflow.example.com' })).toThrow('without user and password');
  expect(() => open({ url: 'file:///etc' })).toThrow('wants the address');
});

test('a hostile server: paths that lead elsewhere, more bytes than declared, pages without end, a definition of terabytes', async () => {
  await pushAll();
  const to = join(folder, 'pulled');
  mkdirSync(to);
  const pull = () => open().pull('churn', '1.0.0', to, work());
  const definition = version().definition;
  const put = (change: object) =>
    server.artifacts.set(
      'exp/1/run1/artifacts/assay/definition.yaml',
      Buffer.from(JSON.stringify({ ...definition, ...change })),
    );
  put({ files: [{ ...definition.files[0], path: '../../outside' }] });
  server.artifacts.set('exp/1/run1/artifacts/outside', Buffer.from('weights'));
  await expect(pull()).rejects.toThrow(/outside the model's folder|lacks/);
  put({ files: [{ ...definition.files[0], size: 3 }] });
  await expect(pull()).rejects.toThrow('sends more than the 3 bytes');
  put({ files: [{ ...definition.files[0], size: 9e15 }] });
  await expect(pull()).rejects.toThrow('no room');
  server.artifacts.set('exp/1/run1/artifacts/assay/definition.yaml', Buffer.from('a: &a [x]\nb: [*a, *a]\n'));
  await expect(pull()).rejects.toThrow('no readable definition');
  const answer =
    (value: unknown) => (request: { url?: string | undefined }, response: { end(text: string): unknown }) => {
      if (!/search|artifacts\?path/.test(request.url!)) return false;
      response.end(JSON.stringify(value));
      return true;
    };
  server.intercept = answer({ model_versions: server.versions, next_page_token: 'same' });
  await expect(open().remote('churn', work().signal)).rejects.toThrow('without end');
  server.intercept = answer({ files: [{ path: '..', is_dir: true }] });
  await expect(open().push(version(), work())).rejects.toThrow('leads elsewhere');
  server.intercept = answer({ files: [{ path: 'a', is_dir: true }] });
  await expect(open().push(version(), work())).rejects.toThrow('more files than any model');
});

test('cancelling ends it at once', async () => {
  const stop = new AbortController();
  server.intercept = (request) => {
    if (request.method !== 'PUT') return false;
    stop.abort();
    return true;
  };
  await expect(open().push(version(), work(stop.signal))).rejects.toMatchObject({ code: 'CANCELLED' });
  expect(server.versions).toEqual([]);
});
