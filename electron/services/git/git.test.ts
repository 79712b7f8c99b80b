import fs, {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import * as git from 'isomorphic-git';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { silentLog } from '../../platform/log.ts';
import { runTool } from '../../platform/process.ts';
import { createGit } from './service.ts';

const service = createGit({ log: silentLog });
const author = { name: 'Ada', email: 'ada@example.invalid' };
const limits = { maxUntrackedFileBytes: 1000, maxPatchBytes: 1_000_000 };
const folders: string[] = [];
let root: string;

/** The real git, where there is one: what we write must be what it takes, what we ignore what it ignores. */
const realGit = async (args: readonly string[], cwd: string) => {
  const { code, stdout, stderr } = await runTool('git', args, { cwd });
  if (code !== 0) throw new Error(`git ${args.join(' ')}: ${stderr}`);
  return stdout;
};
const hasGit = await runTool('git', ['--version'], {}).then(
  () => true,
  () => false,
);
if (!hasGit) console.log('no git program here: patches are not tried with it');

function temporary(): string {
  const folder = mkdtempSync(join(tmpdir(), 'assay git "ü" '));
  folders.push(folder);
  return folder;
}

function put(path: string, content: string | Uint8Array, mode = 0o644): void {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), content);
  chmodSync(join(root, path), mode);
}

beforeEach(async () => {
  root = temporary();
  await service.init(root);
});

