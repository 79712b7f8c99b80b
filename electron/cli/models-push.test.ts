import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { assay } from '../acceptance/terminal.ts';

let home: string;
let root: string;
let registry: ReturnType<typeof spawn>;
beforeAll(async () => {
  home = mkdtempSync(join(tmpdir(), 'assay-push-cli-'));
  root = join(home, 'project');
  makeRepository(root);
  const args = [resolve('bin/assay.mjs'), 'registry', '--port', '0', '--folder', join(home, 'registry')];
  registry = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  const [said] = (await once(registry.stdout!, 'data')) as [Buffer];
  const host = /127\.0\.0\.1:\d+/.exec(said.toString())![0];
  writeFileSync(
    join(root, 'assay.yaml'),
    `targets:\n  local: {type: oci, url: "${host}/team"}\n  strict: {type: folder, path: out, requires: approved}\n`,
  );
}, 60_000);
afterAll(() => {
  registry.kill('SIGKILL');
  rmSync(home, { recursive: true, force: true });
});

function makeRepository(folder: string): void {
  mkdirSync(folder);
  execFileSync('git', ['init', '-q', '-b', 'main', folder]);
  execFileSync('git', ['config', 'user.name', 'A. Person'], { cwd: folder });
  execFileSync('git', ['config', 'user.email', 'a@example.invalid'], { cwd: folder });
}

const models = (...args: string[]) => assay(root, 'models', ...args);
const json = (...args: string[]) => {
  const { status, stdout, stderr } = assay(root, ...args, '--json');
  expect(stderr).toBe('');
  return { status, value: JSON.parse(stdout) };
};

it('pushes to a registry on this machine, reads it back later, and rolls back', () => {
  for (const [version, bytes] of [
    ['1.0.0', 'one'],
    ['1.1.0', 'three'],
  ] as const) {
    writeFileSync(join(root, 'm.bin'), bytes);
    expect(models('register', 'churn', '--files', 'm.bin', '--version', version).status).toBe(0);
    expect(models('alias', `churn@${version}`, 'champion').status).toBe(0);
    const plan = json('models', 'push', `churn@${version}`, '--to', 'local', '--dry-run');
    expect(plan).toMatchObject({ status: 0, value: { target: 'local', kind: 'oci', refusal: null } });
    const { value } = json('models', 'push', `churn@${version}`, '--to', 'local');
    expect(value).toEqual({
      target: 'local',
      kind: 'oci',
      ref: expect.stringMatching(new RegExp(`/team/churn:${version}$`)),
      digest: expect.stringMatching(/^sha256:/),
      bytes: expect.any(Number),
      skippedBytes: expect.any(Number),
      verified: true,
      elapsedMs: expect.any(Number),
    });
  }
  expect(json('models', 'verify', 'churn@champion', '--target', 'local').value).toMatchObject({ ok: true });
  expect(models('verify', 'churn@1.0.0', '--target', 'strict').stderr).toContain('was never pushed to strict');

  const back = json('models', 'rollback', 'churn', '--to', 'local', '--reason', 'worse');
  expect(back.value.lines).toEqual([
    'local: champion moved from 1.1.0 to 1.0.0.',
    'Here champion moved from 1.1.0 to 1.0.0.',
  ]);
  const { value } = json('audit', 'log');
  expect(value.events.slice(0, 2).map(({ action }: { action: string }) => action)).toEqual(['rolled-back', 'pushed']);
  expect(json('audit', 'verify').status).toBe(0);
  expect(execFileSync('git', ['status', '--porcelain', 'models'], { cwd: root }).toString()).toBe('');

  const blobs = join(home, 'registry/team/churn/_oci/blobs/sha256');
  const blob = readdirSync(blobs).find((name) => readFileSync(join(blobs, name), 'utf8') === 'one')!;
  writeFileSync(join(blobs, blob), 'two');
  const found = models('verify', 'churn@1.0.0', '--target', 'local');
  expect(found.status).toBe(1);
  expect(found.stderr).toContain('m.bin');
}, 180_000);

it('says why not, and ends with the code of it', () => {
  const refused = models('push', 'churn@1.0.0', '--to', 'strict');
  expect(refused).toMatchObject({ status: 1, stdout: '' });
  expect(refused.stderr).toContain('takes approved versions only');
  const plan = json('models', 'push', 'churn@1.0.0', '--to', 'strict', '--dry-run');
  expect(plan).toMatchObject({ status: 1, value: { refusal: expect.stringContaining('never approved') } });
  expect(models('push', 'churn@1.0.0').status).toBe(2);
  expect(models('push', 'churn@1.0.0', '--to', 'nowhere').stderr).toContain('It has: local, strict.');
  expect(readdirSync(root)).not.toContain('out');
}, 180_000);

it('another project pulls an approved version and checks its real signature', () => {
  expect(models('request', 'churn@1.0.0').status).toBe(0);
  expect(models('approve', 'churn@1.0.0', '--comment', 'good').status).toBe(0);
  expect(json('models', 'push', 'churn@1.0.0', '--to', 'strict').value).toMatchObject({ verified: true });
  const other = join(home, 'other');
  makeRepository(other);
  writeFileSync(join(other, 'assay.yaml'), `targets:\n  shelf: {type: folder, path: ${join(root, 'out')}}\n`);
  const pull = () => assay(other, 'models', 'pull', 'shelf', 'churn@1.0.0');
  expect(pull().stdout).toContain('is not among models/keys');
  cpSync(join(root, 'models/keys'), join(other, 'models/keys'), { recursive: true });
  expect(pull().stdout).toContain('Signature: Signed by the key');
  const file = join(root, 'out/churn/.assay/versions/1.0.0/model.sig');
  const bundle = JSON.parse(readFileSync(file, 'utf8'));
  const [signature] = bundle.dsseEnvelope.signatures;
  const bytes = Buffer.from(signature.sig, 'base64');
  bytes[bytes.length - 1]! ^= 1;
  signature.sig = bytes.toString('base64');
  writeFileSync(file, JSON.stringify(bundle));
  expect(pull()).toMatchObject({ status: 1, stderr: expect.stringContaining('does not hold') });
}, 180_000);
