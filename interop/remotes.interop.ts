import { spawn, spawnSync } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { existsSync, globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import {
  HTTP_PASSWORD,
  HTTP_USER,
  S3_KEY,
  S3_SECRET,
  type Server,
  startHttp,
  startS3,
  startSsh,
} from './remote-servers.ts';

const python = process.env.ASSAY_INTEROP_PYTHON;
if (!python) throw new Error('ASSAY_INTEROP_PYTHON names no Python: start this through "npm run test:interop"');

const folder = mkdtempSync(join(tmpdir(), 'assay-remotes-'));
const home = join(folder, 'home');
const ENV = {
  ...process.env,
  PATH: `${dirname(python)}:${process.env.PATH}`,
  ASSAY_HOME: join(home, 'assay'),
  HOME: home,
  DVC_NO_ANALYTICS: '1',
  NO_COLOR: '1',
  SSH_AUTH_SOCK: '',
};
let root: string;
let place = 0;
let s3: Server;
let ssh: Server;
let http: Awaited<ReturnType<typeof startHttp>>;

beforeAll(async () => {
  mkdirSync(home);
  const started = await Promise.allSettled([
    startS3(folder).then((server) => {
      s3 = server;
    }),
    startSsh(folder, home).then((server) => {
      ssh = server;
    }),
    startHttp(folder, python).then((server) => {
      http = server;
    }),
  ]);
  const failed = started.find((one) => one.status === 'rejected');
  // those that did start are stopped all the same
  if (failed) throw failed.reason;
});
afterAll(async () => {
  await Promise.all([s3, ssh, http].map((server) => server?.stop()));
  rmSync(folder, { recursive: true, force: true });
});

function run(program: string, args: readonly string[]): { status: number | null; stdout: string; stderr: string } {
  return spawnSync(program, args, { cwd: root, encoding: 'utf8', env: ENV });
}
function must(program: string, ...args: string[]): string {
  const { status, stdout, stderr } = run(program, args);
  expect(status, `${program} ${args.join(' ')}\n${stdout}${stderr}`).toBe(0);
  return stdout;
}
const dvc = (...args: string[]): string => must(join(dirname(python), 'dvc'), ...args);
const ASSAY = [resolve('bin/assay.mjs'), '-C'];
const assay = <T = Record<string, unknown>>(...args: string[]): T =>
  JSON.parse(must('node', ...ASSAY, root, 'data', ...args, '--json')) as T;
const moved = (...args: string[]): number =>
  assay<{ remotes: { files: number }[] }>(...args).remotes.reduce((sum, { files }) => sum + files, 0);
const refused = (...args: string[]): string => {
  const { status, stderr, stdout } = run('node', [...ASSAY, root, 'data', ...args]);
  expect(status, stdout).not.toBe(0);
  for (const secret of [S3_SECRET, HTTP_PASSWORD]) expect(stdout + stderr).not.toContain(secret);
  return stderr;
};

const FILES: Record<string, string> = {
  'one.csv': 'a,b\r\n1,2\r\n',
  empty: '',
  'images/a.png': 'A',
  'images/same as a.png': 'A',
  'images/cats/b.png': 'B',
  'images/cats/z/😀.png': 'C',
  'images/cats/empty': '',
};
const DATA = ['one.csv', 'empty', 'images'];
const putAll = (): void => {
  for (const [path, text] of Object.entries(FILES)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
};
const expectAll = (): void => {
  for (const [path, text] of Object.entries(FILES)) expect(readFileSync(join(root, path), 'utf8'), path).toBe(text);
};
const forget = (): void => {
  for (const path of ['.dvc/cache', '.dvc/tmp', ...DATA]) rmSync(join(root, path), { recursive: true, force: true });
};

type Kind = { name: string; url(): string; options(): Record<string, string>; store(): string };
const S3_OPTIONS = () => ({
  endpointurl: `http://127.0.0.1:${s3.port}`,
  access_key_id: S3_KEY,
  secret_access_key: S3_SECRET,
});
const KINDS: Kind[] = [
  { name: 's3', url: () => `s3://data/p${place}`, options: S3_OPTIONS, store: () => join(s3.store, `p${place}`) },
  {
    name: 'ssh',
    url: () => `ssh://127.0.0.1:${ssh.port}${ssh.store}/p${place}`,
    options: () => ({ keyfile: join(home, '.ssh/id_ed25519'), port: String(ssh.port) }),
    store: () => join(ssh.store, `p${place}`),
  },
  {
    name: 'http',
    url: () => `http://127.0.0.1:${http.port}/closed/p${place}`,
    options: () => ({ method: 'PUT', auth: 'basic', user: HTTP_USER, password: HTTP_PASSWORD }),
    store: () => join(http.store, `p${place}`),
  },
  {
    name: 'https',
    url: () => `https://127.0.0.1:${http.secure}/open/p${place}`,
    options: () => ({ method: 'PUT', ssl_verify: http.authority }),
    store: () => join(http.store, `p${place}`),
  },
];
const SECRET = ['secret_access_key', 'password'];

function setRemote({ url, options }: Pick<Kind, 'url' | 'options'>): void {
  const lines = (wanted: boolean): string =>
    Object.entries(options())
      .filter(([key]) => SECRET.includes(key) === wanted)
      .map(([key, value]) => `    ${key} = ${value}\n`)
      .join('');
  writeFileSync(
    join(root, '.dvc/config'),
    `[core]\n    remote = far\n['remote "far"']\n    url = ${url()}\n${lines(false)}`,
  );
  writeFileSync(join(root, '.dvc/config.local'), `['remote "far"']\n${lines(true)}`);
}

beforeEach(() => {
  place++;
  root = mkdtempSync(join(folder, 'project-'));
  must('git', 'init', '-q', '-b', 'main');
  putAll();
});

test.each(KINDS)('$name: push by Assay, pull by dvc, and the other way round; nothing is sent twice', (kind) => {
  assay('add', ...DATA);
  setRemote(kind);
  // one.csv, empty (also in the folder), A, B, C, and the folder's list
  expect(moved('push')).toBe(6);
  expect(moved('push')).toBe(0);
  expect(globSync('files/md5/*/*', { cwd: kind.store() })).toHaveLength(6);
  expect(dvc('push')).toContain('up to date');
  forget();
  dvc('pull');
  expectAll();

  rmSync(kind.store(), { recursive: true });
  dvc('push');
  expect(moved('push')).toBe(0);
  forget();
  expect(moved('pull')).toBe(6);
  expectAll();
  expect(statSync(globSync(join(root, '.dvc/cache/files/md5/*/*'))[0]!).mode & 0o777).toBe(0o444);
  expect(JSON.parse(dvc('status', '--json'))).toEqual({});
});

// https differs from http in what the first test shows
describe.each(KINDS.slice(0, 3))('$name', (kind) => {
  test('a part of a versioned folder', () => {
    assay('add', ...DATA);
    setRemote(kind);
    assay('push');
    forget();
    assay('pull', 'images/cats');
    expect(readFileSync(join(root, 'images/cats/z/😀.png'), 'utf8')).toBe('C');
    expect(existsSync(join(root, 'images/a.png'))).toBe(false);
    expect(existsSync(join(root, 'one.csv'))).toBe(false);
    expect(refused('pull', 'images/dogs')).toContain('has no dogs');
    assay('pull');
    expectAll();
  });

  test('a large file: its MD5 here and there; killed on its way, it goes on where it was', async () => {
    const bytes = randomBytes(40_000_000);
    writeFileSync(join(root, 'one.csv'), bytes);
    assay('add', ...DATA);
    setRemote(kind);
    assay('push');
    const hash = createHash('md5').update(bytes).digest('hex');
    const there = join(kind.store(), 'files/md5', hash.slice(0, 2), hash.slice(2));
    expect(readFileSync(there).equals(bytes)).toBe(true);
    forget();
    const child = spawn('node', [...ASSAY, root, 'data', 'pull'], { env: ENV, stdio: 'ignore', detached: true });
    const ended = new Promise((done) => child.on('close', done));
    const partial = (): number => {
      const [path] = globSync(join(root, `.dvc/cache/assay-tmp/partial-${hash}-*`));
      return path ? (statSync(path, { throwIfNoEntry: false })?.size ?? 0) : 0;
    };
    while (child.exitCode === null && partial() === 0) await pause(1);
    if (child.exitCode === null) process.kill(-child.pid!, 'SIGKILL');
    await ended;
    const left = partial();
    expect(existsSync(join(root, '.dvc/cache/files/md5', hash.slice(0, 2), hash.slice(2)))).toBe(left === 0);
    assay('pull');
    expect(readFileSync(join(root, 'one.csv')).equals(bytes)).toBe(true);
    expect(globSync(join(root, '.dvc/cache/assay-tmp/*'))).toEqual([]);
    forget();
    dvc('pull');
    expect(readFileSync(join(root, 'one.csv')).equals(bytes)).toBe(true);
  });

  test('an object that is damaged there is not taken, one that is gone is named; the rest arrives', () => {
    assay('add', ...DATA);
    setRemote(kind);
    assay('push');
    const object = (text: string): string => {
      const hash = createHash('md5').update(text).digest('hex');
      return join('files/md5', hash.slice(0, 2), hash.slice(2));
    };
    writeFileSync(join(kind.store(), object('B')), 'X');
    forget();
    expect(refused('pull')).toContain('1 of the objects of images are damaged in the remote');
    expect(existsSync(join(root, '.dvc/cache', object('C')))).toBe(true);
    expect(existsSync(join(root, '.dvc/cache', object('B')))).toBe(false);
    rmSync(join(kind.store(), object('B')));
    expect(refused('pull')).toContain('1 of 4 objects are missing');
    putAll();
    assay('add', ...DATA);
    expect(moved('push')).toBe(1);
    forget();
    assay('pull');
    expectAll();
  });
});

describe('what goes wrong, in words', () => {
  const wrong = (kind: string, change: Record<string, string>, url?: string): string => {
    const { url: as, options } = KINDS.find(({ name }) => name === kind)!;
    assay('add', ...DATA);
    setRemote({ url: () => url ?? as(), options: () => ({ ...options(), ...change }) });
    return refused('push');
  };

  test('S3: wrong key, no bucket, nobody there', () => {
    expect(wrong('s3', { access_key_id: 'nobody' })).toContain('does not accept the access key');
    expect(wrong('s3', { secret_access_key: 'wrong' })).toContain('(SignatureDoesNotMatch)');
    expect(wrong('s3', {}, 's3://nothing/x')).toContain('There is no bucket "nothing"');
    expect(wrong('s3', { endpointurl: 'http://127.0.0.1:1' })).toContain('cannot be reached: nothing answers there');
  });

  test('SSH: a host that is not known, another key than the known one, no way in', () => {
    const known = join(home, '.ssh/known_hosts');
    const before = readFileSync(known, 'utf8');
    try {
      writeFileSync(known, '');
      expect(wrong('ssh', {})).toMatch(/not known yet; it shows the key ssh-ed25519 SHA256:.*ssh -p \d+/);
      writeFileSync(
        known,
        before.replace(/ \S+\n$/, ` ${readFileSync(join(home, '.ssh/id_ed25519.pub'), 'utf8').split(' ')[1]}\n`),
      );
      expect(wrong('ssh', {})).toMatch(/shows another key .*known_hosts, line 1/);
    } finally {
      writeFileSync(known, before);
    }
    expect(wrong('ssh', { user: 'nobody' })).toContain('does not let nobody in');
    expect(wrong('ssh', {}, `ssh://127.0.0.1:${ssh.port}/proc/nothing`)).toMatch(
      /\/proc\/nothing (?:could not|has no)/,
    );
  });

  test('HTTP: wrong password, the wrong method, a certificate that nobody vouches for', () => {
    expect(wrong('http', { password: 'wrong' })).toContain('wants to know who you are (401)');
    expect(wrong('http', { method: 'POST' })).toContain('method = PUT');
    expect(wrong('https', { ssl_verify: 'true' })).toMatch(/certificate of https:.* is not trusted/);
  });

  test('no room here: said, what has arrived is kept, and with room again the rest is fetched', () => {
    const bytes = randomBytes(20_000_000);
    writeFileSync(join(root, 'one.csv'), bytes);
    assay('add', ...DATA);
    setRemote(KINDS[2]!);
    assay('push');
    forget();
    // no file may grow over 10 MB, which a writer meets as it meets a full disk
    const limited = run('sh', ['-c', 'ulimit -f 20000 && exec node "$@"', 'sh', ...ASSAY, root, 'data', 'pull']);
    expect(limited.status).not.toBe(0);
    expect(limited.stderr).toMatch(/Could not write .*larger than the system allows/);
    const [partial] = globSync(join(root, '.dvc/cache/assay-tmp/partial-*'));
    expect(statSync(partial!).size).toBeGreaterThan(5_000_000);
    assay('pull');
    expect(readFileSync(join(root, 'one.csv')).equals(bytes)).toBe(true);
  });

  test('a server that goes down in the middle: what has arrived is kept, and a second run completes it', async () => {
    const own = mkdtempSync(join(folder, 'own-'));
    const server = await startS3(own);
    const options = () => ({ ...S3_OPTIONS(), endpointurl: `http://127.0.0.1:${server.port}`, jobs: '2' });
    mkdirSync(join(root, 'many'));
    for (let i = 0; i < 400; i++) writeFileSync(join(root, 'many', String(i)), `${i} `.repeat(1000));
    assay('add', 'many');
    setRemote({ url: () => 's3://data/x', options });
    const child = spawn('node', [...ASSAY, root, 'data', 'push'], { env: ENV, stdio: ['ignore', 'ignore', 'pipe'] });
    let said = '';
    child.stderr.on('data', (bytes: Buffer) => {
      said += bytes.toString();
    });
    const ended = new Promise((done) => child.on('close', done));
    const sent = (): string[] => globSync('x/files/md5/*/*', { cwd: server.store });
    while (child.exitCode === null && sent().length < 20) await pause(5);
    await server.stop('SIGKILL');
    await ended;
    expect(said).toContain('cannot be reached');
    expect(sent().filter((name) => name.endsWith('.dir'))).toEqual([]);
    const again = await startS3(own, server.port);
    try {
      const before = sent().length;
      expect(moved('push')).toBe(401 - before);
      expect(sent()).toHaveLength(401);
      expect(dvc('push')).toContain('up to date');
    } finally {
      await again.stop();
    }
  });
});
