import { appendFileSync, copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { assay } from '../acceptance/terminal.ts';
import { silentLog } from '../platform/log.ts';
import { createGit } from '../services/git/service.ts';

const FIXTURES = join(import.meta.dirname, '..', 'services', 'models', 'kinds', 'fixtures');
/** Every command is a process of its own, and a machine may be busy. */
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

const author = { name: 'T', email: 't@example.invalid' };
const git = createGit({ log: silentLog });
let root: string;

const run = (...args: string[]) => {
  const { status, stdout, stderr } = assay(root, 'models', ...args);
  expect(stderr.replaceAll(/\n$/g, ''), args.join(' ')).not.toMatch(/Error|stack/);
  return { status, stdout, stderr };
};
const json = (...args: string[]) => JSON.parse(run(...args, '--json').stdout);

beforeAll(async () => {
  root = join(mkdtempSync(join(tmpdir(), 'assay-models-cli-')), 'project');
  mkdirSync(root);
  await git.init(root);
  appendFileSync(join(root, '.git/config'), '[user]\n\tname = T\n\temail = t@example.invalid\n');
  writeFileSync(join(root, 'assay.yaml'), 'name: churn\n');
  writeFileSync(join(root, '.gitignore'), '.assay/\n');
  copyFileSync(join(FIXTURES, 'pipeline.joblib'), join(root, 'model.joblib'));
  await git.commitAll(root, 'first', author);
  expect(run('register', 'churn', '--files', 'model.joblib', '--licence', 'MIT').status).toBe(0);
  copyFileSync(join(FIXTURES, 'forest.joblib'), join(root, 'model.joblib'));
  await git.commitAll(root, 'second', author);
  expect(run('register', 'churn', '--files', 'model.joblib', '--licence', 'MIT', '--version', '1.1.0').status).toBe(0);
});
afterAll(async () => {
  await git.dispose();
  rmSync(join(root, '..'), { recursive: true, force: true });
});

it('shows the card, writes it with a section, commits it, and says when it is stale', async () => {
  const shown = run('card', 'churn@1.0.0');
  expect(shown.stderr).toContain('Nobody has written this card yet');
  expect(shown.stdout).toContain('scikit-learn Pipeline');
  const before = await git.resolveRef(root, 'HEAD');
  expect(run('card', 'churn@1.0.0', '--edit-section', 'Intended use', '--text', 'Call centre only.').stdout).toContain(
    'Wrote models/churn/1.0.0.md',
  );
  expect(await git.resolveRef(root, 'HEAD')).not.toBe(before);
  expect((await git.state(root))?.dirty).toBe(false);
  expect(readFileSync(join(root, 'models/churn/1.0.0.md'), 'utf8')).toContain('## Intended use\n\nCall centre only.');
  expect(json('card', 'churn@1.0.0')).toMatchObject({ written: true, stale: [] });
  expect(json('show', 'churn@1.0.0').history.map(({ action }: { action: string }) => action)).toContain('described');
  const file = join(root, 'models/churn/1.0.0.md');
  const fresh = readFileSync(file, 'utf8');
  writeFileSync(file, fresh.replace('| Licence | MIT |', '| Licence | GPL |'));
  expect(json('verify', 'churn@1.0.0').findings).toContainEqual({
    severity: 'warning',
    kind: 'card',
    where: 'models/churn/1.0.0.md',
    message: 'Somebody edited the part that Assay writes; it is made anew when the card is written.',
  });
  writeFileSync(file, fresh);
  // the same again changes nothing
  const written = await git.resolveRef(root, 'HEAD');
  run('card', 'churn@1.0.0', '--write');
  expect(await git.resolveRef(root, 'HEAD')).toBe(written);
});

it('refuses a text without a section, and a section that is generated', () => {
  expect(assay(root, 'models', 'card', 'churn', '--text', 'x')).toMatchObject({ status: 2 });
  expect(assay(root, 'models', 'card', 'churn', '--edit-section', 'Metrics', '--text', 'x').stderr).toContain(
    'is written by Assay from the evidence',
  );
});

it('compares two versions', () => {
  const text = run('diff', 'churn', '1.0.0', '1.1.0').stdout;
  expect(text).toContain('churn 1.0.0 → 1.1.0');
  expect(text).toContain('scikit-learn RandomForestClassifier');
  expect(json('diff', 'churn@1.0.0', 'churn@1.1.0')).toMatchObject({
    from: '1.0.0',
    to: '1.1.0',
    files: [{ path: 'model.joblib', change: 'changed' }],
  });
});

it('shows what a version was made from', () => {
  expect(run('lineage', 'churn@1.1.0').stdout).toContain('churn 1.1.0');
  expect(json('lineage').nodes.map(({ id }: { id: string }) => id)).toEqual(
    expect.arrayContaining(['model:churn@1.0.0', 'model:churn@1.1.0']),
  );
});
