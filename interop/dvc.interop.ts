import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { readConfig } from '../electron/services/datasets/config.ts';
import { lockRepo } from '../electron/services/datasets/lock.ts';

const python = process.env.ASSAY_INTEROP_PYTHON;
if (!python) throw new Error('ASSAY_INTEROP_PYTHON names no Python: start this through "npm run test:interop"');

/** Its MD5, 34946385094977080004349339193317, has no letters: YAML would read a number. */
const DIGITS_ONLY = 'digits 2883987';

let root: string;

function run(
  program: string,
  args: readonly string[],
  cwd = root,
): { status: number | null; stdout: string; stderr: string } {
  return spawnSync(program, args, {
    cwd,
    encoding: 'utf8',
    env: {
      ...process.env,
      PATH: `${dirname(python!)}:${process.env.PATH}`,
      ASSAY_HOME: join(root, '..', 'home'),
      HOME: join(root, '..', 'home'),
      DVC_NO_ANALYTICS: '1',
      NO_COLOR: '1',
    },
  });
}

function must(program: string, ...args: string[]): string {
  const { status, stdout, stderr } = run(program, args);
  expect(status, `${program} ${args.join(' ')}\n${stdout}${stderr}`).toBe(0);
  return stdout;
}

const dvc = (...args: string[]): string => must(join(dirname(python), 'dvc'), ...args);
const git = (...args: string[]): string =>
  must('git', '-c', 'user.name=Test', '-c', 'user.email=t@example.invalid', ...args);
const assay = <T = Record<string, unknown>>(...args: string[]): T =>
  JSON.parse(must('node', resolve('bin/assay.mjs'), '-C', root, 'data', ...args, '--json')) as T;
const states = (): string[] => assay<{ datasets: { state: string }[] }>('status').datasets.map((one) => one.state);

/** Every trap of the format: line ends, Unicode, empty, nested, characters that need escapes, the executable bit. */
const FILES: Record<string, string> = {
  'data/crlf.csv': 'a,b\r\n1,2\r\n',
  'data/empty.bin': '',
  'data/we[ird] #1!.txt': 'weird',
  'data/søk 😀.txt': 'unicode',
  'images/a.png': 'A',
  'images/same as a.png': 'A',
  'images/deep/er/b.png': 'B',
  'images/z/😀.png': 'C',
  'images/z/\uffee.png': 'D',
  'images/z/e\u0301.png': 'decomposed',
  'images/z/quote"back\\slash\u007f\u2028.png': 'E',
  'images/empty': '',
};
const ADDED = ['data/crlf.csv', 'data/empty.bin', 'data/we[ird] #1!.txt', 'data/søk 😀.txt', 'images'];

