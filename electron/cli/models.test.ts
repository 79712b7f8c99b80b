import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { assay } from '../acceptance/terminal.ts';

let root: string;
beforeAll(() => {
  root = join(mkdtempSync(join(tmpdir(), 'assay-models-cli-')), 'project');
  mkdirSync(root);
  execFileSync('git', ['init', '-q', '-b', 'main', root]);
  execFileSync('git', ['config', 'user.name', 'A. Person'], { cwd: root });
  execFileSync('git', ['config', 'user.email', 'a@example.invalid'], { cwd: root });
  writeFileSync(join(root, 'assay.yaml'), 'models: {stages: [production]}\n');
  writeFileSync(join(root, 'm.bin'), 'weights');
});
afterAll(() => rmSync(join(root, '..'), { recursive: true, force: true }));

const models = (...args: string[]) => assay(root, 'models', ...args);
const json = (...args: string[]) => {
  const { status, stdout, stderr } = models(...args, '--json');
  expect(stderr).toBe('');
  return { status, value: JSON.parse(stdout) };
};

it('takes a model from its files to a verified version in a stage', () => {
  expect(json('list')).toEqual({ status: 0, value: [] });
  expect(json('register', 'churn', '--files', 'm.bin', '--licence', 'MIT').value).toMatchObject({
    model: 'churn',
    version: '1.0.0',
    file: 'models/churn/1.0.0.yaml',
    tag: { name: 'churn@v1.0.0' },
  });
  expect(models('register', 'churn', '--files', 'm.bin', '--version', '1.0.0').status).toBe(1);
  expect(json('alias', 'churn@v1.0.0', 'champion').value).toMatchObject({ alias: 'champion', version: '1.0.0' });
  expect(json('stage', 'churn@champion', 'production').value).toMatchObject({ stage: 'production' });
  expect(json('list', 'churn').value).toMatchObject([
    { version: '1.0.0', aliases: ['champion'], stage: 'production', present: true },
  ]);
  expect(json('show', 'churn').value).toMatchObject({ definition: { licence: 'MIT' }, uncommitted: false });
  expect(json('verify', 'churn@production')).toMatchObject({ status: 0, value: { ok: true, checkedFiles: 1 } });
  expect(models('export', 'churn', 'out').status).toBe(0);
  expect(models('deprecate', 'churn').stderr).toContain('still means churn 1.0.0');
  expect(models('alias', 'churn', 'champion', '--remove').status).toBe(0);
  expect(models('show', 'churn@champion').stderr).toContain('has no version, alias or stage "champion"');
}, 180_000);

it('says what is wrong, and ends with the code of it', () => {
  expect(models('register', '<!channel>', '--files', 'm.bin').status).toBe(2);
  expect(models('register', 'x', '--files', '../../etc').status).not.toBe(0);
  expect(models('show', 'a@b@c').status).toBe(2);
  expect(models('verify', 'nothing').status).toBe(1);
  writeFileSync(join(root, 'models/churn/1.0.0.yaml'), 'not: it\n');
  expect(models('verify', 'churn@1.0.0').status).toBe(1);
  expect(models('list').stderr).toContain('models/churn/1.0.0.yaml cannot be used');
}, 180_000);
