import { describe, expect, it } from 'vitest';
import { newDvcFile, parseDvcFile, withDescription, withVersion } from './dvc-file.ts';

const HASH = 'a304afb96060aad90176268345e10355';
const version = { hash: HASH, size: 7, nfiles: null, isexec: false };

describe('a new file', () => {
  it('has the bytes that dvc add writes', () => {
    expect(newDvcFile('data.xml', version)).toBe(`outs:\n- md5: ${HASH}\n  size: 7\n  hash: md5\n  path: data.xml\n`);
    expect(newDvcFile('images', { ...version, hash: `${HASH}.dir`, nfiles: 2 })).toBe(
      `outs:\n- md5: ${HASH}.dir\n  size: 7\n  nfiles: 2\n  hash: md5\n  path: images\n`,
    );
    expect(newDvcFile('!x', { ...version, isexec: true })).toBe(
      `outs:\n- md5: ${HASH}\n  size: 7\n  isexec: true\n  hash: md5\n  path: '!x'\n`,
    );
  });

  it.each(['12345678901234567890123456789012', '00000000000000000000000000000001', '1234567890123456789012345678e123'])(
    'quotes the hash %s, which YAML would read as a number',
    (hash) => {
      const text = newDvcFile('a', { ...version, hash });
      expect(text).toContain(`- md5: '${hash}'\n`);
      expect(parseDvcFile(text, 'a.dvc').outs[0]!.hash).toBe(hash);
    },
  );

  it.each(['a: b', '- x', 'ü 😀.txt', '#c', 'null', '1', 'yes', "it's", 'a'.repeat(300), 'x #y', '@a', 'a\\b'])(
    'reads its own path %j back',
    (path) => expect(parseDvcFile(newDvcFile(path, version), 'x').outs[0]!.path).toBe(path),
  );
});

describe('a file that is there', () => {
  const text = `# ours
outs:
- path: data.csv # the table
  md5: 0123456789012345678901234567890a
  size: 3
  hash: md5
  meta:
    source: {url: x} # kept
  desc: old
frozen: true
meta: 1
`;

  it('keeps comments, order and everything else with a new version', () => {
    const next = withVersion(parseDvcFile(text, 'x'), 0, { ...version, nfiles: 4 });
    expect(next).toBe(
      text
        .replace('0123456789012345678901234567890a', HASH)
        .replace('size: 3', 'size: 7\n  nfiles: 4')
        .replace('{url: x}', '{ url: x }'),
    );
  });

  it('takes a description, and gives it back', () => {
    const described = withDescription(parseDvcFile(newDvcFile('a', version), 'x'), 0, {
      desc: 'two\nlines: "q"',
      labels: ['a', 'b'],
      type: 'table',
      meta: { licence: 'CC0', rows: 7 },
    });
    expect(parseDvcFile(described, 'x').outs[0]).toMatchObject({
      desc: 'two\nlines: "q"',
      labels: ['a', 'b'],
      type: 'table',
      meta: { licence: 'CC0', rows: 7 },
    });
    expect(described.indexOf('path:')).toBeLessThan(described.indexOf('desc:'));
    const bare = withDescription(parseDvcFile(described, 'x'), 0, {
      desc: null,
      labels: [],
      type: null,
      meta: { licence: null, rows: null },
    });
    expect(bare).toBe(newDvcFile('a', version));
  });

  it('reads what DVC 2 wrote, also a hash without quotes', () => {
    const [out] = parseDvcFile('outs:\n- md5: 01234567890123456789012345678901\n  path: a\n', 'x').outs;
    expect(out).toMatchObject({ legacy: true, hash: '01234567890123456789012345678901', size: null });
  });
});

describe('what DVC would refuse', () => {
  it.each([
    ['outs:\n- path: a\n  owner: me\n', /line 3.*"owner"/],
    ['outs: []\nowner: me\n', /line 2.*"owner"/],
    ['outs:\n- md5: x\n  path: a\n', /line 2.*32 hex/],
    ['outs:\n- md5: ../../../../../../../../etc/passwd\n  path: a\n', /32 hex/],
    ['outs:\n- size: 3\n', /"path"/],
    ['outs: 3\n', /list/],
    ['outs:\n- path: a\n  size: many\n', /line 3.*whole number/],
    ['outs:\n- path: a\n  hash: sha256\n', /line 3.*sha256/],
    ['a: [\n', /YAML/],
    ['', /outs/],
    ['outs: []\nouts: []\n', /line 2.*YAML/],
  ])('%j', (text, message) => {
    expect(() => parseDvcFile(text, 'a.dvc')).toThrow(message);
  });
});
