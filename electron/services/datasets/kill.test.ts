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
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { silentLog } from '../../platform/log.ts';
import { killGroup, spawnDetached } from '../../platform/process.ts';
import { createGit } from '../git/service.ts';
import { initRepo } from './config.ts';
import { createDatasets } from './service.ts';

const COUNT = 600;
const git = createGit({ log: silentLog });
let root: string;
const datasets = createDatasets({ projects: { get: () => ({ root }) }, git });
const folders: string[] = [];

/** In a process of its own, so that it can be killed as a whole. */
const CHILD = `
import { createGit } from ${JSON.stringify(new URL('../git/service.ts', import.meta.url).href)};
import { createDatasets } from ${JSON.stringify(new URL('./service.ts', import.meta.url).href)};
const [root, call] = process.argv.slice(1);
const log = { info() {}, warn() {}, error() {} };
const datasets = createDatasets({ projects: { get: () => ({ root }) }, git: createGit({ log }) });
await datasets[call]({ project: 'p', paths: [root + '/d'], force: true });
process.exit(0);
`;

/** Starts a call and kills it with SIGKILL as soon as the condition holds; false when it had ended before. */
async function killWhen(call: string, condition: () => boolean): Promise<boolean> {
  const child = spawnDetached(process.execPath, ['-e', CHILD, root, call], {
    cwd: root,
    env: process.env,
    keep: true,
  });
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
const write = (version: string): void => {
  mkdirSync(join(root, 'd', 'sub'), { recursive: true });
  for (let i = 0; i < COUNT; i++) writeFileSync(join(root, 'd', i % 2 ? 'sub' : '.', String(i)), content(i, version));
};
const holds = (version: string): boolean =>
  Array.from({ length: COUNT }, (_, i) => i).every(
    (i) => readFileSync(join(root, 'd', i % 2 ? 'sub' : '.', String(i)), 'utf8') === content(i, version),
  );
const objects = (): string[] => {
  const cache = join(root, '.dvc/cache/files/md5');
  return existsSync(cache)
    ? readdirSync(cache).flatMap((two) => readdirSync(join(cache, two)).map((rest) => join(cache, two, rest)))
    : [];
};
const state = async () => (await datasets.status({ project: 'p', paths: [join(root, 'd')] }))[0]!.state;
const input = () => ({ project: 'p', paths: [join(root, 'd')] });

beforeAll(() => mkdirSync(join(tmpdir(), 'assay-kill'), { recursive: true }));
afterAll(async () => {
  await datasets.dispose();
  await git.dispose();
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

async function project(config: string): Promise<void> {
  root = mkdtempSync(join(tmpdir(), 'assay-kill', 'p-'));
  folders.push(root);
  await git.init(root);
  initRepo(root, true);
  writeFileSync(join(root, '.dvc/config'), config);
  write('one');
}

describe.each(['copy', 'hardlink', 'symlink'])('kill -9 with cache.type %s', (type) => {
  it('in "add" loses nothing: the old version stays recorded, and the next "add" completes it', async () => {
    await project(`[cache]\n    type = ${type}\n`);
    let killed = 0;
    for (const count of [1, 300, 599]) {
      if (await killWhen('add', () => objects().length >= count)) killed++;
      expect(holds('one')).toBe(true);
      for (const path of objects().filter((one) => !one.endsWith('.dir'))) {
        const hash = path.slice(-33).replace('/', '');
        expect(createHash('md5').update(readFileSync(path)).digest('hex')).toBe(hash);
        expect(statSync(path).mode & 0o777).toBe(0o444);
      }
    }
    expect(killed).toBeGreaterThan(0);
    await datasets.add(input());
    expect(await state()).toBe('unchanged');
    expect(holds('one')).toBe(true);
    expect((await datasets.verify(input()))[0]).toMatchObject({ missing: [], damaged: [] });
  });

  it('in "checkout" leaves files of the two versions only, and the next "checkout" completes it', async () => {
    await project(`[cache]\n    type = ${type}\n`);
    await datasets.add(input());
    rmSync(join(root, 'd'), { recursive: true });
    write('two');
    const recorded = readFileSync(join(root, 'd.dvc'), 'utf8');
    await datasets.add(input());
    writeFileSync(join(root, 'd.dvc'), recorded);
    const target = join(root, 'd', '2');
    const before = statSync(target).ino;
    const killed = await killWhen('checkout', () => statSync(target, { throwIfNoEntry: false })?.ino !== before);
    expect(killed).toBe(true);
    for (let i = 0; i < COUNT; i++) {
      const text = readFileSync(join(root, 'd', i % 2 ? 'sub' : '.', String(i)), 'utf8');
      expect([content(i, 'one'), content(i, 'two')]).toContain(text);
    }
    expect(readdirSync(join(root, 'd')).length + readdirSync(join(root, 'd/sub')).length).toBe(COUNT + 1);
    await datasets.checkout(input());
    expect(holds('one')).toBe(true);
    expect(await state()).toBe('unchanged');
  });
});
