import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { AppError } from '../../../shared/errors.ts';
import { ASK, makePushWorld, type PushWorld } from '../../testing/make-push-world.ts';
import { passing } from '../remotes/problems.ts';
import type { Driver } from './driver.ts';

let world: PushWorld;
beforeEach(async () => {
  world = makePushWorld();
  await world.register('churn', '1.0.0', { 'model.pkl': 'weights' });
});
afterEach(() => world.dispose());

const push = (work = world.work()) => world.targets.push(ASK, work);
const receipts = () => world.targets.receipts('test', 'churn', '1.0.0');

/** A target that does as it is told. */
function scripted(script: Partial<Driver> = {}): Driver {
  const pushed = { ref: 'x', digest: 'd', aliases: [], bytes: 7, skippedBytes: 0, details: {} };
  return {
    plan: async () => ({ ref: 'x', items: [], steps: [] }),
    push: async () => pushed,
    verify: async () => {},
    remote: async () => ({ versions: [], aliases: {} }),
    setAlias: async () => {},
    pull: async () => ({ definitionText: null, files: [], evidence: [], card: null, signature: null }),
    test: async () => 'ready',
    close: async () => {},
    ...script,
  };
}

test('a push is recorded once it was read back; a repeat sends and records nothing', async () => {
  const first = (await push()).receipts[0]!;
  expect(first).toMatchObject({ target: 'shelf', bytes: 7, verified: true, by: 'A. Person <a@example.invalid>' });
  expect(world.actions()).toEqual(['pushed']);
  const { digest } = await world.registry.read('test', 'churn', '1.0.0');
  const facts = await world.facts.rows('test');
  expect(facts.pushedTo({ name: 'churn', version: '1.0.0', digest })).toEqual(['shelf']);
  expect(facts.pushedTo({ name: 'churn', version: '1.0.0', digest: 'other' })).toEqual([]);
  const event = world.audit.events('test')[0]!;
  expect(world.commits.at(-1)!.paths).toContain(event.data.file);
  expect(readdirSync(join(world.root, '.assay', 'push'))).toEqual(['sound.json']);
  const again = (await push()).receipts[0]!;
  expect(again).toMatchObject({ bytes: 0, skippedBytes: 7, verified: true });
  expect(world.actions()).toEqual(['pushed']);
  expect(await receipts()).toHaveLength(1);
});

test('what does not read back is an error, is recorded as such, and is never called pushed', async () => {
  world.drivers.set(
    'shelf',
    scripted({
      verify: async () => {
        throw new AppError('CONFLICT', 'model.pkl has other bytes there.');
      },
    }),
  );
  await expect(push()).rejects.toThrow('reading it back failed: model.pkl has other bytes there. It does not count');
  expect(world.actions()).toEqual(['push-failed']);
  expect(await receipts()).toEqual([]);
  world.drivers.clear();
  await push();
  expect(world.actions()).toEqual(['push-failed', 'pushed']);
});

test('what may pass is tried again, anew whenever it got further', async () => {
  let attempts = 0;
  world.drivers.set(
    'shelf',
    scripted({
      push: async (_version, { onBytes }) => {
        onBytes(++attempts, 'x');
        if (attempts < 7) throw passing('cut');
        return { ref: 'x', digest: 'd', aliases: [], bytes: 7, skippedBytes: 0, details: {} };
      },
    }),
  );
  await push();
  expect(attempts).toBe(7);
  attempts = 0;
  world.drivers.set(
    'shelf',
    scripted({
      push: async () => {
        attempts++;
        throw passing('cut');
      },
    }),
  );
  await expect(push()).rejects.toThrow('cut');
  expect(attempts).toBe(3);
});

