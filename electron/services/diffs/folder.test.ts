import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { diffFolders, diffLocatedFolders, type LocatedFolder } from './folder.ts';
import { createSplits } from './leaks.ts';

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'assay-folders-'));
  for (const side of ['old', 'now']) mkdirSync(join(root, side));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

const put = (side: 'old' | 'now', files: Record<string, string>): void => {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, side, path)), { recursive: true });
    writeFileSync(join(root, side, path), text);
  }
};
const diff = () => diffFolders(join(root, 'old'), join(root, 'now'), {});
const md5 = (text: string): string => createHash('md5').update(text).digest('hex');

/** A folder whose bytes are nowhere: only a version that knows everything can be compared so. */
const recorded = (files: Record<string, string>): LocatedFolder => ({
  kind: 'folder',
  name: 'd',
  label: 'v',
  hash: null,
  size: null,
  commit: null,
  files: Object.entries(files).map(([relpath, text]) => ({ relpath, md5: md5(text), size: text.length, file: null })),
});

describe('two folders on the disk', () => {
  it('are compared by content, with renamed and moved files, and every byte counted', async () => {
    put('old', {
      'same.txt': 'same',
      'changed.txt': 'aaaa',
      'grown.txt': 'a',
      'gone.txt': 'gone!',
      'a/move.png': 'moved me',
      'old name.png': 'renamed me',
    });
    put('now', {
      'same.txt': 'same',
      'changed.txt': 'bbbb',
      'grown.txt': 'aa',
      'new.txt': 'fresh',
      'b/move.png': 'moved me',
      'new name.png': 'renamed me',
    });
    expect(await diff()).toMatchObject({
      verdict: 'changed',
      files: { added: 1, removed: 1, changed: 2, renamed: 2, unchanged: 1 },
      bytes: { before: 4 + 4 + 1 + 5 + 8 + 10, after: 4 + 4 + 2 + 5 + 8 + 10, added: 5, removed: 5, changed: 6 },
      entries: [
        { path: 'b/move.png', status: 'renamed', renamedFrom: 'a/move.png' },
        { path: 'changed.txt', status: 'changed', bytesBefore: 4, bytesAfter: 4 },
        { path: 'gone.txt', status: 'removed', bytesAfter: null },
        { path: 'grown.txt', status: 'changed' },
        { path: 'new name.png', status: 'renamed', renamedFrom: 'old name.png' },
        { path: 'new.txt', status: 'added', bytesBefore: null },
      ],
      findings: [],
    });
    expect(await diffFolders(join(root, 'old'), join(root, 'old'), {})).toMatchObject({
      verdict: 'identical',
      entries: [],
    });
  });

  it('of the same content under several names find the most alike one, and empty files are nobody’s', async () => {
    put('old', { 'a/1.png': 'x', 'a/2.png': 'x', 'b/3.png': 'x', 'empty.txt': '' });
    put('now', { 'c/2.png': 'x', 'a/10.png': 'x', 'b/3.png': 'x', 'other.txt': '' });
    expect((await diff()).entries.map(({ path, renamedFrom }) => `${renamedFrom} → ${path}`)).toEqual([
      'a/1.png → a/10.png',
      'a/2.png → c/2.png',
      'null → empty.txt',
      'null → other.txt',
    ]);
  });

  it('never lead out of themselves: links are named, and hostile names are names', async () => {
    put('old', { 'x.txt': '1' });
    put('now', { 'x.txt': '1', '<img src=x onerror=alert(1)>.png': 'a', 'line\nbreak.txt': 'b', '..hidden': 'c' });
    symlinkSync('/etc', join(root, 'now', 'etc'));
    symlinkSync('/etc/passwd', join(root, 'now', 'passwd'));
    symlinkSync('.', join(root, 'now', 'loop'));
    const found = await diff();
    expect(found.entries.map(({ path }) => path)).toEqual([
      '..hidden',
      '<img src=x onerror=alert(1)>.png',
      'line\nbreak.txt',
    ]);
    expect(found.findings.map(({ code, side }) => `${code} ${side}`)).toEqual(Array(3).fill('link_left_out after'));
  });

  it('with a file that cannot be read are compared all the same', async () => {
    put('old', { 'a.bin': 'aaaa', 'b.bin': 'same' });
    put('now', { 'a.bin': 'aaaa', 'b.bin': 'same' });
    const locked = join(root, 'now', 'a.bin');
    rmSync(locked);
    const sides = await Promise.all(['old', 'now'].map((side) => listing(join(root, side))));
    // listed, then gone before it is read
    const gone = { relpath: 'a.bin', md5: null, size: 4, file: locked };
    const found = await diffLocatedFolders(sides[0]!, { ...sides[1]!, files: [...sides[1]!.files, gone] }, {});
    expect(found).toMatchObject({
      files: { changed: 1, unchanged: 1 },
      findings: [{ code: 'unreadable', side: 'after' }],
    });
  });

  it('can be stopped', async () => {
    put('old', { 'a.bin': 'aaaa' });
    await expect(
      diffFolders(join(root, 'old'), join(root, 'old'), { signal: AbortSignal.abort() }),
    ).rejects.toMatchObject({ code: 'CANCELLED' });
  });
});

