import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { diffPaths } from './diff.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'assay-named-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('files whose path says nothing', () => {
  it.each([
    ['t.csv', (text: string) => Buffer.from(text)],
    ['t.csv.gz', (text: string) => gzipSync(text)],
    ['t.csv.zst', (text: string) => zstdCompressSync(text)],
  ])('compares two objects of a cache that are called %s', async (name, pack) => {
    const [old, now] = [join(folder, '3f'), join(folder, '9a')];
    writeFileSync(old, pack('id,v\n1,a\n2,b\n'));
    writeFileSync(now, pack('id,v\n1,a\n2,c\n'));
    const diff = await diffPaths({ file: old, name }, { file: now, name });
    expect(diff).toMatchObject({ kind: 'table', rows: { changed: 1, unchanged: 1 } });
  });

  it('names the file in what it says', async () => {
    const file = join(folder, 'broken');
    writeFileSync(file, '{"a":');
    await expect(
      diffPaths({ file, name: 'rows.jsonl' }, { file: join(folder, '3f'), name: 't.csv' }),
    ).rejects.toMatchObject({ code: 'BAD_REQUEST', message: expect.stringContaining('rows.jsonl') });
  });
});

it('tells columns of one name apart: a field of an object and one with a dot in its name', async () => {
  const put = (name: string, text: string): string => {
    writeFileSync(join(folder, name), text);
    return join(folder, name);
  };
  const old = put('dots.jsonl', '{"u":{"n":1},"u.n":2}\n{"u":{"n":3},"u.n":4}\n');
  const spaced = put('dots-spaced.jsonl', '{"u":{"n":1}, "u.n":2}\n{"u":{"n":3}, "u.n":4}\n');
  const edited = put('dots-edited.jsonl', '{"u":{"n":1},"u.n":2}\n{"u":{"n":3},"u.n":5}\n');
  const same = await diffPaths(old, spaced);
  expect(same).toMatchObject({ verdict: 'identical_data', columns: [{ name: 'u.n' }, { name: 'u.n (2)' }] });
  expect(same.findings.map(({ code }) => code)).toEqual(['duplicate_headers', 'duplicate_headers']);
  expect(await diffPaths(old, edited)).toMatchObject({
    rows: { changed: 1 },
    columns: [{ changedCells: 0 }, { changedCells: 1 }],
  });
});

it('finds a renamed column where the key names hardly any row, without meeting each with each', async () => {
  const rows = Array.from({ length: 40_000 }, (_, i) => i);
  const put = (name: string, column: string, more: number): string => {
    const lines = rows.map((i) => `${i % 2},${i + (i === 39_999 ? more : 0)},${i % 7}`);
    writeFileSync(join(folder, name), `k,${column},x\n${lines.join('\n')}\n`);
    return join(folder, name);
  };
  const diff = await diffPaths(put('many-old.csv', 'a', 0), put('many-new.csv', 'b', 1), { key: ['k'] });
  // two rows have a key of their own: too few to tell, and 400 million pairs too many to ask
  expect(diff).toMatchObject({ verdict: 'changed', key: { uniqueBefore: false }, rows: { before: 40_000 } });
});