test('only an approved version goes where approval is demanded, and only with the definition that was approved', async () => {
  world.declare('targets:\n  shelf: {type: folder, path: out, requires: approved}\n');
  const { digest } = await world.registry.read('test', 'churn', '1.0.0');
  const say = (state: 'requested' | 'approved' | 'rejected', definition = digest) =>
    world.reviews.set('churn@1.0.0', {
      state,
      request: { by: { name: 'A', email: 'a' }, at: 1, comment: '', evaluation: null, definition },
      decisions: [
        { by: { name: 'Ada', email: 'b' }, at: 1, decision: 'approve', comment: '', override: null, byAuthor: false },
      ],
    });
  await expect(push()).rejects.toThrow('was never approved');
  say('requested');
  await expect(push()).rejects.toThrow('still waits for approval');
  say('rejected');
  await expect(push()).rejects.toThrow('was rejected');
  say('approved', '0'.repeat(64));
  await expect(push()).rejects.toThrow('has changed since it was approved');
  expect((await world.targets.plan(ASK, world.work())).refusal).toMatch('has changed since it was approved');
  expect(world.actions()).toEqual([]);
  say('approved');
  expect((await world.targets.plan(ASK, world.work())).refusal).toBe(null);
  await push();
});

test('bytes that are missing or damaged here are not pushed', async () => {
  const file = world.stored((await world.registry.read('test', 'churn', '1.0.0')).definition.files[0]!.sha256);
  writeFileSync(file, 'weightz');
  await expect(push()).rejects.toThrow('model.pkl of churn@1.0.0 is damaged on this machine');
  rmSync(file);
  await expect(push()).rejects.toThrow('model.pkl of churn@1.0.0 is not on this machine');
  expect((await world.targets.plan(ASK, world.work())).refusal).toMatch('is not on this machine');
  expect(world.actions()).toEqual([]);
});

test('damage is found although the file was right before', async () => {
  await push();
  const file = world.stored((await world.registry.read('test', 'churn', '1.0.0')).definition.files[0]!.sha256);
  writeFileSync(file, 'weightz');
  await expect(push()).rejects.toThrow('is damaged');
});

test('two pushes of one version to one target do not meet', async () => {
  const arrived = Promise.withResolvers<void>();
  const go = Promise.withResolvers<void>();
  world.drivers.set(
    'shelf',
    scripted({
      push: async () => {
        arrived.resolve();
        await go.promise;
        return { ref: 'x', digest: 'd', aliases: [], bytes: 7, skippedBytes: 0, details: {} };
      },
    }),
  );
  const first = push();
  await arrived.promise;
  await expect(push()).rejects.toThrow('is under way already');
  go.resolve();
  await first;
  expect(world.actions()).toEqual(['pushed']);
});

test('a cancelled push records nothing', async () => {
  const stop = new AbortController();
  world.drivers.set(
    'shelf',
    scripted({
      push: async () => {
        stop.abort();
        return { ref: 'x', digest: 'd', aliases: [], bytes: 7, skippedBytes: 0, details: {} };
      },
    }),
  );
  await expect(push(world.work(stop.signal))).rejects.toThrow('Cancelled');
  expect(world.actions()).toEqual([]);
  expect(await receipts()).toEqual([]);
});

test('a url with a password in it is an error with its line', async () => {
  world.declare('targets:\n  hub:\n    type: huggingface\n    url: https://ada:secret@example.com\n');
  const { problem } = await world.targets.list('test');
  expect(problem).toMatch('assay.yaml, line 4');
  expect(problem).not.toMatch('secret');
});

test('the secret of a target belongs to its address', async () => {
  world.declare('targets:\n  hub: {type: huggingface, url: https://one.example}\n');
  await world.targets.setSecret('test', 'hub', null, 'token');
  expect((await world.targets.list('test')).targets[0]!.secret).toBe('file');
  world.declare('targets:\n  hub: {type: huggingface, url: https://other.example}\n');
  expect((await world.targets.list('test')).targets[0]!.secret).toBe('none');
  expect(readFileSync(join(world.root, 'assay.yaml'), 'utf8')).not.toMatch('token');
});

test('aliases go along; stages and the mark of an approval do not', async () => {
  world.declare('models: {stages: [staging]}\ntargets:\n  shelf: {type: folder, path: out}\n');
  for (const pointer of ['champion', 'staging', 'approved'])
    await world.registry.setPointer('test', 'churn', pointer, '1.0.0');
  expect((await push()).receipts[0]!.aliases).toEqual(['champion']);
});

