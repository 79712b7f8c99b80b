import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { kindOf, listArtifacts, mediaType, readArtifact } from './artifacts.ts';

let folder: string;
let artifacts: string;
beforeEach(() => {
  folder = join(mkdtempSync(join(tmpdir(), 'assay-artifacts-')), 'run');
  artifacts = join(folder, 'artifacts');
  mkdirSync(artifacts, { recursive: true });
  writeFileSync(join(folder, 'run.json'), 'secret');
  writeFileSync(join(folder, '..', 'outside.txt'), 'secret');
});
afterEach(() => rmSync(join(folder, '..'), { recursive: true, force: true }));

test('bytes, size and type of a piece', async () => {
  writeFileSync(join(artifacts, 'a b 🎉.PNG'), '0123456789');
  const piece = await readArtifact(folder, 'a b 🎉.PNG', 2, 3);
  expect(await piece.bytes.text()).toBe('234');
  expect(piece).toMatchObject({ size: 10, mediaType: 'image/png' });
  expect((await readArtifact(folder, 'a b 🎉.PNG', 50, 3)).bytes.size).toBe(0);
});

test('no path leads out of the artifacts', async () => {
  symlinkSync(join(folder, '..', 'outside.txt'), join(artifacts, 'link.txt'));
  symlinkSync(join(folder, '..'), join(artifacts, 'up'));
  mkdirSync(join(artifacts, 'sub'));
  for (const path of [
    '../run.json',
    'sub/../../run.json',
    '..',
    '/etc/passwd',
    join(folder, 'run.json'),
    'a\0b',
    'link.txt',
    'up/outside.txt',
  ]) {
    await expect(readArtifact(folder, path, 0, 100), path).rejects.toMatchObject({ code: 'BAD_REQUEST' });
  }
  for (const path of ['.', 'sub', 'none', '..%2frun.json', '..\\run.json']) {
    await expect(readArtifact(folder, path, 0, 100), path).rejects.toMatchObject({ code: 'NOT_FOUND' });
  }
});

test('an artifacts folder that is itself a link is refused', async () => {
  rmSync(artifacts, { recursive: true });
  symlinkSync(join(folder, '..'), artifacts);
  await expect(readArtifact(folder, 'outside.txt', 0, 10)).rejects.toMatchObject({ code: 'BAD_REQUEST' });
  expect(listArtifacts(folder, [])).toEqual([]);
});

test('the listing joins what was logged with what lies there, and follows no link', () => {
  mkdirSync(join(artifacts, 'm', 'n'), { recursive: true });
  for (const name of ['m/10.txt', 'm/9.txt', 'm/n/x.parquet', 'logged.png'])
    writeFileSync(join(artifacts, name), 'abc');
  symlinkSync(join(folder, '..'), join(artifacts, 'loop'));
  symlinkSync(join(folder, '..', 'outside.txt'), join(artifacts, 'out'));
  const logged = { path: 'logged.png', size: 3, kind: 'image', key: 'k', step: 1, caption: null } as const;
  expect(listArtifacts(folder, [logged]).map((one) => [one.path, one.kind, one.key])).toEqual([
    ['logged.png', 'image', 'k'],
    ['m/9.txt', 'text', null],
    ['m/10.txt', 'text', null],
    ['m/n/x.parquet', 'table', null],
  ]);
});

test('of very many files 5,000 are listed', () => {
  for (let i = 0; i < 5100; i++) writeFileSync(join(artifacts, `${i}`), '');
  expect(listArtifacts(folder, [])).toHaveLength(5000);
});

test('types by the ending', () => {
  expect(['x.html', 'x.svg', 'x.JSON', 'x', 'x.constructor', 'a.tar.gz', '.png'].map(mediaType)).toEqual([
    'text/html',
    'image/svg+xml',
    'application/json',
    'application/octet-stream',
    'application/octet-stream',
    'application/octet-stream',
    'application/octet-stream',
  ]);
  expect(['x.csv', 'x.parquet', 'x.html', 'x.svg', 'x.wav', 'x.md', 'x.json', 'x.bin'].map(kindOf)).toEqual([
    'table',
    'table',
    'html',
    'image',
    'audio',
    'text',
    'text',
    'file',
  ]);
});
