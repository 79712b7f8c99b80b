import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { attributeOf, builtInMacros, createAttributes, parseAttributes, unquote } from './attributes.ts';

const filterOf = (text: string, path: string, base = '') => {
  const macros = builtInMacros();
  return attributeOf([parseAttributes(text, base, macros)], macros, path, 'filter');
};

describe('gitattributes', () => {
  it.each([
    ['*.csv filter=lfs', 'deep/er/a.csv', 'lfs'],
    ['*.csv filter=lfs', 'a.csvx', null],
    ['/a.csv filter=lfs', 'b/a.csv', null],
    ['data/** filter=lfs', 'data/x/y', 'lfs'],
    ['data/*.bin filter=lfs', 'data/x/y.bin', null],
    ['data/ filter=lfs', 'data/x', null],
    ['a[[:space:]]b.csv filter=lfs', 'a b.csv', 'lfs'],
    ['"a b.csv" filter=lfs', 'a b.csv', 'lfs'],
    ['"s\\303\\270k.csv" filter=lfs', 'søk.csv', 'lfs'],
    ['*.csv filter=lfs\n*.csv -filter', 'a.csv', false],
    ['*.csv filter=lfs\n*.csv !filter', 'a.csv', null],
    ['*.csv filter=lfs\n*.csv diff', 'a.csv', 'lfs'],
    ['[attr]big filter=lfs -text\n*.csv big', 'a.csv', 'lfs'],
    ['[attr]big filter=lfs\n*.csv big filter=other', 'a.csv', 'other'],
    ['# *.csv filter=lfs', 'a.csv', null],
    ['!*.csv filter=lfs', 'a.csv', null],
    ['*.[Cc][Ss][Vv] filter=lfs\r\n', 'A.CSV', 'lfs'],
  ])('%s: %s is %s', (text, path, value) => {
    expect(filterOf(text, path)).toBe(value);
  });

  it('of a deeper folder count from there', () => {
    expect(filterOf('/a.csv filter=lfs', 'd/a.csv', 'd/')).toBe('lfs');
    expect(filterOf('/a.csv filter=lfs', 'e/a.csv', 'd/')).toBeNull();
  });

  it('macros that hold each other end', () => {
    expect(filterOf('[attr]a b\n[attr]b a\n*.csv a', 'x.csv')).toBeNull();
  });

  it('quotes are read as git writes them', () => {
    expect(unquote('a\\tb\\"c\\\\d\\360\\237\\230\\200')).toBe('a\tb"c\\d😀');
  });
});

describe.skipIf(spawnSync('git', ['--version']).status !== 0)('beside git check-attr', () => {
  let root: string;
  const files: Record<string, string> = {
    '.gitattributes': '[attr]large filter=lfs -text\n*.csv filter=lfs\n/top.bin large\nimages/** filter=lfs\n',
    'sub/.gitattributes': '*.csv -filter\ndeep/*.csv !filter\nx\\ y filter=lfs\n?.dat filter=lfs\n',
    'sub/deep/.gitattributes': 'keep.csv filter=lfs\n',
    '.git/info/attributes': 'images/small.png -filter\n',
  };
  beforeAll(() => {
    root = mkdtempSync(join(tmpdir(), 'assay-attributes-'));
    spawnSync('git', ['init', '-q', root]);
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(dirname(join(root, path)), { recursive: true });
      writeFileSync(join(root, path), text);
    }
  });
  afterAll(() => rmSync(root, { recursive: true, force: true }));

  it('the answers are the same', () => {
    const paths = ['a.csv', 'top.bin', 'sub/top.bin', 'images/small.png', 'images/a/b.png', 'sub/a.csv'].concat([
      'sub/deep/a.csv',
      'sub/deep/keep.csv',
      'sub/x y',
      'sub/a.dat',
      'other',
    ]);
    const asked = spawnSync('git', ['check-attr', '-z', 'filter', ...paths], { cwd: root, encoding: 'utf8' });
    const words = asked.stdout.split('\0');
    const git = Object.fromEntries(paths.map((path, i) => [path, words[i * 3 + 2]]));
    const read = createAttributes(join(root, '.git'), null, (path) => files[path] ?? null);
    const named = (value: ReturnType<typeof read>) =>
      value === null ? 'unspecified' : value === false ? 'unset' : value === true ? 'set' : value;
    expect(Object.fromEntries(paths.map((path) => [path, named(read(path, 'filter'))]))).toEqual(git);
  });
});
