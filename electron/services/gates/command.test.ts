import { readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type GatesWorld, makeGatesWorld } from '../../testing/make-gates.ts';

let world: GatesWorld;
beforeEach(() => {
  world = makeGatesWorld();
});
afterEach(() => world.dispose());

const node = (script: string): string => JSON.stringify([process.execPath, '-e', script]);

test('a command sees copies of the files, and its code, its JSON and its value decide', async () => {
  world.version('1.0.0', { evidence: [{ ...world.put('in.json', '[1]'), role: 'example' }], example: 'in.json' });
  const reads = `const fs = require('fs'); const f = process.env.ASSAY_MODEL + '/model.pkl'; console.log('reading');
    console.log(JSON.stringify({value: fs.readFileSync(f, 'utf8').length, message: fs.readFileSync(process.env.ASSAY_EXAMPLE, 'utf8'), evidence: {rows: 3}})); fs.writeFileSync(f, 'spoilt')`;
  const first = await world.one(`{command: ${node(reads)}, min: 11}`);
  expect(first).toMatchObject({ verdict: 'pass', value: 11, bound: { op: 'min', value: 11 } });
  expect(first.message).toContain('[1]');
  expect(first.evidence[0]).toMatchObject({ label: 'rows', text: '3' });
  expect(await world.one(`{command: ${node(reads)}, min: 12}`)).toMatchObject({ verdict: 'fail', value: 11 });
  expect(readdirSync(tmpdir()).filter((name) => name.startsWith('assay-gate-'))).toEqual([]);
  const code = (n: number, json = '{}'): string =>
    `{command: ${node(`console.log('${json}'); process.exitCode = ${n}`)}}`;
  expect(await world.one(code(0))).toMatchObject({ verdict: 'pass' });
  expect(await world.one(code(1))).toMatchObject({ verdict: 'fail' });
  expect(await world.one(code(3))).toMatchObject({ verdict: 'inconclusive' });
  expect(await world.one(code(1, '{"verdict":"pass"}'))).toMatchObject({ verdict: 'fail' });
  expect(await world.one(code(0, '{"verdict":"fail","message":"no"}'))).toMatchObject({ verdict: 'fail' });
  expect(await world.one(code(0, '{"verdict":"fine"}'))).toMatchObject({ verdict: 'inconclusive' });
  // as Python's json.dumps writes it
  expect(await world.one(code(0, '{"verdict": "fail", "value": NaN}'))).toMatchObject({ verdict: 'inconclusive' });
  expect(await world.one(`{command: ${node('1')}, max: 1}`)).toMatchObject({ verdict: 'inconclusive' });
  expect(await world.one('{command: [there-is-no-such-program]}')).toMatchObject({ verdict: 'inconclusive' });
});

test('a command that never ends is stopped with all that it started, and whatever bytes it wrote are kept as text', async () => {
  world.version('1.0.0');
  const script = `process.stderr.write(Buffer.from([104, 105, 255, 27, 91])); require('child_process').spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], {stdio: 'inherit'}); setInterval(() => process.stdout.write('x'.repeat(65536)), 1)`;
  const result = await world.one(`{command: ${node(script)}, timeout: 1}`);
  expect(result).toMatchObject({ verdict: 'inconclusive' });
  expect(result.message).toContain('did not end within 1 s');
  expect(result.message).toContain('hi\ufffd\ufffd[');
  const stop = new AbortController();
  world.declare(`{command: ${node('console.log(1); setInterval(() => {}, 1000)')}}`);
  const checking = world.gates.check('test', 'churn', '1.0.0', { signal: stop.signal, progress: () => stop.abort() });
  await expect(checking).rejects.toThrow('cancelled');
});

test('no command starts in a project that nobody trusts, and none without the files', async () => {
  const untrusted = makeGatesWorld({ trusted: false });
  untrusted.version('1.0.0');
  expect((await untrusted.one(`{command: ${node('1')}}`)).message).toContain('not trusted');
  await untrusted.dispose();
  world.version('1.0.0', { files: [{ path: 'model.pkl', size: 1, sha256: 'e'.repeat(64) }] });
  expect((await world.one(`{command: ${node('1')}}`)).message).toContain('not on this machine');
  world.version('1.1.0', { files: [{ ...world.put('x', 'x'), path: '../../x' }] });
  expect(await world.one(`{command: ${node('1')}}`, '1.1.0')).toMatchObject({ verdict: 'inconclusive' });
});

test('latency is measured with the example', async () => {
  world.version('1.0.0', { evidence: [{ ...world.put('in.json', '[1]'), role: 'example' }], example: 'in.json' });
  const gate = (script: string, bounds: string): string => `{latency: ${node(script)}, ${bounds}, runs: 3, warmup: 1}`;
  const quick = await world.one(gate('1', 'max_median: 60000, max_p95: 60000'));
  expect(quick).toMatchObject({ verdict: 'pass', unit: 'ms', bound: { op: 'max', value: 60_000 } });
  expect(quick.value).toBeGreaterThan(0);
  expect(await world.one(gate('1', 'max_p95: 0.001'))).toMatchObject({ verdict: 'fail' });
  expect(await world.one(gate('process.exit(1)', 'max_p95: 1'))).toMatchObject({ verdict: 'inconclusive' });
  world.version('1.1.0');
  expect(await world.one(gate('1', 'max_p95: 1'), '1.1.0')).toMatchObject({ verdict: 'inconclusive' });
});
