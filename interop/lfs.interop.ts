import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { createHash, createHmac, randomBytes } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';

if (!process.env.ASSAY_INTEROP_PYTHON)
  throw new Error('ASSAY_INTEROP_PYTHON names no Python: start this through "npm run test:interop"');

const folder = mkdtempSync(join(tmpdir(), 'assay-lfs-interop-'));
const home = join(folder, 'home');
const SECRET = 'interop-signing-secret-of-32-bytes!';
let server: ChildProcess;
let origin: string;
let place = 0;
/** the working copy that commands run in */
let root: string;
let url: string;

type Options = { cwd?: string; env?: Record<string, string> };
const run = (program: string, args: readonly string[], { cwd = root, env = {} }: Options = {}) =>
  spawnSync(program, args, {
    cwd,
    encoding: 'utf8',
    env: {
      ...process.env,
      HOME: home,
      XDG_CONFIG_HOME: join(home, 'xdg'),
      GIT_CONFIG_NOSYSTEM: '1',
      GIT_TERMINAL_PROMPT: '0',
      ASSAY_HOME: join(home, 'assay'),
      NO_COLOR: '1',
      ...env,
    },
  });
function must(program: string, args: readonly string[], options: Options = {}): string {
  const { status, stdout, stderr } = run(program, args, options);
  expect(status, `${program} ${args.join(' ')}\n${stdout}${stderr}`).toBe(0);
  return stdout;
}
const git = (...args: string[]): string => must('git', args);
const assay = <T = Record<string, unknown>>(...args: string[]): T =>
  JSON.parse(must('node', [resolve('bin/assay.mjs'), '-C', root, 'data', ...args, '--json'])) as T;
const states = (): Record<string, string> =>
  Object.fromEntries(
    // exit code 1 says that something differs
    (
      JSON.parse(run('node', [resolve('bin/assay.mjs'), '-C', root, 'data', 'status', '--json']).stdout) as {
        datasets: { path: string; state: string }[];
      }
    ).datasets.map((one) => [one.path, one.state]),
  );
const control = async (query = ''): Promise<string[]> =>
  (await (await fetch(`${origin}/control${query}`)).json()) as string[];
const sha = (path: string): string => createHash('sha256').update(readFileSync(path)).digest('hex');

/** giftless takes tokens in the place of passwords. */
function token(scope: string): string {
  const part = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  const text = `${part({ alg: 'HS256', typ: 'JWT' })}.${part({ sub: 'anna', exp: Math.floor(Date.now() / 1000) + 3600, scopes: [scope] })}`;
  return `${text}.${createHmac('sha256', SECRET).update(text).digest('base64url')}`;
}

