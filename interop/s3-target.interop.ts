import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { S3_KEY, S3_SECRET, type Server, startS3 } from './remote-servers.ts';

const folder = mkdtempSync(join(tmpdir(), 'assay-s3-target-'));
const large = randomBytes(20_000_000);
let s3: Server;

/** A project with this server as its target. */
function project(name: string): string {
  const root = join(folder, name);
  mkdirSync(join(root, '.git'), { recursive: true });
  writeFileSync(join(root, '.git/config'), '[user]\n\tname = Ada\n\temail = ada@example.invalid\n');
  writeFileSync(
    join(root, 'assay.yaml'),
    `models: {commit: false}\ntargets:\n  store: {type: s3, url: s3://data/team, endpoint: 'http://127.0.0.1:${s3.port}', region: us-east-1}\n`,
  );
  return root;
}
const run = (root: string, args: readonly string[], input = '') =>
  spawnSync('node', [resolve('bin/assay.mjs'), '-C', root, ...args], {
    encoding: 'utf8',
    input,
    env: { ...process.env, ASSAY_HOME: join(folder, 'home'), NO_COLOR: '1' },
  });
function must(root: string, args: readonly string[], input = ''): string {
  const { status, stdout, stderr } = run(root, args, input);
  expect(status, `${args.join(' ')}\n${stdout}${stderr}`).toBe(0);
  return stdout;
}

beforeAll(async () => {
  s3 = await startS3(folder);
});
afterAll(async () => {
  await s3?.stop();
  rmSync(folder, { recursive: true, force: true });
});

test('a version goes to a real S3 server in parts, is read back, put right when it was damaged, and comes back', () => {
  const root = project('theirs');
  mkdirSync(join(root, 'm'));
  writeFileSync(join(root, 'm/large.bin'), large);
  writeFileSync(join(root, 'm/config.json'), '{}\n');
  must(root, ['models', 'register', 'churn', '--files', join(root, 'm'), '--version', '1.0.0']);
  const push = ['models', 'push', 'churn@1.0.0', '--to', 'store', '--alias', 'champion', '--json'];
  must(root, ['targets', 'login', 'store', '--user', S3_KEY], 'wrong\n');
  const refused = run(root, push);
  expect(refused.status).toBe(1);
  expect(refused.stderr).toMatch('assay targets login store');
  must(root, ['targets', 'login', 'store', '--user', S3_KEY], `${S3_SECRET}\n`);
  expect(JSON.parse(must(root, push))).toMatchObject({
    kind: 's3',
    bytes: 20_000_003,
    skippedBytes: 0,
    verified: true,
  });
  const there = join(s3.store, 'team/churn/1.0.0/large.bin');
  expect(readFileSync(there).equals(large)).toBe(true);
  expect(JSON.parse(must(root, push))).toMatchObject({ bytes: 0, skippedBytes: 20_000_003, verified: true });
  expect(must(root, ['targets', 'test', 'store'])).toMatch('can be listed');

  const damaged = Buffer.from(large);
  damaged[5_000_000]! ^= 1;
  writeFileSync(there, damaged);
  const other = project('ours');
  const pull = ['models', 'pull', 'store', 'churn@1.0.0', '--json'];
  const tampered = run(other, pull);
  expect(tampered.status).toBe(1);
  expect(tampered.stderr).toMatch('"large.bin"');
  const found = run(root, push);
  expect(found.status).toBe(1);
  expect(found.stderr).toMatch('It does not count as pushed');
  expect(JSON.parse(must(root, push))).toMatchObject({ bytes: 20_000_003, verified: true });
  expect(JSON.parse(must(other, pull))).toMatchObject({ model: 'churn', version: '1.0.0' });
}, 180_000);
