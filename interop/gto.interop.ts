import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';

const python = process.env.ASSAY_INTEROP_PYTHON;
if (!python) throw new Error('ASSAY_INTEROP_PYTHON names no Python: start this through "npm run test:interop"');

const home = mkdtempSync(join(tmpdir(), 'assay-gto-interop-'));
const root = join(home, 'project');
afterAll(() => rmSync(home, { recursive: true, force: true }));

function must(program: string, ...args: string[]): string {
  const { status, stdout, stderr } = spawnSync(program, args, {
    cwd: root,
    encoding: 'utf8',
    env: {
      ...process.env,
      HOME: home,
      GIT_CONFIG_NOSYSTEM: '1',
      ASSAY_HOME: join(home, 'assay'),
      ASSAY_KEYRING: 'off',
      NO_COLOR: '1',
    },
  });
  expect(status, `${program} ${args.join(' ')}\n${stdout}${stderr}`).toBe(0);
  return stdout;
}
const git = (...args: string[]): string => must('git', ...args);
const assay = <T = unknown>(...args: string[]): T =>
  JSON.parse(must('node', resolve('bin/assay.mjs'), '-C', root, 'models', ...args, '--json')) as T;
const gto = (...args: string[]): string => must(join(dirname(python), 'gto'), ...args);
type Shown = { version: string; is_active: boolean; stages: { stage: string; is_active: boolean }[] };
const shown = (name: string): Shown[] => JSON.parse(gto('show', name, '--json', '--av', '-1')) as Shown[];
const stagesOf = (name: string, version: string): string[] =>
  shown(name)
    .find((one) => one.version === version)!
    .stages.filter((one) => one.is_active)
    .map((one) => one.stage)
    .sort();

beforeAll(() => {
  mkdirSync(root);
  git('init', '-q', '-b', 'main');
  git('config', 'user.name', 'Ada');
  git('config', 'user.email', 'ada@example.invalid');
  writeFileSync(join(root, 'assay.yaml'), 'models: {stages: [staging, production]}\n');
  writeFileSync(join(root, '.gitignore'), 'm.txt\n.assay/\n');
  git('add', '.');
  git('commit', '-qm', 'start');
});

test('gto reads versions, aliases, stages, approvals and deprecations of Assay', () => {
  for (const text of ['one', 'two']) {
    writeFileSync(join(root, 'm.txt'), text);
    assay('register', 'churn', '--files', 'm.txt');
  }
  assay('alias', 'churn@1.0.0', 'champion');
  assay('stage', 'churn@1.0.1', 'staging');
  assay('request', 'churn@1.0.1', '--comment', 'please');
  assay('approve', 'churn@1.0.1');
  expect(stagesOf('churn', 'v1.0.0')).toEqual(['champion']);
  expect(stagesOf('churn', 'v1.0.1')).toEqual(['approved', 'staging']);
  expect(gto('show')).toContain('v1.0.1');
  assay('alias', 'churn@1.0.1', 'champion');
  expect(stagesOf('churn', 'v1.0.1')).toContain('champion');
  expect(gto('show', 'churn#champion', '--ref').trim()).toBe('churn@v1.0.1');
  const history = JSON.parse(gto('history', 'churn', '--json')) as { event: string; ref: string }[];
  expect(history.filter((one) => one.event === 'registration').map((one) => one.ref)).toEqual([
    'churn@v1.0.1',
    'churn@v1.0.0',
  ]);
  assay('deprecate', 'churn@1.0.0', '--reason', 'old');
  expect(shown('churn').find((one) => one.version === 'v1.0.0')?.is_active ?? false).toBe(false);
});

test('Assay reads stages that gto assigned and versions that it deregistered', () => {
  gto('assign', 'churn', '--version', 'v1.0.1', '--stage', 'production');
  const rows = (): { version: string; stage: string | null; aliases: string[]; deprecated: boolean }[] =>
    assay('list', 'churn');
  const newest = (): ReturnType<typeof rows>[number] => rows().find((one) => one.version === '1.0.1')!;
  expect(newest().stage).toBe('production');
  gto('deprecate', 'churn', 'v1.0.1', 'production');
  expect(newest().stage).not.toBe('production');
  gto('deprecate', 'churn', 'v1.0.1');
  expect(newest().deprecated).toBe(true);
});

test('the audit log is checked by the script of docs/approval.md, which needs nothing but Python', () => {
  const script = /```python\n([\s\S]+?)```/.exec(readFileSync(resolve('docs/approval.md'), 'utf8'))![1]!;
  const folder = join(root, 'models/audit');
  const chain = join(folder, readdirSync(folder).find((name) => name.endsWith('.ndjson'))!);
  expect(must(python, '-c', script, chain)).toMatch(/^whole: [0-9a-f]{64}$/m);
  writeFileSync(chain, readFileSync(chain, 'utf8').replace('churn', 'chorn'));
  expect(spawnSync(python, ['-c', script, chain]).status).toBe(1);
});