const FILES: Record<string, string> = {
  'data/with space #1.csv': 'a,b\n1,2\n',
  'data/søk 😀.csv': 'unicode\n',
  'data/crlf.csv': 'a,b\r\n1,2\r\n',
  'data/empty.csv': '',
  'data/deep/er/same.csv': 'a,b\n1,2\n',
  'data/run.sh': '#!/bin/sh\necho large\n',
};
const putAll = (): void => {
  for (const [path, text] of Object.entries(FILES)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  chmodSync(join(root, 'data/run.sh'), 0o755);
  writeFileSync(join(root, 'code.py'), 'print()\n');
};
const expectAll = (): void => {
  for (const [path, text] of Object.entries(FILES)) expect(readFileSync(join(root, path), 'utf8'), path).toBe(text);
  expect(statSync(join(root, 'data/run.sh')).mode & 0o111).toBe(0o111);
  expect(statSync(join(root, 'data/crlf.csv')).mode & 0o111).toBe(0);
};
/** Nothing to commit, and nothing that git-lfs has to say. */
const expectClean = (): void => {
  expect(git('status', '--porcelain')).toBe('');
  // also when git reads every file anew
  git('update-index', '-q', '--really-refresh');
  expect(git('status', '--porcelain')).toBe('');
  expect(git('lfs', 'fsck')).toContain('Git LFS fsck OK');
  expect(git('fsck', '--strict')).toBe('');
};

/** What "git lfs track", and git itself when it checks out a file of Git LFS, do by themselves. */
const installHooks = (): string => git('lfs', 'install');

function clone(name: string, env: Record<string, string> = {}): void {
  root = join(folder, String(place), name);
  must('git', ['clone', '-q', url, root], { cwd: folder, env });
}

beforeAll(async () => {
  mkdirSync(home, { recursive: true });
  server = spawn(process.execPath, [resolve('interop/lfs-server.ts'), folder, SECRET], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const port = await new Promise<string>((resolve, reject) => {
    server.stdout!.once('data', (bytes: Buffer) => resolve(bytes.toString().trim()));
    server.once('exit', () => reject(new Error('the LFS server did not start')));
  });
  origin = `http://127.0.0.1:${port}`;
  writeFileSync(join(home, 'credentials'), `http://_jwt:${token('obj:org/*')}@127.0.0.1:${port}\n`);
  writeFileSync(
    join(home, '.gitconfig'),
    `[user]\n\tname = Test\n\temail = t@example.invalid\n[init]\n\tdefaultBranch = main\n[credential]\n\thelper = store --file=${join(home, 'credentials')}\n[core]\n\tquotePath = false\n[lfs]\n\tlocksverify = false\n`,
  );
  root = folder;
  git('lfs', 'install', '--skip-repo');
});
afterAll(() => {
  server?.kill();
  rmSync(folder, { recursive: true, force: true });
});

beforeEach(() => {
  const name = `repo${++place}`;
  const bare = join(folder, 'repositories', 'org', `${name}.git`);
  mkdirSync(dirname(bare), { recursive: true });
  must('git', ['init', '-q', '--bare', bare], { cwd: folder });
  must('git', ['config', 'http.receivepack', 'true'], { cwd: bare });
  url = `${origin}/org/${name}.git`;
  clone('one');
  putAll();
});

describe('what Assay wrote, git-lfs takes', () => {
  beforeEach(() => {
    assay('add', '--lfs', 'data');
    assay('commit', '-m', 'data');
    git('add', 'code.py');
    git('commit', '-qm', 'code');
  });

  test('git status is clean, fsck is content, and the pointers are those of git-lfs', () => {
    expectClean();
    expect(git('lfs', 'ls-files', '-n').trim().split('\n').sort()).toEqual(
      Object.keys(FILES)
        .filter((path) => FILES[path] !== '')
        .sort(),
    );
    expect(git('show', '--name-only', '--format=', 'HEAD~1').trim().split('\n').sort()).toEqual(
      ['.gitattributes', ...Object.keys(FILES)].sort(),
    );
    for (const path of Object.keys(FILES)) {
      const pointer = must('git', ['lfs', 'pointer', `--file=${path}`]);
      expect(git('show', `HEAD:${path}`), path).toBe(pointer);
    }
    expect(git('check-attr', 'filter', 'code.py')).toContain('unspecified');
  });

  test('the line in .gitattributes is that of git lfs track', () => {
    const written = readFileSync(join(root, '.gitattributes'), 'utf8');
    rmSync(join(root, '.gitattributes'));
    git('lfs', 'track', 'data/**');
    expect(readFileSync(join(root, '.gitattributes'), 'utf8')).toBe(written);
    rmSync(join(root, '.gitattributes'));
    git('lfs', 'track', '--filename', 'with space [x].bin');
    const theirs = readFileSync(join(root, '.gitattributes'), 'utf8');
    rmSync(join(root, '.gitattributes'));
    writeFileSync(join(root, 'with space [x].bin'), 'x');
    assay('add', '--lfs', 'with space [x].bin');
    // ours means the file at the top only
    expect(readFileSync(join(root, '.gitattributes'), 'utf8')).toBe(`/${theirs}`);
  });

  test('pushed by git-lfs, cloned by git-lfs', () => {
    installHooks();
    git('push', '-q', 'origin', 'main');
    clone('two');
    expectAll();
    expectClean();
    expect(Object.values(states()).every((state) => state === 'unchanged')).toBe(true);
  });

  test('pushed by Assay, cloned by git-lfs', () => {
    expect(assay<{ remotes: object[] }>('push').remotes).toEqual([
      // two of the files are one object, and one has none
      { remote: 'origin', files: 4, bytes: 8 + 8 + 10 + 21 },
    ]);
    expect(assay<{ remotes: object[] }>('push').remotes).toEqual([{ remote: 'origin', files: 0, bytes: 0 }]);
    must('git', ['push', '-q', '--no-verify', 'origin', 'main']);
    clone('two');
    expectAll();
    expectClean();
  });

  test('changed, committed, and brought back', () => {
    installHooks();
    git('push', '-q', 'origin', 'main');
    writeFileSync(join(root, 'data/crlf.csv'), 'changed\r\n');
    expect(states()['data/crlf.csv']).toBe('modified');
    assay('add', 'data/crlf.csv');
    assay('commit', '-m', 'changed', 'data/crlf.csv');
    expectClean();
    git('push', '-q', 'origin', 'main');
    const versions = assay<{ versions: { message: string; inCache: boolean }[] }>('log', 'data/crlf.csv').versions;
    expect(versions.map((one) => one.message)).toEqual(['changed', 'data']);
    assay('checkout', '--rev', 'HEAD~2', 'data/crlf.csv');
    expect(readFileSync(join(root, 'data/crlf.csv'), 'utf8')).toBe(FILES['data/crlf.csv']);
    expect(git('status', '--porcelain')).toBe('M  data/crlf.csv\n');
    assay('checkout', '--rev', 'HEAD', '--force', 'data/crlf.csv');
    expectClean();
    // an older version in a clone that never had it is fetched
    clone('two');
    assay('checkout', '--rev', 'HEAD~2', 'data/crlf.csv');
    expect(readFileSync(join(root, 'data/crlf.csv'), 'utf8')).toBe(FILES['data/crlf.csv']);
  });
});

describe('what git-lfs wrote, Assay takes', () => {
  beforeEach(() => {
    git('lfs', 'track', 'data/**');
    git('add', '-A');
    git('commit', '-qm', 'data');
  });

  test('listed, compared, and nothing to add', () => {
    expect(
      assay<{ datasets: { path: string }[] }>('list')
        .datasets.map((one) => one.path)
        .sort(),
    ).toEqual(Object.keys(FILES).sort());
    expect(new Set(Object.values(states()))).toEqual(new Set(['unchanged']));
    const added = assay<{ datasets: { changed: boolean }[] }>('add', 'data').datasets;
    expect(added.map((one) => one.changed)).toEqual(Object.keys(FILES).map(() => false));
    expectClean();
    expect(run('node', [resolve('bin/assay.mjs'), '-C', root, 'data', 'verify']).status).toBe(0);
  });

  test.each(['git-lfs', 'Assay'])('pushed by %s, pulled by Assay into a clone that has pointers only', (who) => {
    if (who === 'Assay') {
      assay('push');
      git('push', '-q', '--no-verify', 'origin', 'main');
    } else git('push', '-q', 'origin', 'main');
    clone('two', { GIT_LFS_SKIP_SMUDGE: '1' });
    expect(readFileSync(join(root, 'data/crlf.csv'), 'utf8')).toMatch(/^version /);
    const before = states();
    expect(before['data/empty.csv']).toBe('unchanged');
    expect(before['data/crlf.csv']).toBe('not in cache');
    expect(assay<{ remotes: object[] }>('pull', 'data/deep').remotes).toEqual([
      { remote: 'origin', files: 1, bytes: 8 },
    ]);
    expect(readFileSync(join(root, 'data/crlf.csv'), 'utf8')).toMatch(/^version /);
    assay('pull');
    expectAll();
    expectClean();
  });

  test('damage in the store is found, set aside as fsck does it, and mended from the server', () => {
    git('push', '-q', 'origin', 'main');
    const oid = createHash('sha256').update(FILES['data/crlf.csv']!).digest('hex');
    const object = join(root, '.git/lfs/objects', oid.slice(0, 2), oid.slice(2, 4), oid);
    chmodSync(object, 0o644);
    writeFileSync(object, 'a,b\r\n9,9\r\n');
    rmSync(join(root, 'data/crlf.csv'));
    const broken = run('node', [resolve('bin/assay.mjs'), '-C', root, 'data', 'checkout', 'data/crlf.csv']);
    expect(broken.status).toBe(1);
    expect(broken.stderr).toContain('damaged');
    expect(existsSync(join(root, 'data/crlf.csv'))).toBe(false);
    assay('verify', '--repair');
    assay('checkout');
    expectAll();
    expectClean();
  });
});

describe('a large object over a bad line', () => {
  test('is gone on with after the connection was cut', async () => {
    for (const path of ['data', 'code.py']) rmSync(join(root, path), { recursive: true });
    const bytes = randomBytes(100_000_000);
    writeFileSync(join(root, 'big.bin'), bytes);
    assay('add', '--lfs', 'big.bin');
    assay('commit', '-m', 'big');
    expectClean();
    expect(assay<{ remotes: object[] }>('push').remotes).toEqual([{ remote: 'origin', files: 1, bytes: bytes.length }]);
    git('push', '-q', '--no-verify', 'origin', 'main');
    const expected = sha(join(root, 'big.bin'));
    clone('two', { GIT_LFS_SKIP_SMUDGE: '1' });
    await control('?cut=40000000');
    assay('pull');
    const [first, second, ...more] = await control();
    expect(first).toBe('all');
    expect(second).toMatch(/^bytes=[1-9]\d{5,}-99999999$/);
    expect(more).toEqual([]);
    expect(sha(join(root, 'big.bin'))).toBe(expected);
    expectClean();
  });
});

describe('who may', () => {
  beforeEach(() => {
    assay('add', '--lfs', 'data');
    assay('commit', '-m', 'data');
  });
  const push = (env: Record<string, string>, ...config: string[]) => {
    git('config', 'credential.helper', '');
    return run('node', [resolve('bin/assay.mjs'), '-C', root, 'data', 'push', ...config], { env });
  };

  test('a wrong token is refused in words that do not hold it; the right one is taken', () => {
    const wrong = push({ ASSAY_LFS_USER: '_jwt', ASSAY_LFS_TOKEN: `${token('obj:org/*').slice(0, -9)}AAAAAAAAA` });
    expect(wrong.status).toBe(1);
    expect(wrong.stderr).toMatch(/does not know who you are \(401\)/);
    expect(wrong.stderr + wrong.stdout).not.toContain('AAAAAAAAA');
    const reading = push({ ASSAY_LFS_USER: '_jwt', ASSAY_LFS_TOKEN: token('obj:org/*:read') });
    expect(reading.status).toBe(1);
    expect(reading.stderr).toMatch(/\(403\)/);
    expect(push({ ASSAY_LFS_USER: '_jwt', ASSAY_LFS_TOKEN: token('obj:org/*') }).status).toBe(0);
  });
});

describe('a repository on this disk as the remote', () => {
  test('git-lfs and Assay exchange objects through it', () => {
    const bare = join(folder, String(place), 'disk.git');
    must('git', ['init', '-q', '--bare', bare]);
    git('remote', 'set-url', 'origin', `file://${bare}`);
    assay('add', '--lfs', 'data');
    assay('commit', '-m', 'data');
    expect(assay<{ remotes: object[] }>('push').remotes).toEqual([{ remote: 'origin', files: 4, bytes: 47 }]);
    git('push', '-q', 'origin', 'main');
    url = `file://${bare}`;
    clone('two');
    expectAll();
    expectClean();
    writeFileSync(join(root, 'data/new.csv'), 'new');
    git('add', '-A');
    git('commit', '-qm', 'new');
    git('push', '-q', 'origin', 'main');
    clone('three', { GIT_LFS_SKIP_SMUDGE: '1' });
    assay('pull');
    expectAll();
    expect(readFileSync(join(root, 'data/new.csv'), 'utf8')).toBe('new');
    expectClean();
  });
});
