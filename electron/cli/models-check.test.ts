import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { assay } from '../acceptance/terminal.ts';
import { silentLog } from '../platform/log.ts';
import { createGit } from '../services/git/service.ts';
import { predictions } from '../testing/make-gates.ts';
import { writeRun } from '../testing/make-project.ts';

let root: string;
let run: string;
beforeAll(async () => {
  root = join(mkdtempSync(join(tmpdir(), 'assay-check-cli-')), 'project');
  mkdirSync(root, { recursive: true });
  const git = createGit({ log: silentLog });
  await git.init(root);
  await git.dispose();
  writeFileSync(join(root, '.git/config'), '[core]\n\tbare = false\n[user]\n\tname = Ada\n\temail = ada@example.com\n');
  writeFileSync(join(root, 'assay.yaml'), 'name: x\n');
  run = writeRun(root, { lines: [{ t: 1, s: 1, m: { accuracy: 0.9, loss: 'NaN' } }] });
  const artifacts = join(root, '.assay', 'runs', run, 'artifacts');
  writeFileSync(join(artifacts, 'model.bin'), 'weights');
  writeFileSync(
    join(artifacts, 'eval.csv'),
    predictions(500, (i) => i % 10 === 0),
  );
});
afterAll(() => rmSync(join(root, '..'), { recursive: true, force: true }));

const declare = (...lines: string[]): void =>
  writeFileSync(
    join(root, 'assay.yaml'),
    `name: x\ngates:\n  churn:\n${lines.map((line) => `    - ${line}\n`).join('')}`,
  );

it('checks a registered version: what it prints, and what it ends with', () => {
  const registered = assay(
    root,
    'models',
    'register',
    'churn',
    '--run',
    run,
    '--path',
    'model.bin',
    '--version',
    '1.0.0',
  );
  expect(registered.status, registered.stderr).toBe(0);
  const none = assay(root, 'models', 'check', 'churn@1.0.0');
  expect(none).toMatchObject({ status: 0 });
  expect(none.stdout).toContain('declares no gates');

  declare('{metric: accuracy, min: 0.8}', '{metric: accuracy, rows: eval.csv, not_worse_than: champion, id: rows}');
  const passed = assay(root, 'models', 'check', 'churn', '--json');
  expect(passed.status, passed.stderr).toBe(0);
  const value = JSON.parse(passed.stdout);
  expect(Object.keys(value)).toEqual(['model', 'version', 'verdict', 'gates']);
  expect(Object.keys(value.gates[0])).toEqual([
    'id',
    'kind',
    'verdict',
    'value',
    'bound',
    'champion',
    'interval',
    'message',
  ]);
  expect(value).toMatchObject({
    model: 'churn',
    version: '1.0.0',
    verdict: 'pass',
    gates: [{ value: 0.9 }, { id: 'rows', value: 0.9 }],
  });

  declare('{metric: accuracy, min: 0.95, why: we promised it}');
  const failed = assay(root, 'models', 'check', 'churn@1.0.0');
  expect(failed).toMatchObject({ status: 1, stderr: '' });
  expect(failed.stdout).toContain('churn 1.0.0: fail');
  expect(failed.stdout).toContain('≥ 0.95');
  expect(failed.stdout).toContain('we promised it');

  declare('{metric: recall, min: 0.95}');
  expect(assay(root, 'models', 'check', 'churn@1.0.0')).toMatchObject({ status: 3 });
  declare('{metric: recall, mni: 0.95}');
  const wrong = assay(root, 'models', 'check', 'churn@1.0.0');
  expect(wrong).toMatchObject({ status: 2, stdout: '' });
  expect(wrong.stderr).toContain('assay.yaml, line 4');
  expect(assay(root, 'models', 'check', 'churn@9.9.9').status).toBe(1);
});

it('a request freezes the evaluation, and verify names one that was changed', () => {
  declare('{metric: accuracy, min: 0.8}');
  const requested = assay(root, 'models', 'request', 'churn@1.0.0');
  expect(requested.status, requested.stderr).toBe(0);
  const folder = join(root, 'models/churn/1.0.0/evaluations');
  const [file] = readdirSync(folder);
  expect(assay(root, 'models', 'verify', 'churn@1.0.0').status).toBe(0);
  writeFileSync(join(folder, file!), readFileSync(join(folder, file!), 'utf8').replace('0.8', '0.7'));
  const found = assay(root, 'models', 'verify', 'churn@1.0.0');
  expect(found.status).toBe(1);
  expect(found.stdout + found.stderr).toContain(`models/churn/1.0.0/evaluations/${file}`);
});