afterAll(async () => {
  await service.dispose();
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

describe('state', () => {
  it('is null where there is no repository', async () => {
    expect(await service.state(temporary())).toBeNull();
  });

  it('knows an empty repository, a commit and a change', async () => {
    expect(await service.state(root)).toEqual({
      branch: 'main',
      commit: null,
      remote: null,
      dirty: false,
      changedFiles: 0,
      merging: false,
      detached: false,
    });
    put('train.py', 'print(1)\n');
    expect(await service.state(root)).toMatchObject({ dirty: true, changedFiles: 1 });
    const commit = await service.commitAll(root, 'first', author);
    expect(commit).toMatch(/^[0-9a-f]{40}$/);
    expect(await service.state(root)).toMatchObject({ commit, dirty: false, changedFiles: 0 });
    expect(await service.resolveRef(root, 'main')).toBe(commit);
    expect(await service.resolveRef(root, 'nowhere')).toBeNull();
    put('train.py', 'print(2)\n');
    expect(await service.state(root)).toMatchObject({ commit, dirty: true, changedFiles: 1 });
  });

  it('sees a change that leaves the size as it was, right after the commit', async () => {
    put('a.txt', 'aaaa');
    await service.commitAll(root, 'first', author);
    put('a.txt', 'bbbb');
    expect(await service.state(root)).toMatchObject({ dirty: true });
  });

  it('knows a detached head, a merge in progress and where it is pushed to, without the password', async () => {
    put('a.txt', 'a');
    const commit = (await service.commitAll(root, 'first', author))!;
    await git.addRemote({ fs, dir: root, remote: 'origin', url: 'https://me:hunter2@example.invalid/r.git' });
    writeFileSync(join(root, '.git', 'HEAD'), `${commit}\n`);
    writeFileSync(join(root, '.git', 'MERGE_HEAD'), `${commit}\n`);
    expect(await service.state(root)).toEqual({
      branch: null,
      commit,
      remote: 'https://example.invalid/r.git',
      dirty: false,
      changedFiles: 0,
      merging: true,
      detached: true,
    });
  });

  it('works for a project in a subfolder, and counts new files of that folder only', async () => {
    put('lib/a.py', 'a');
    put('project/b.py', 'b');
    await service.commitAll(root, 'first', author);
    put('lib/a.py', 'changed');
    put('lib/new.py', 'somebody else');
    put('project/new.py', 'mine');
    expect(await service.state(join(root, 'project'))).toMatchObject({ dirty: true, changedFiles: 2 });
  });

  it('reads a linked worktree', async () => {
    put('a.txt', 'a');
    const commit = (await service.commitAll(root, 'first', author))!;
    const linked = temporary();
    const gitFolder = join(root, '.git', 'worktrees', 'w');
    mkdirSync(gitFolder, { recursive: true });
    writeFileSync(join(gitFolder, 'HEAD'), `${commit}\n`);
    writeFileSync(join(gitFolder, 'commondir'), '../..\n');
    writeFileSync(join(linked, '.git'), `gitdir: ${gitFolder}\n`);
    writeFileSync(join(linked, 'a.txt'), 'b');
    expect(await service.state(linked)).toMatchObject({ commit, detached: true, dirty: true, changedFiles: 1 });
  });

  it('says so in a sentence when it cannot be read', async () => {
    writeFileSync(join(root, '.git', 'index'), 'DIRCnonsense');
    await expect(service.state(root)).rejects.toThrow('The git repository could not be read');
  });

  it('never writes the index', async () => {
    put('a.txt', 'a');
    await service.commitAll(root, 'first', author);
    const before = readFileSync(join(root, '.git', 'index'));
    put('a.txt', 'a');
    await service.state(root);
    await service.capture(root, limits);
    expect(readFileSync(join(root, '.git', 'index')).equals(before)).toBe(true);
  });
});

describe('capture', () => {
  const base: [path: string, content: string | Uint8Array, mode?: number][] = [
    ['modified.py', Array.from({ length: 60 }, (_, i) => `line ${i}\n`).join('')],
    ['deleted.py', 'one\ntwo'],
    ['deleted-empty', ''],
    ['made-executable.sh', '#!/bin/sh\n'],
    ['crlf.txt', 'a\r\nb\r\nc\r\n'],
    ['latin1.txt', Buffer.from([0xe4, 0x0a, 0xf6, 0x0a])],
    ['newline-lost.txt', 'a\nb\n'],
    ['newline-found.txt', 'a\nb'],
    ['emptied.txt', 'something\n'],
    ['was-file', 'content\n'],
    ['sub folder/with "quotes" and ü 🐧.txt', 'x\n'],
    ['weights.bin', new Uint8Array([0, 1, 2])],
    ['untouched.py', 'same\n'],
    ['swap', 'file that becomes a folder\n'],
  ];
  const change = (): void => {
    const lines = Array.from({ length: 60 }, (_, i) => (i === 3 ? 'changed\n' : i === 40 ? '' : `line ${i}\n`));
    put('modified.py', `${lines.join('')}last line without end`);
    for (const gone of ['deleted.py', 'deleted-empty', 'was-file', 'swap']) rmSync(join(root, gone));
    chmodSync(join(root, 'made-executable.sh'), 0o755);
    put('crlf.txt', 'a\r\nB\r\nc\n');
    put('latin1.txt', Buffer.from([0xe4, 0x0a, 0xfc, 0x0a]));
    put('newline-lost.txt', 'a\nb');
    put('newline-found.txt', 'a\nb\n');
    put('emptied.txt', '');
    symlinkSync('untouched.py', join(root, 'was-file'));
    put('sub folder/with "quotes" and ü 🐧.txt', 'y\n');
    put('swap/inside.txt', 'now a folder\n');
    put('new empty', '');
    put('new\ttab\\back.sh', '#!/bin/sh\necho hi', 0o755);
    symlinkSync('../outside', join(root, 'dangling'));
    put('weights.bin', new Uint8Array([0, 9, 9]));
    put('big.txt', 'x'.repeat(2000));
    put('new.bin', new Uint8Array([1, 0, 1]));
    put('.gitignore', '*.log\ndata/\n');
    put('noise.log', 'ignored');
    put('data/huge.csv', 'ignored');
  };
  const expected = [
    '.gitignore',
    'crlf.txt',
    'dangling',
    'emptied.txt',
    'latin1.txt',
    'made-executable.sh',
    'modified.py',
    'new empty',
    'new\ttab\\back.sh',
    'newline-found.txt',
    'newline-lost.txt',
    'sub folder/with "quotes" and ü 🐧.txt',
    'swap/inside.txt',
    'untouched.py',
    'was-file',
  ];
  const skipped = ['big.txt', 'new.bin', 'weights.bin'];

  it('says what it holds and what it leaves out', async () => {
    for (const file of base) put(...file);
    const commit = await service.commitAll(root, 'first', author);
    change();
    const taken = (await service.capture(root, limits))!;
    expect(taken).toMatchObject({ commit, branch: 'main', dirty: true, skipped });
    const text = Buffer.from(taken.patch!).toString('latin1');
    expect(text).toContain('old mode 100644\nnew mode 100755\n');
    expect(text).toContain('-b\r\n-c\r\n+B\r\n+c\n');
    expect(text).toContain('\\ No newline at end of file\n');
    expect(text).toContain('"a/new\\ttab\\\\back.sh"');
    expect(text).not.toContain('huge.csv');
    expect(text).not.toContain('noise.log');
    expect(await service.state(root)).toMatchObject({ dirty: true, changedFiles: 20 });
  });

  it.skipIf(!hasGit)('makes a patch that git applies to a clean checkout, byte for byte', async () => {
    for (const file of base) put(...file);
    const commit = (await service.commitAll(root, 'first', author))!;
    change();
    const { patch } = (await service.capture(root, limits))!;
    const clone = temporary();
    await realGit(['clone', '-q', '-c', 'core.autocrlf=false', root, clone], root);
    await realGit(['checkout', '-q', commit], clone);
    const file = join(temporary(), 'patch.diff');
    writeFileSync(file, patch!);
    await realGit(['apply', '--index', file], clone);
    const listed = await realGit(['ls-files', '-z'], clone);
    const files = listed.split('\0').filter((path) => path !== '' && !skipped.includes(path));
    expect(files.sort()).toEqual(expected.sort());
    for (const path of files) {
      const ours = fs.lstatSync(join(root, path));
      const theirs = fs.lstatSync(join(clone, path));
      expect([path, theirs.mode & 0o170100]).toEqual([path, ours.mode & 0o170100]);
      const read = (top: string) =>
        ours.isSymbolicLink() ? readlinkSync(join(top, path)) : readFileSync(join(top, path), 'latin1');
      expect(read(clone)).toBe(read(root));
    }
    // git itself agrees on what has changed
    const status = await realGit(['status', '--porcelain', '-z', '--untracked-files=all'], root);
    expect(status.split('\0').filter(Boolean)).toHaveLength(20);
  });

  it('keeps to the size of the whole patch', async () => {
    await service.commitAll(root, 'empty', author);
    for (const name of ['a.txt', 'b.txt', 'c.txt']) put(name, 'x\n'.repeat(200));
    const { patch, skipped: left } = (await service.capture(root, { ...limits, maxPatchBytes: 1800 }))!;
    expect(patch!.length).toBeLessThanOrEqual(1800);
    expect(left).toEqual(['c.txt']);
  });

  it('takes everything as new before the first commit, and nothing of a clean tree', async () => {
    put('a.txt', 'a\n');
    const taken = (await service.capture(root, limits))!;
    expect(taken).toMatchObject({ commit: null, dirty: true });
    expect(Buffer.from(taken.patch!).toString()).toContain('new file mode 100644');
    await service.commitAll(root, 'first', author);
    expect(await service.capture(root, limits)).toMatchObject({ dirty: false, patch: null, skipped: [] });
  });

  it('does not follow links out of the project', async () => {
    const outside = temporary();
    writeFileSync(join(outside, 'secret.txt'), 'hunter2\n');
    symlinkSync(outside, join(root, 'link'));
    symlinkSync(join(outside, 'secret.txt'), join(root, 'file-link'));
    const { patch } = (await service.capture(root, limits))!;
    expect(Buffer.from(patch!).toString()).not.toContain('hunter2');
  });

  it('does not read through a folder that became a link', async () => {
    put('data/a.txt', 'ours\n');
    await service.commitAll(root, 'first', author);
    const outside = temporary();
    writeFileSync(join(outside, 'a.txt'), 'hunter2\n');
    rmSync(join(root, 'data'), { recursive: true });
    symlinkSync(outside, join(root, 'data'));
    const text = Buffer.from((await service.capture(root, limits))!.patch!).toString();
    expect(text).toContain('deleted file mode 100644');
    expect(text).toContain('new file mode 120000');
    expect(text).not.toContain('hunter2');
  });

  it('does not believe an index that names files outside', async () => {
    put('aa/cc.txt', 'x');
    await service.commitAll(root, 'first', author);
    writeFileSync(join(root, '..', 'cc.txt'), 'hunter2');
    const index = readFileSync(join(root, '.git', 'index'), 'latin1').replace('aa/cc.txt', '../cc.txt');
    writeFileSync(join(root, '.git', 'index'), index, 'latin1');
    const { patch } = (await service.capture(root, limits))!;
    expect(Buffer.from(patch ?? []).toString()).not.toContain('hunter2');
    rmSync(join(root, '..', 'cc.txt'));
  });

  it('keeps a CRLF checkout of LF files clean with core.autocrlf', async () => {
    put('a.txt', 'a\nb\n');
    await service.commitAll(root, 'first', author);
    await git.setConfig({ fs, dir: root, path: 'core.autocrlf', value: true });
    put('a.txt', 'a\r\nb\r\n');
    expect(await service.state(root)).toMatchObject({ dirty: false });
  });
});