const listing = async (folder: string): Promise<LocatedFolder> => {
  const { onDisk } = await import('../datasets/on-disk.ts');
  return (await onDisk(folder, { name: 'x', label: 'x' }, undefined)) as LocatedFolder;
};

describe('versions', () => {
  it('are compared by their hashes alone, whether or not this machine has the bytes', async () => {
    const found = await diffLocatedFolders(
      recorded({ 'a.png': 'a', 'b.png': 'b', 'c.png': 'c' }),
      recorded({ 'a.png': 'a', 'b.png': 'B', 'd/c.png': 'c' }),
      {},
    );
    expect(found).toMatchObject({ files: { added: 0, removed: 0, changed: 1, renamed: 1, unchanged: 1 } });
    expect(found.findings.map(({ code, side }) => `${code} ${side}`)).toEqual([
      'not_on_this_machine before',
      'not_on_this_machine after',
    ]);
  });

  it('read only the side whose hash is not known, and only where sizes do not tell', async () => {
    put('now', { 'a.png': 'a', 'b.png': 'B', 'long.png': 'longer' });
    const now = await listing(join(root, 'now'));
    const untouched = now.files.map((file) =>
      file.relpath === 'long.png' ? { ...file, file: join(root, 'not there') } : file,
    );
    const found = await diffLocatedFolders(
      recorded({ 'a.png': 'a', 'b.png': 'b', 'long.png': 'short' }),
      { ...now, files: untouched },
      {},
    );
    expect(found.files).toEqual({ added: 0, removed: 0, changed: 2, renamed: 0, unchanged: 1 });
    expect(found.findings.map(({ code }) => code)).toEqual(['not_on_this_machine']);
  });

  it('of very many files do not keep others waiting, and are stopped within one turn', async () => {
    const files = Array.from({ length: 200_000 }, (_, i) => ({
      relpath: `train/${i}.png`,
      md5: md5(String(i)),
      size: 1,
      file: null,
    }));
    const side = { ...recorded({}), files };
    let turns = 0;
    let counting = true;
    const count = (): void => {
      turns++;
      if (counting) setImmediate(count);
    };
    count();
    const found = await diffLocatedFolders(side, { ...side, files: files.toReversed() }, {});
    counting = false;
    expect(found.files).toMatchObject({ unchanged: 200_000 });
    expect(turns).toBeGreaterThan(10);
    const stop = new AbortController();
    setImmediate(() => stop.abort());
    await expect(diffLocatedFolders(side, side, { signal: stop.signal })).rejects.toMatchObject({ code: 'CANCELLED' });
  });
});

describe('leaks', () => {
  it('are contents of the new side that more than one split has', async () => {
    put('old', { 'train/a.png': 'a', 'val/a.png': 'a' });
    put('now', {
      'train/cat/a.png': 'same',
      'val/cat/b.png': 'same',
      'test/c.png': 'same',
      'train/d.png': 'both',
      'test/e.png': 'both',
      'train/f.txt': '',
      'val/g.txt': '',
      'train/h.png': 'own!',
      'train/i.png': 'own!',
    });
    const found = await diff();
    expect(found.leaks).toEqual([
      { paths: ['test/c.png', 'train/cat/a.png', 'val/cat/b.png'] },
      { paths: ['test/e.png', 'train/d.png'] },
    ]);
    expect(found.findings).toEqual([
      { code: 'leak', message: 'test, train and validation share a file of the same content.', side: 'after' },
      { code: 'leak', message: 'test and train share a file of the same content.', side: 'after' },
    ]);
  });

  it('are not seen in files of no content, whose hash is known too', async () => {
    const side = recorded({ 'train/a.txt': '', 'val/a.txt': '', 'train/b.png': 'b', 'val/b.png': 'b' });
    expect((await diffLocatedFolders(side, side, {})).leaks).toEqual([{ paths: ['train/b.png', 'val/b.png'] }]);
  });

  it('know splits by the words that people use', () => {
    const splits = [
      'train/a',
      'data/Validation/a',
      'val2017/a',
      'images_test/x/a',
      'hold-out/a',
      'dev/a',
      'latest/a',
      'trainer/a',
      'cats/train_1.png',
      'train.csv',
      'Test.tar.gz',
      'a',
    ];
    expect(splits.map(createSplits())).toEqual([
      'train',
      'validation',
      'validation',
      'test',
      'holdout',
      'validation',
      null,
      null,
      null,
      'train',
      'test',
      null,
    ]);
  });
});
