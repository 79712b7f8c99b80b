import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { main } from '../cli.ts';
import { silentLog } from '../platform/log.ts';
import { createGit } from '../services/git/service.ts';

const git = createGit({ log: silentLog });
let top: string;
let root: string;
let first: string;

beforeAll(async () => {
  top = mkdtempSync(join(tmpdir(), 'assay-data-versions-'));
  vi.stubEnv('ASSAY_HOME', join(top, 'home'));
  root = join(top, 'project');
  mkdirSync(join(root, '.assay'), { recursive: true });
  writeFileSync(join(root, '.gitignore'), '.assay\n');
  await git.init(root);
  writeFileSync(join(root, 'a.csv'), 'id,v\n1,a\n2,b\n');
  await main(['-C', root, 'data', 'add', 'a.csv']);
  first = (await git.commitAll(root, 'first', { name: 'Ada', email: 'a@example.invalid' }))!;
  writeFileSync(join(root, 'a.csv'), 'id,v\n1,a\n2,c\n3,d\n');
  await main(['-C', root, 'data', 'add', 'a.csv']);
  await git.commitAll(root, 'second', { name: 'Ada', email: 'a@example.invalid' });
});
afterAll(async () => {
  await git.dispose();
  vi.unstubAllEnvs();
  rmSync(top, { recursive: true, force: true });
});

async function diff(...args: string[]): Promise<{ code: number; json: Record<string, unknown>; err: string }> {
  const out: string[] = [];
  const err: string[] = [];
  const stdout = vi.spyOn(process.stdout, 'write').mockImplementation((text) => out.push(String(text)) > 0);
  const stderr = vi.spyOn(process.stderr, 'write').mockImplementation((text) => err.push(String(text)) > 0);
  try {
    const code = await main(['-C', root, 'data', 'diff', ...args]);
    const text = out.join('');
    return { code, json: text.startsWith('{') ? JSON.parse(text) : { text }, err: err.join('') };
  } finally {
    stdout.mockRestore();
    stderr.mockRestore();
  }
}

it('compares the last commit with the working copy, a version with it, and two versions', async () => {
  expect((await diff('a.csv', '--json')).code).toBe(0);
  const older = await diff('a.csv', first, '--json');
  expect(older).toMatchObject({
    code: 1,
    json: {
      kind: 'table',
      verdict: 'changed',
      key: { columns: ['id'], source: 'found', uniqueBefore: true, uniqueAfter: true },
      rows: { before: 2, after: 3, added: 1, removed: 0, changed: 1, unchanged: 1, moved: 0 },
      columns: [{ name: 'id' }, { name: 'v', status: 'same', renamedFrom: null, changedCells: 1, nullsBefore: 0 }],
      findings: [],
    },
  });
  expect(Object.keys(older.json).sort()).toEqual(
    ['columns', 'elapsedMs', 'findings', 'key', 'kind', 'rows', 'verdict'].sort(),
  );
  expect((await diff('a.csv', first, 'HEAD', '--json')).json).toMatchObject({ rows: { added: 1, changed: 1 } });
  expect((await diff('a.csv.dvc', 'HEAD~1', 'main', '--json')).json).toMatchObject({ rows: { added: 1, changed: 1 } });
  expect((await diff('a.csv', 'main', first, '--json')).json).toMatchObject({ rows: { removed: 1 } });
});

it('saves what it compared, so that the page opens it at once', async () => {
  await diff('a.csv', first, '--json');
  const saved = readdirSync(join(root, '.assay/diffs'));
  const heads = saved.map((name) => JSON.parse(readFileSync(join(root, '.assay/diffs', name), 'utf8')).head);
  expect(heads).toContainEqual(
    expect.objectContaining({ before: expect.objectContaining({ commit: expect.objectContaining({ id: first }) }) }),
  );
});

it('writes every export beside the answer', async () => {
  const files = { html: 'o.html', md: 'o.md', tabular: 'o.csv', parquet: 'o.parquet' };
  const args = Object.entries(files).flatMap(([kind, file]) => [`--${kind}`, file]);
  expect((await diff('a.csv', first, ...args, '--key', 'id')).code).toBe(1);
  expect(readFileSync(join(root, 'o.csv'), 'utf8')).toBe('@@,id,v\n...,...,...\n->,2,b->c\n+++,3,d\n');
  expect(readFileSync(join(root, 'o.parquet')).subarray(0, 4).toString()).toBe('PAR1');
  expect(readFileSync(join(root, 'o.html'), 'utf8')).toContain('<!doctype html>');
});

it.each([
  ['a version that is not there', ['a.csv', 'nowhere']],
  ['data that is not there', ['none.csv']],
  ['a path outside of the project', ['/etc/passwd']],
  ['no path at all', []],
  ['--files with one path', ['--files', 'a.csv']],
  ['--files with three', ['--files', 'a.csv', 'a.csv', 'a.csv']],
  ['a tolerance that is no number', ['a.csv', '--tolerance', 'x=much']],
  ['a key that is no column', ['a.csv', '--key', 'nope']],
  ['rows of what has none', ['.gitignore', '--parquet', 'x.parquet']],
])('ends with 2 for %s', async (_, args) => {
  const { code, err } = await diff(...args);
  expect([code, err]).toEqual([2, expect.stringMatching(/^.*assay:.+/)]);
});