const putAll = (): void => {
  for (const [path, text] of Object.entries(FILES)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
};
const expectAll = (): void => {
  for (const [path, text] of Object.entries(FILES)) expect(readFileSync(join(root, path), 'utf8'), path).toBe(text);
};
const removeData = (): void => {
  for (const path of ADDED) rmSync(join(root, path), { recursive: true });
};
const setRemote = (): void =>
  appendFileSync(join(root, '.dvc/config'), `[core]\n    remote = store\n['remote "store"']\n    url = ../../store\n`);

beforeEach(() => {
  root = join(mkdtempSync(join(tmpdir(), 'assay-dvc-')), 'project');
  mkdirSync(join(root, '..', 'home'));
  mkdirSync(root);
  git('init', '-q', '-b', 'main');
  putAll();
});

describe('what Assay wrote, dvc takes', () => {
  beforeEach(() => {
    assay('add', ...ADDED);
    git('add', '-A');
    git('commit', '-qm', 'data');
  });

  test('status, checkout, and git sees no data', () => {
    expect(JSON.parse(dvc('status', '--json'))).toEqual({});
    expect(git('ls-files')).not.toMatch(/crlf\.csv$|a\.png$/m);
    expect(git('status', '--porcelain')).toBe('');
    removeData();
    dvc('checkout');
    expectAll();
    expect(states()).toEqual(ADDED.map(() => 'unchanged'));
  });

  test('the same bytes as dvc add writes', () => {
    const written = Object.fromEntries(ADDED.map((path) => [path, readFileSync(join(root, `${path}.dvc`), 'utf8')]));
    const ignored = readFileSync(join(root, 'data/.gitignore'), 'utf8').split('\n').sort();
    for (const path of ADDED) rmSync(join(root, `${path}.dvc`));
    for (const path of ['data/.gitignore', '.gitignore']) rmSync(join(root, path));
    renameSync(join(root, '.dvc/cache'), join(root, '.dvc/old-cache'));
    dvc('add', ...ADDED);
    for (const path of ADDED) expect(readFileSync(join(root, `${path}.dvc`), 'utf8'), path).toBe(written[path]);
    expect(readFileSync(join(root, 'data/.gitignore'), 'utf8').split('\n').sort()).toEqual(ignored);
    const hash = /md5: (\w\w)(\S+)/.exec(written.images!)!;
    const manifest = (cache: string) => readFileSync(join(root, '.dvc', cache, 'files/md5', hash[1]!, hash[2]!));
    expect(manifest('cache').equals(manifest('old-cache'))).toBe(true);
  });

  test('push by either, pull by the other', () => {
    setRemote();
    dvc('push');
    expect(assay<{ remotes: { files: number }[] }>('push').remotes[0]!.files).toBe(0);
    rmSync(join(root, '../store'), { recursive: true });
    assay('push');
    expect(dvc('push')).toContain('up to date');
    expect(JSON.parse(dvc('status', '--cloud', '--json'))).toEqual({});
    rmSync(join(root, '.dvc/cache'), { recursive: true });
    removeData();
    dvc('pull');
    expectAll();
    rmSync(join(root, '.dvc/cache'), { recursive: true });
    removeData();
    assay('pull');
    expectAll();
    expect(JSON.parse(dvc('status', '--json'))).toEqual({});
  });

  test('gc -w keeps what is in use and takes what is not', () => {
    writeFileSync(join(root, 'data/crlf.csv'), 'next\n');
    assay('add', 'data/crlf.csv');
    dvc('gc', '-w', '-f');
    expect(states()).toEqual(ADDED.map(() => 'unchanged'));
    for (const one of assay<{ datasets: { missing: string[]; damaged: string[] }[] }>('verify').datasets)
      expect([one.missing, one.damaged]).toEqual([[], []]);
    rmSync(join(root, 'images'), { recursive: true });
    dvc('checkout');
    expect(readFileSync(join(root, 'images/z/😀.png'), 'utf8')).toBe('C');
  });

  test('a description, and a hash of digits only', () => {
    assay(
      'describe',
      'images',
      '--desc',
      'Pictures: "of" #things',
      '--label',
      'a',
      'b',
      '--meta',
      'licence=CC0',
      'rows=7',
    );
    expect(JSON.parse(dvc('status', '--json'))).toEqual({});
    writeFileSync(join(root, 'digits'), DIGITS_ONLY);
    assay('add', 'digits');
    expect(readFileSync(join(root, 'digits.dvc'), 'utf8')).toMatch(/md5: '\d{32}'/);
    expect(JSON.parse(dvc('status', '--json'))).toEqual({});
    rmSync(join(root, 'digits'));
    dvc('checkout', 'digits');
    expect(readFileSync(join(root, 'digits'), 'utf8')).toBe(DIGITS_ONLY);
  });

  test('an older version, brought back', () => {
    writeFileSync(join(root, 'images/a.png'), 'changed');
    writeFileSync(join(root, 'images/new.png'), 'new');
    assay('add', 'images');
    git('commit', '-qam', 'more');
    const { versions } = assay<{ versions: { commit: string; message: string }[] }>('log', 'images');
    expect(versions.map((one) => one.message)).toEqual(['more', 'data']);
    assay('checkout', 'images', '--rev', versions[1]!.commit);
    expectAll();
    expect(existsSync(join(root, 'images/new.png'))).toBe(false);
    expect(JSON.parse(dvc('status', '--json'))).toEqual({});
  });
});

describe('what Assay did to it since, dvc takes', () => {
  const committed = (): void => {
    git('config', 'user.name', 'Test');
    git('config', 'user.email', 't@example.invalid');
    assay('add', ...ADDED);
    assay('commit', '-m', 'data');
  };

  test('a commit of the records alone is a whole repository to a clone', () => {
    committed();
    setRemote();
    assay('push');
    git('add', '.dvc/config');
    git('commit', '-qm', 'remote');
    git('clone', '-q', root, join(root, '../clone'));
    const got = run(join(dirname(python), 'dvc'), ['pull'], join(root, '../clone'));
    // the remote's address is relative to the clone's own .dvc
    expect(got.status, got.stderr).toBe(0);
    expect(readFileSync(join(root, '../clone/images/z/😀.png'), 'utf8')).toBe('C');
    dvc('get', root, 'data/crlf.csv', '-o', join(root, '../got.csv'));
    expect(readFileSync(join(root, '../got.csv'), 'utf8')).toBe('a,b\r\n1,2\r\n');
  });

  test('renamed, tagged, untracked', () => {
    committed();
    assay('rename', 'images', 'pictures/all');
    assay('tag', 'data/crlf.csv', 'v1.0.0');
    assay('untrack', 'data/empty.bin');
    expect(JSON.parse(dvc('status', '--json'))).toEqual({});
    assay('commit', '-m', 'renamed');
    expect(git('status', '--porcelain').replaceAll(/^\?\? \.assay.*\n/gm, '')).toBe('?? data/empty.bin\n');
    rmSync(join(root, 'pictures/all'), { recursive: true });
    dvc('checkout', 'pictures/all.dvc');
    expect(readFileSync(join(root, 'pictures/all/deep/er/b.png'), 'utf8')).toBe('B');
    expect(git('tag', '-n1')).toMatch(/^data\/crlf@v1\.0\.0\s+data\/crlf\.csv: [0-9a-f]{32}/);
    git('fsck', '--strict');
  });

  test('after garbage was collected, and brought back', () => {
    committed();
    writeFileSync(join(root, 'data/crlf.csv'), 'next\n');
    assay('add', 'data/crlf.csv');
    writeFileSync(join(root, 'data/crlf.csv'), 'after\n');
    assay('add', 'data/crlf.csv');
    expect(assay<{ objects: number }>('gc').objects).toBe(1);
    expect(JSON.parse(dvc('status', '--json'))).toEqual({});
    dvc('gc', '-w', '-f');
    dvc('checkout');
    expect(assay<{ restored: number }>('gc', '--undo').restored).toBe(1);
    expect(JSON.parse(dvc('status', '--json'))).toEqual({});
  });

  test('remotes that it set are those of dvc', () => {
    committed();
    assay('remote', 'set', 'store', '../store', '-d');
    assay('remote', 'set', 'odd', 's3://bucket/a,b #c');
    expect(dvc('remote', 'list')).toMatch(/store\s+.*store.*\(default\)/);
    expect(dvc('config', 'remote.odd.url').trim()).toBe('s3://bucket/a,b #c');
    dvc('push', '-r', 'store');
    assay('remote', 'remove', 'odd');
    expect(dvc('remote', 'list')).not.toContain('odd');
  });
});

describe('what dvc wrote, Assay takes', () => {
  beforeEach(() => {
    dvc('init', '-q');
    dvc('add', ...ADDED);
    git('add', '-A');
    git('commit', '-qm', 'data');
  });

  test('status, checkout, pull', () => {
    expect(states()).toEqual(ADDED.map(() => 'unchanged'));
    removeData();
    assay('checkout');
    expectAll();
    setRemote();
    dvc('push');
    rmSync(join(root, '.dvc/cache'), { recursive: true });
    removeData();
    assay('pull');
    expectAll();
    expect(JSON.parse(dvc('status', '--json'))).toEqual({});
  });

  test('outputs of stages', () => {
    dvc('stage', 'add', '-n', 'make', '-o', 'made', 'mkdir -p made && echo 1 > made/one && echo 2 > made/two');
    dvc('repro', '-q');
    expect(assay<{ datasets: { path: string; state: string }[] }>('status', 'made').datasets).toMatchObject([
      { path: 'made', state: 'unchanged' },
    ]);
    rmSync(join(root, 'made'), { recursive: true });
    assay('checkout', 'made');
    expect(readFileSync(join(root, 'made/two'), 'utf8')).toBe('2\n');
    expect(assay<{ objects: number }>('gc', '--dry-run').objects).toBe(0);
    expect(JSON.parse(dvc('status', '--json'))).toEqual({});
  });

  test('files of DVC 2', () => {
    const text = 'a\r\nb\r\n';
    writeFileSync(join(root, 'old.txt'), text);
    const hash = createHash('md5').update('a\nb\n').digest('hex');
    writeFileSync(join(root, 'old.txt.dvc'), `outs:\n- md5: ${hash}\n  size: 6\n  path: old.txt\n`);
    mkdirSync(join(root, '.dvc/cache', hash.slice(0, 2)), { recursive: true });
    writeFileSync(join(root, '.dvc/cache', hash.slice(0, 2), hash.slice(2)), text);
    expect(JSON.parse(dvc('status', '--json', 'old.txt.dvc'))).toEqual({});
    rmSync(join(root, 'old.txt'));
    assay('checkout', 'old.txt');
    expect(readFileSync(join(root, 'old.txt'), 'utf8')).toBe(text);
    expect(JSON.parse(dvc('status', '--json', 'old.txt.dvc'))).toEqual({});
  });

  test('adding what has not changed changes nothing', () => {
    assay('add', ...ADDED);
    expect(git('status', '--porcelain').replaceAll(/^\?\? \.assay.*\n/gm, '')).toBe('');
  });

  test.each(['hardlink', 'symlink'])('cache.type %s', (type) => {
    dvc('config', 'cache.type', type);
    writeFileSync(join(root, 'images/new.png'), 'new');
    assay('add', 'images');
    expect(JSON.parse(dvc('status', '--json'))).toEqual({});
    removeData();
    assay('checkout');
    expectAll();
    expect(JSON.parse(dvc('status', '--json'))).toEqual({});
    removeData();
    dvc('checkout');
    expect(states()).toEqual(ADDED.map(() => 'unchanged'));
  });
});

test('a file of dvc 2.x is what both say it is, and both put it back', () => {
  dvc('init', '-q');
  const text = 'a,b\r\n1,2\r\n';
  // 2.x hashed text with its line ends made equal, and kept it two levels above
  const md5 = createHash('md5').update(text.replaceAll('\r\n', '\n')).digest('hex');
  const object = join(root, '.dvc/cache', md5.slice(0, 2), md5.slice(2));
  mkdirSync(dirname(object), { recursive: true });
  writeFileSync(object, text);
  writeFileSync(join(root, 'old.csv'), text);
  writeFileSync(join(root, 'old.csv.dvc'), `outs:\n- md5: ${md5}\n  size: ${text.length}\n  path: old.csv\n`);
  writeFileSync(join(root, '.gitignore'), '/old.csv\n');
  expect(JSON.parse(dvc('status', '--json'))).toEqual({});
  expect(states()).toEqual(['unchanged']);
  for (const putBack of [() => assay('checkout', 'old.csv'), () => dvc('checkout', 'old.csv')]) {
    rmSync(join(root, 'old.csv'));
    putBack();
    expect(readFileSync(join(root, 'old.csv'), 'utf8')).toBe(text);
  }
  expect(states()).toEqual(['unchanged']);
});

test('each honours the lock of the other', async () => {
  assay('add', 'images');
  const held = `import sys, time, subprocess, zc.lockfile
lock = zc.lockfile.LockFile('.dvc/tmp/lock')
done = subprocess.run(sys.argv[1:], capture_output=True, timeout=60)
sys.exit(0 if b'in use by' in done.stderr or b'Waiting for' in done.stderr else 3)`;
  const code = `import { createDatasets } from ${JSON.stringify(resolve('electron/services/datasets/service.ts'))};
const datasets = createDatasets({ projects: { get: () => ({ root: process.argv[1] }) }, git: { trackedFiles: async () => [] } });
await datasets.add({ project: 'p', paths: [process.argv[1] + '/images'] }, { waitMs: 500 }).catch((error) => console.error(error.message));
await datasets.dispose();`;
  must(python, '-c', held, 'node', '-e', code, root);
  const release = await lockRepo({ root, config: readConfig(root) });
  expect(run(join(dirname(python), 'dvc'), ['add', 'images']).stderr).toContain('Unable to acquire lock');
  release();
  dvc('add', 'images');
});