test('a card that changed is sent with the next push, and a verification in between says so', async () => {
  await push();
  world.card.text = '# Better words\n';
  await expect(world.targets.verify(ASK, world.work())).rejects.toThrow('The card of churn@1.0.0 has changed since');
  expect((await push()).receipts[0]).toMatchObject({ bytes: 0, verified: true });
  expect(world.actions()).toEqual(['pushed', 'pushed']);
  await world.targets.verify(ASK, world.work());
});

test('a repeat writes the event that a kill right after the receipt left out; until then a check names the receipt', async () => {
  const { digest } = await world.registry.read('test', 'churn', '1.0.0');
  const findings = async () =>
    await world.facts.verify('test', { name: 'churn', version: '1.0.0', digest }, new AbortController().signal);
  await push();
  expect(await findings()).toEqual([]);
  const log = readdirSync(join(world.root, 'models/audit')).find((file) => file.endsWith('.ndjson'))!;
  rmSync(join(world.root, 'models/audit', log));
  expect(world.actions()).toEqual([]);
  expect((await findings())[0]?.message).toMatch('push churn@1.0.0 to shelf again');
  await push();
  expect(world.actions()).toEqual(['pushed']);
  expect(await receipts()).toHaveLength(1);
  expect(await findings()).toEqual([]);
  expect(world.commits.at(-1)!.paths).toContain(world.audit.events('test')[0]!.data.file);
  await push();
  expect(world.actions()).toEqual(['pushed']);
});

test('a receipt that was changed is found', async () => {
  await push();
  const { digest } = await world.registry.read('test', 'churn', '1.0.0');
  const file = join(world.root, String(world.audit.events('test')[0]!.data.file));
  writeFileSync(file, readFileSync(file, 'utf8').replace('"verified": true', '"verified": false'));
  const findings = await world.facts.verify(
    'test',
    { name: 'churn', version: '1.0.0', digest },
    new AbortController().signal,
  );
  expect(findings.map(({ kind, message }) => [kind, message.slice(0, 30)])).toEqual([
    ['receipt', 'The audit log tells of no rece'],
  ]);
});

test.each([
  ['{type: mlflow, url: "https://one.example", ca: none.pem}', /none\.pem cannot be read. Correct ca/],
  ['{type: mlflow, url: "file:///tmp/x"}', 'wants the address of an MLflow server'],
  ['{type: oci, url: "http://registry.example/team"}', 'without encryption. Use https'],
  ['{type: oci, url: "registry.example/UPPER"}', 'which registries refuse'],
  ['{type: s3, url: "s3://models/team", region: us-east-1, ca: none.pem}', 'ca of the target names'],
  ['{type: s3, url: "models/team"}', 'is not s3://bucket/prefix'],
  ['{type: huggingface}', 'Nobody is signed in'],
  ['{type: folder, path: ../elsewhere}', 'leads out of the project'],
  ['{type: folder, path: out}', null],
  ['{type: oci, url: "localhost:5000/team"}', null],
])('a target %s says what speaks against it', async (yaml, why) => {
  world.declare(`targets:\n  odd: ${yaml}\n`);
  const { targets, problem } = await world.targets.list('test');
  expect(problem).toBe(null);
  if (why === null) expect(targets[0]!.problem).toBe(null);
  else expect(targets[0]!.problem).toMatch(why);
});

test.each(['mlflow', 'huggingface'])('a secret of %s is not sent in the clear', async (type) => {
  world.declare(`targets:\n  far: {type: ${type}, url: "https://far.example"}\n`);
  await world.targets.setSecret('test', 'far', null, 'hunter2');
  const problem = async (more: string) => {
    world.declare(`targets:\n  far: {type: ${type}, url: "http://far.example"${more}}\n`);
    return (await world.targets.list('test')).targets[0]!.problem;
  };
  expect(await problem('')).toMatch('would send its secret to far.example without encryption');
  expect((await world.targets.test('test', 'far', new AbortController().signal)).message).not.toMatch('hunter2');
  expect(await problem(', insecure: true')).toBe(null);
});
