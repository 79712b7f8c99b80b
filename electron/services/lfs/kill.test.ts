import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, describe, expect, it } from 'vitest';
import { silentLog } from '../../platform/log.ts';
import { killGroup, spawnDetached } from '../../platform/process.ts';
import { type LfsServer, startLfsServer } from '../../testing/lfs-server.ts';
import { createGit } from '../git/service.ts';
import { parsePointer } from './pointer.ts';
import { createLfs } from './service.ts';

const COUNT = 300;
const git = createGit({ log: silentLog });
let root: string;
const lfs = createLfs({ projects: { get: () => ({ root }) }, git });
const folders: string[] = [];

/** In a process of its own, so that it can be killed as a whole. */
const CHILD = `
import { createGit } from ${JSON.stringify(new URL('../git/service.ts', import.meta.url).href)};
import { createLfs } from ${JSON.stringify(new URL('./service.ts', import.meta.url).href)};
const [root, call] = process.argv.slice(1);
const log = { info() {}, warn() {}, error() {} };
const lfs = createLfs({ projects: { get: () => ({ root }) }, git: createGit({ log }) });
await lfs[call]({ project: 'p', paths: [root + '/d'], track: true, force: true });
process.exit(0);
`;

/** Starts a call and kills it with SIGKILL as soon as the condition holds; false when it had ended before. */
async function killWhen(call: string, condition: () => boolean): Promise<boolean> {
  const child = spawnDetached(process.execPath, ['-e', CHILD, root, call], { cwd: root, env: process.env, keep: true });
  let ended = false;
  const end = child.ended.then((how) => {
    ended = true;
    return how;
  });
  while (!ended && !condition()) await pause(1);
  killGroup(child.pid!, 'SIGKILL');
  return (await end).signal === 'SIGKILL';
}

const content = (i: number, version: string): string => `${version} ${i} `.repeat(200);
const at = (i: number): string => join(root, 'd', String(i));
const write = (version: string): void => {
  mkdirSync(join(root, 'd'), { recursive: true });
  for (let i = 0; i < COUNT; i++) writeFileSync(at(i), content(i, version));
};
const all = Array.from({ length: COUNT }, (_, i) => i);
const holds = (version: string): boolean => all.every((i) => readFileSync(at(i), 'utf8') === content(i, version));
const objects = (): string[] =>
  (existsSync(join(root, '.git/lfs/objects')) ? readdirSync(join(root, '.git/lfs/objects'), { recursive: true }) : [])
    .map(String)
    .filter((name) => /[0-9a-f]{64}$/.test(name));
const input = () => ({ project: 'p', paths: [join(root, 'd')] });
const run = (...args: string[]): string => spawnSync('git', args, { cwd: root, encoding: 'utf8' }).stdout;
const staged = (): string[] => run('ls-files', 'd').split('\n').filter(Boolean);

async function project(): Promise<void> {
  mkdirSync(join(tmpdir(), 'assay-lfs-kill'), { recursive: true });
  root = mkdtempSync(join(tmpdir(), 'assay-lfs-kill', 'p-'));
  folders.push(root);
  await git.init(root);
  write('one');
}

afterAll(async () => {
  await lfs.dispose();
  await git.dispose();
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

describe.skipIf(spawnSync('git', ['--version']).status !== 0)('kill -9', () => {
  it('in "add" loses nothing: nothing or everything is staged, every object is whole, and adding again completes it', async () => {
    await project();
    let killed = 0;
    for (const count of [1, 150, COUNT]) {
      if (await killWhen('add', () => objects().length >= count)) killed++;
      expect(holds('one')).toBe(true);
      expect([0, COUNT]).toContain(staged().length);
      expect(run('fsck', '--strict', '--no-dangling')).toBe('');
      for (const name of objects()) {
        const bytes = readFileSync(join(root, '.git/lfs/objects', name));
        expect(createHash('sha256').update(bytes).digest('hex')).toBe(name.slice(-64));
      }
      // what git leaves when it is killed while it writes its index: a person has to decide
      rmSync(join(root, '.git/index.lock'), { force: true });
    }
    expect(killed).toBeGreaterThan(0);
    await lfs.add({ ...input(), track: true });
    expect(staged().length).toBe(COUNT);
    expect((await lfs.status(input()))!.all.every((one) => one.state === 'unchanged')).toBe(true);
    expect(parsePointer(run('show', ':d/7'))!.size).toBe(content(7, 'one').length);
  });

  it('in "checkout" leaves files of the two versions only, and checking out again completes it', async () => {
    await project();
    await lfs.add({ ...input(), track: true });
    write('two');
    const target = at(2);
    const before = statSync(target).ino;
    const killed = await killWhen('checkout', () => statSync(target).ino !== before);
    expect(killed).toBe(true);
    for (const i of all) expect([content(i, 'one'), content(i, 'two')]).toContain(readFileSync(at(i), 'utf8'));
    expect(readdirSync(join(root, 'd')).length).toBe(COUNT);
    rmSync(join(root, '.git/index.lock'), { force: true });
    await lfs.checkout({ ...input(), force: true });
    expect(holds('one')).toBe(true);
    expect((await lfs.status(input()))!.all.every((one) => one.state === 'unchanged')).toBe(true);
  });

  it('in a download leaves what came, and pulling again goes on there', async () => {
    await project();
    const big = Buffer.alloc(4_000_000, 'large ');
    rmSync(join(root, 'd'), { recursive: true });
    mkdirSync(join(root, 'd'));
    writeFileSync(at(0), big);
    await lfs.add({ ...input(), track: true });
    const oid = createHash('sha256').update(big).digest('hex');
    const server: LfsServer = await startLfsServer();
    try {
      server.objects.set(oid, big);
      run('config', 'remote.origin.url', server.url);
      rmSync(join(root, '.git/lfs/objects'), { recursive: true });
      rmSync(at(0));
      let came = false;
      server.intercept = (request, response) => {
        if (!request.url?.startsWith('/store/')) return false;
        response.writeHead(200, { 'content-length': big.length });
        response.write(big.subarray(0, 2_000_000));
        came = true;
        return true;
      };
      const incomplete = join(root, '.git/lfs/incomplete');
      const arrived = (): boolean =>
        came && readdirSync(incomplete).some((name) => statSync(join(incomplete, name)).size === 2_000_000);
      expect(await killWhen('pull', arrived)).toBe(true);
      expect(existsSync(join(root, '.git/lfs/objects'))).toBe(false);
      server.intercept = null;
      await lfs.pull(input());
      expect(server.asked.at(-1)!.headers.range).toBe('bytes=2000000-3999999');
      expect(readFileSync(at(0)).equals(big)).toBe(true);
      expect(readdirSync(incomplete)).toEqual([]);
    } finally {
      await server.close();
    }
  });
});
