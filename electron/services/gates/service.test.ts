import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type GatesWorld, makeGatesWorld } from '../../testing/make-gates.ts';
import { cardPath } from '../models/layout.ts';
import { digestOfEvaluation } from './evaluation-files.ts';
import { matches } from './pattern.ts';
import { isAllowed } from './spdx.ts';

let world: GatesWorld;
beforeEach(() => {
  world = makeGatesWorld();
});
afterEach(() => world.dispose());

test('size, files, licence and review', async () => {
  world.version('1.0.0', {
    files: [world.put('model.onnx', 'x'.repeat(2000)), world.put('vocab/a.json', '{}')],
    licence: 'MIT OR GPL-3.0-only',
  });
  world.version('1.1.0', { licence: null });
  expect(await world.one('{size: model, max: 1 KB}')).toMatchObject({ verdict: 'fail', value: 2002, unit: 'bytes' });
  expect(await world.one('{size: "*.json", max: 2}')).toMatchObject({ verdict: 'pass', value: 2 });
  expect(await world.one('{size: "*.bin", max: 2}')).toMatchObject({ verdict: 'inconclusive' });
  expect(await world.one('{files: [model.onnx, "vocab/*.json"]}')).toMatchObject({ verdict: 'pass' });
  expect(await world.one('{files: [README.md]}')).toMatchObject({ verdict: 'fail' });
  expect(await world.one('{licence: [MIT]}')).toMatchObject({ verdict: 'pass', value: 'MIT OR GPL-3.0-only' });
  expect(await world.one('{licence: [Apache-2.0]}')).toMatchObject({ verdict: 'fail' });
  expect(await world.one('{licence: [MIT]}', '1.1.0')).toMatchObject({ verdict: 'inconclusive' });
  for (const [state, verdict] of [
    ['none', 'inconclusive'],
    ['requested', 'inconclusive'],
    ['approved', 'pass'],
    ['rejected', 'fail'],
  ] as const) {
    world.state.approval = state;
    expect(await world.one('{review: look at the confusion matrix}')).toMatchObject({ verdict });
  }
});

test('a card with the sections that are asked for', async () => {
  world.version('1.0.0');
  expect(await world.one('{card: [Intended use]}')).toMatchObject({ verdict: 'fail' });
  const file = join(world.root, cardPath('churn', '1.0.0'));
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, '# Churn\n\n## Intended use\n\nWho leaves.\n');
  expect(await world.one('{card: [intended use]}')).toMatchObject({ verdict: 'pass' });
  expect(await world.one('{card: [Intended use], fresh: true}')).toMatchObject({ verdict: 'inconclusive' });
  world.state.stale = ['The metrics changed.'];
  expect(await world.one('{card: [Intended use], fresh: true}')).toMatchObject({ verdict: 'fail' });
});

test('the whole is fail before inconclusive before pass; warnings do not count; no gates pass', async () => {
  world.version('1.0.0', { metrics: { a: 1 } });
  const [pass, fail, unsure] = [
    '{metric: a, min: 1}',
    '{metric: a, min: 2, id: two, why: because',
    '{metric: b, min: 1}',
  ];
  world.declare(pass!, `${fail}}`, unsure!);
  const all = await world.check();
  expect(all).toMatchObject({ verdict: 'fail', by: 'Ada <ada@example.com>', champion: null });
  expect(all.gates[1]).toMatchObject({ id: 'two', why: 'because' });
  expect(all.declared).toEqual([
    { metric: 'a', min: 1 },
    { metric: 'a', min: 2, id: 'two', why: 'because' },
    { metric: 'b', min: 1 },
  ]);
  world.declare(pass!, `${fail}, severity: warning}`, unsure!);
  expect((await world.check()).verdict).toBe('inconclusive');
  world.declare(pass!, `${fail}, severity: warning}`);
  expect((await world.check()).verdict).toBe('pass');
  writeFileSync(join(world.root, 'assay.yaml'), 'name: x\n');
  expect(await world.check()).toMatchObject({ verdict: 'pass', gates: [], declared: [] });
  writeFileSync(join(world.root, 'assay.yaml'), 'gates:\n  churn:\n    - {metric: a}\n');
  await expect(world.check()).rejects.toThrow('line 3');
  expect(world.gates.declared('test', 'churn').problem).toContain('line 3');
});

