import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, test } from 'vitest';
import { runTool } from '../../platform/process.ts';
import { isIgnored, parseRules } from './ignore.ts';

const cases: [pattern: string, path: string, folder: boolean, ignored: boolean][] = [
  ['*.log', 'a.log', false, true],
  ['*.log', 'deep/er/a.log', false, true],
  ['/a.log', 'deep/a.log', false, false],
  ['/a.log', 'a.log', false, true],
  ['data/', 'data', true, true],
  ['data/', 'data', false, false],
  ['data/', 'src/data', true, true],
  ['a/b', 'x/a/b', false, false],
  ['a/b', 'a/b', false, true],
  ['**/cache', 'x/y/cache', true, true],
  ['a/**/z', 'a/z', false, true],
  ['a/**/z', 'a/b/c/z', false, true],
  ['out/**', 'out/x/y', false, true],
  ['out/**', 'out', true, false],
  ['*.log\n!keep.log', 'keep.log', false, false],
  ['!keep.log\n*.log', 'keep.log', false, true],
  ['# comment', '# comment', false, false],
  ['\\#file', '#file', false, true],
  ['\\!file', '!file', false, true],
  ['x  ', 'x', false, true],
  ['x\\ ', 'x ', false, true],
  ['file[0-9].txt', 'file7.txt', false, true],
  ['file[!0-9].txt', 'file7.txt', false, false],
  ['file[!0-9].txt', 'filex.txt', false, true],
  ['[[:digit:]]x', '5x', false, true],
  ['[]]x', ']x', false, true],
  ['a?c', 'abc', false, true],
  ['a?c', 'a/c', false, false],
  ['a*c', 'a/c', false, false],
  ['a.c', 'abc', false, false],
  ['open[bracket', 'open[bracket', false, false],
  ['ü*', 'über', false, true],
  ['a+(b)', 'a+(b)', false, true],
  ['a/**/**/b', 'a/x/b', false, true],
  ['**', 'x', false, true],
  ['/**', 'x/y', false, true],
  ['a**b', 'axxb', false, true],
  ['x\\', 'x', false, false],
  ['[a-c]*z', 'bxxz', false, true],
];

test.each(cases)('%j on %j (folder: %j) gives %j', (pattern, path, folder, ignored) => {
  expect(isIgnored([{ base: '', rules: parseRules(pattern) }], path, folder)).toBe(ignored);
});

test('a pattern made to take for ever does not', () => {
  const rules = parseRules(`${'a*'.repeat(60)}b\n${'**/a*/'.repeat(30)}b`);
  const path = `${'a'.repeat(200)}/`.repeat(15) + 'a'.repeat(200);
  const start = performance.now();
  expect(isIgnored([{ base: '', rules }], path, false)).toBe(false);
  expect(performance.now() - start).toBeLessThan(500);
});

test('a deeper file overrules a higher one, for what is below it', () => {
  const sets = [
    { base: '', rules: parseRules('*.csv') },
    { base: 'data/', rules: parseRules('!keep.csv\n/only-here') },
  ];
  expect(isIgnored(sets, 'data/keep.csv', false)).toBe(false);
  expect(isIgnored(sets, 'keep.csv', false)).toBe(true);
  expect(isIgnored(sets, 'data/only-here', false)).toBe(true);
  expect(isIgnored(sets, 'only-here', false)).toBe(false);
});

const hasGit = await runTool('git', ['--version']).then(
  () => true,
  () => false,
);

it.skipIf(!hasGit)('says what git says (skipped without the git program)', async () => {
  for (const [pattern, path, folder, ignored] of cases) {
    const root = mkdtempSync(join(tmpdir(), 'assay-ignore-'));
    await runTool('git', ['init', '-q'], { cwd: root });
    writeFileSync(join(root, '.gitignore'), pattern);
    mkdirSync(join(root, path, folder ? '.' : '..'), { recursive: true });
    if (!folder) writeFileSync(join(root, path), '');
    const { code } = await runTool('git', ['check-ignore', '-q', path], { cwd: root });
    rmSync(root, { recursive: true });
    expect([pattern, path, code === 0]).toEqual([pattern, path, ignored]);
  }
});
