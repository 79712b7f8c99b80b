import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  appendFileSync,
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { silentLog } from '../../platform/log.ts';
import { installCleanFilter } from '../../testing/lfs-filter.ts';
import { stampOf } from '../datasets/file-hash.ts';
import { createGit } from './service.ts';

const git = createGit({ log: silentLog });
const hasGit = spawnSync('git', ['--version']).status === 0;
let root: string;
const run = (...args: string[]): string => {
  const done = spawnSync('git', ['-c', 'user.name=T', '-c', 'user.email=t@example.invalid', ...args], {
    cwd: root,
    encoding: 'utf8',
  });
  if (done.status !== 0) throw new Error(`git ${args.join(' ')}: ${done.stderr}`);
  return done.stdout;
};
const pointer = (digit: string, size = 5): string =>
  `version https://git-lfs.github.com/spec/v1\noid sha256:${digit.repeat(64)}\nsize ${size}\n`;
const write = (path: string, text: string): void => writeFileSync(join(root, path), text);

afterAll(() => git.dispose());
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'assay-git-lfs-'));
  return () => rmSync(root, { recursive: true, force: true });
});

describe.skipIf(!hasGit)('Git LFS in the index', () => {
  beforeEach(() => {
    run('init', '-q', '-b', 'main');
    installCleanFilter(root);
    write('.gitattributes', '*.csv filter=lfs diff=lfs merge=lfs -text\n');
    write('code.py', 'print()\n');
    run('add', '-A');
    run('commit', '-qm', 'one');
  });
  const stage = (path: string, text: string | null, mode = 0o100644) =>
    git.stageTexts(root, [
      { path, text, mode, stamp: existsSync(join(root, path)) ? stampOf(statSync(join(root, path))) : null },
    ]);

  it('gets pointers, and git finds them there', async () => {
    write('a b.csv', 'large');
    mkdirSync(join(root, 'd'));
    write('d/ø.csv', 'large');
    chmodSync(join(root, 'd/ø.csv'), 0o755);
    await stage('a b.csv', pointer('a'));
    await stage('d/ø.csv', pointer('b'), 0o100755);
    expect(run('show', ':a b.csv')).toBe(pointer('a'));
    expect(run('ls-files', '-s', '-z', 'd')).toMatch(/^100755 /);
    expect(run('fsck', '--strict')).toBe('');
    const { paths } = (await git.lfsTree(root))!;
    expect(paths).toMatchObject([
      { path: 'a b.csv', text: pointer('a'), headText: null, committed: false, executable: false },
      { path: 'd/ø.csv', text: pointer('b'), headText: null, committed: false, executable: true },
    ]);
    run('commit', '-qm', 'two');
    expect((await git.lfsTree(root))!.paths.map((one) => one.committed)).toEqual([true, true]);
    await stage('a b.csv', null);
    expect(run('ls-files')).not.toContain('a b.csv');
  });

  it('remembers the files as they are, so that git finds nothing to read', async () => {
    const text = 'large';
    const real = pointer('a').replace('a'.repeat(64), createHash('sha256').update(text).digest('hex'));
    write('a.csv', text);
    await stage('a.csv', real);
    expect(run('diff-files')).toBe('');
    expect((await git.lfsTree(root))!.paths[0]!.text).toBe(real);
  });

  it('leaves all other entries as they are, in every version of the index', async () => {
    for (const version of ['2', '3', '4']) {
      write('other.txt', version);
      run('add', 'other.txt');
      write('new.txt', 'x');
      run('add', '-N', 'new.txt');
      run('update-index', '--index-version', version, '--skip-worktree', 'code.py');
      const before = run('ls-files', '--debug', '-v', 'code.py', 'other.txt', 'new.txt', '.gitattributes');
      write('a.csv', 'large');
      await stage('a.csv', pointer('a'));
      expect(run('ls-files', '--debug', '-v', 'code.py', 'other.txt', 'new.txt', '.gitattributes')).toBe(before);
      expect(run('show', ':a.csv')).toBe(pointer('a'));
    }
  });

  it.skipIf(process.platform !== 'linux')('leaves names that are no UTF-8 apart', async () => {
    for (const byte of [0xfe, 0xff])
      writeFileSync(Buffer.concat([Buffer.from(`${root}/`), Buffer.from([byte])]), String(byte));
    run('add', '-A');
    const before = run('ls-files', '-s').split('\n');
    write('a.csv', 'large');
    await stage('a.csv', pointer('a'));
    expect(run('ls-files', '-s').split('\n')).toEqual(expect.arrayContaining(before));
    expect(before).toHaveLength(5);
  });

  it('says that a file must be read when it changed since it was hashed', async () => {
    write('a.csv', 'large');
    const stamp = stampOf(statSync(join(root, 'a.csv')));
    appendFileSync(join(root, 'a.csv'), 'r');
    await git.stageTexts(root, [{ path: 'a.csv', text: pointer('a'), mode: 0o100644, stamp }]);
    expect((await git.lfsTree(root))!.paths[0]).toMatchObject({ fresh: false });
    expect(run('diff-files')).toContain('a.csv');
  });

  it('waits for git a little; an index that stays locked is a conflict and stays as it is', async () => {
    write('.git/index.lock', '');
    const waiting = stage('b.csv', pointer('b'));
    rmSync(join(root, '.git/index.lock'));
    await waiting;
    expect(run('ls-files')).toContain('b.csv');
    run('rm', '-q', '--cached', 'b.csv');
    write('.git/index.lock', '');
    await expect(stage('a.csv', pointer('a'))).rejects.toThrow(/git is at work/);
    expect(existsSync(join(root, '.git/index.lock'))).toBe(true);
    rmSync(join(root, '.git/index.lock'));
    expect(run('status', '--porcelain')).toBe('');
  });

  it('a folder in the place of a file, and a file in the place of a folder, take that one out', async () => {
    await stage('x.csv', pointer('a'));
    await stage('x.csv/y.csv', pointer('b'));
    expect(run('ls-files')).toBe('.gitattributes\ncode.py\nx.csv/y.csv\n');
    await stage('x.csv', pointer('a'));
    expect(run('ls-files')).toBe('.gitattributes\ncode.py\nx.csv\n');
    expect(run('write-tree')).toMatch(/^[0-9a-f]{40}/);
  });

  it('refuses a split index instead of losing what is in the other half', async () => {
    run('update-index', '--split-index');
    await expect(stage('a.csv', pointer('a'))).rejects.toThrow(/split/);
    expect(run('ls-files')).toContain('code.py');
    expect(existsSync(join(root, '.git/index.lock'))).toBe(false);
  });

  it('a removed .gitattributes counts as the index has it', async () => {
    write('a.csv', 'large');
    await stage('a.csv', pointer('a'));
    rmSync(join(root, '.gitattributes'));
    expect((await git.lfsTree(root))!.paths.map((one) => one.path)).toEqual(['a.csv']);
    write('.gitattributes', '');
    expect((await git.lfsTree(root))!.paths).toEqual([]);
  });

  it.each([100, 2_000_000])(
    'a file of %i bytes in the place of its pointer is no change; another one is',
    async (size) => {
      const text = 'x'.repeat(size);
      const oid = createHash('sha256').update(text).digest('hex');
      write('a.csv', text);
      await git.stageTexts(root, [
        { path: 'a.csv', text: pointer('a', size).replace('a'.repeat(64), oid), mode: 0o100644, stamp: null },
      ]);
      run('commit', '-qm', 'large');
      expect(await git.state(root)).toMatchObject({ dirty: false });
      write('a.csv', `${text.slice(0, -1)}y`);
      expect(await git.state(root)).toMatchObject({ dirty: true, changedFiles: 1 });
      // the file itself never gets into git
      await expect(git.commitAll(root, 'all', { name: 'A', email: 'a@example.invalid' })).rejects.toThrow(/Git LFS/);
      expect(run('log', '--oneline').trim().split('\n').length).toBe(2);
    },
  );

  it('what a push would bring is what no branch of the remote has', async () => {
    for (const digit of ['1', '2', '3']) {
      write('a.csv', 'x'.repeat(Number(digit)));
      await stage('a.csv', pointer(digit));
      run('commit', '-qm', digit);
      if (digit === '1') run('update-ref', 'refs/remotes/origin/main', 'HEAD');
    }
    run('config', 'remote.origin.url', 'https://example.invalid/x.git');
    const texts = async (remote: string | null) =>
      (await git.unpushedTexts(root, remote)).map((one) => one.text).sort();
    expect(await texts('origin')).toEqual([pointer('2'), pointer('3')]);
    expect(await texts(null)).toEqual([pointer('1'), pointer('2'), pointer('3')]);
  });
});