test('an evaluation is frozen under its digest, holds until something changes, and says why it does not', async () => {
  world.version('1.0.0', { metrics: { a: 1 } });
  world.version('1.1.0', { metrics: { a: 2 } });
  expect(await world.gates.latest('test', 'churn', '1.1.0')).toBeNull();
  expect(world.gates.summary('test', 'churn', '1.1.0')).toBeNull();
  world.declare('{metric: a, not_worse_than: champion}');
  const done = await world.check('1.1.0');
  expect(digestOfEvaluation(done)).toBe(done.digest);
  const outdated = async () => (await world.gates.latest('test', 'churn', '1.1.0'))!.outdated;
  expect(await outdated()).toBeNull();
  world.registry.pointed.champion = '1.0.0';
  expect(await outdated()).toContain('now that is 1.0.0');
  const again = await world.check('1.1.0');
  expect(await outdated()).toBeNull();
  world.registry.pointed.champion = '1.1.0';
  expect(await outdated()).toBeNull();
  world.declare('{metric: a, min: 5}');
  expect(await outdated()).toContain('gates in assay.yaml are others');
  expect((await world.gates.get('test', 'churn', '1.1.0', again.digest)).verdict).toBe('pass');
  const path = await world.gates.freeze('test', 'churn', '1.1.0', again.digest);
  expect(path).toBe(`models/churn/1.1.0/evaluations/${again.digest}.json`);
  expect(await world.gates.freeze('test', 'churn', '1.1.0', again.digest)).toBe(path);
  expect(await world.gates.history('test', 'churn', '1.1.0')).toMatchObject([{ frozen: true }, { frozen: false }]);
  expect(world.gates.summary('test', 'churn', '1.1.0')).toMatchObject({
    verdict: 'pass',
    passed: 1,
    total: 1,
    digest: again.digest,
  });
  world.registry.definitions[1] = { ...world.registry.definitions[1]!, description: 'changed' };
  expect(await outdated()).toContain('definition');
  await expect(world.gates.freeze('test', 'churn', '1.1.0', 'f'.repeat(64))).rejects.toThrow('Check its gates again');
});

test('a changed evaluation is found and never shown', async () => {
  world.version('1.0.0', { metrics: { a: 0 } });
  world.declare('{metric: a, min: 1}');
  const { digest } = await world.check();
  const path = join(world.root, await world.gates.freeze('test', 'churn', '1.0.0', digest));
  expect(world.gates.verifyEvaluations('test', 'churn', '1.0.0')).toEqual([]);
  const text = readFileSync(path, 'utf8');
  for (const evil of [
    text.replaceAll('"fail"', '"pass"'),
    text.replace(/\{/, '{"added": 1,'),
    '{',
    text.replaceAll(digest, 'a'.repeat(64)),
  ]) {
    writeFileSync(path, evil);
    expect(world.gates.verifyEvaluations('test', 'churn', '1.0.0')).toMatchObject([
      { severity: 'error', kind: 'evaluation' },
    ]);
    expect(world.gates.summary('test', 'churn', '1.0.0')).toMatchObject({ verdict: 'fail' });
  }
});

test('only the newest evaluations stay on this machine, and a job has its result', async () => {
  world.version('1.0.0', { metrics: { a: 1 } });
  world.declare('{metric: a, min: 1}');
  for (let i = 0; i < 23; i++) await world.check();
  expect(readdirSync(join(world.root, '.assay', 'evaluations', 'churn', '1.0.0')).length).toBeLessThanOrEqual(21);
  const job = world.gates.startCheck('test', 'churn', '1.0.0');
  for await (const _ of world.jobs.watch(job));
  expect(world.gates.checked(job)).toMatchObject({ verdict: 'pass' });
});

test('SPDX expressions', () => {
  const list = ['MIT', 'Apache-2.0', 'GPL-2.0-only WITH Classpath-exception-2.0'];
  const cases: [string, boolean | null][] = [
    ['mit', true],
    ['GPL-3.0-only', false],
    ['MIT AND GPL-3.0-only', false],
    ['(MIT AND Apache-2.0) OR GPL-3.0-only', true],
    ['GPL-2.0-only WITH Classpath-exception-2.0', true],
    ['GPL-2.0-only', false],
    ['MIT OR', null],
    ['MIT Apache-2.0', null],
    ['('.repeat(500), null],
  ];
  for (const [text, expected] of cases) expect(isAllowed(text, list), text).toBe(expected);
});

test('patterns of paths', () => {
  expect(['*.json', 'a/*.json', '**/x.json', 'a/**', 'x.jso?'].map((one) => matches(one, 'a/x.json'))).toEqual([
    true,
    true,
    true,
    true,
    true,
  ]);
  expect(['b/*.json', '*/*/*', 'json', '.*'].map((one) => matches(one, 'a/x.json'))).toEqual([
    false,
    false,
    false,
    false,
  ]);
  expect(matches(`${'*a'.repeat(300)}*b`, 'a'.repeat(60))).toBe(false);
});
