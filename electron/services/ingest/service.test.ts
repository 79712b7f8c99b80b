import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { ChangeEvent } from '../../../shared/contract/system.ts';
import { openDb } from '../../db/open.ts';
import { silentLog } from '../../platform/log.ts';
import { startTimeOf } from '../../platform/process-identity.ts';
import { makeProject, type TestProject, writeRun } from '../../testing/make-project.ts';
import { createEvents, type Events } from '../events.ts';
import { indexFile, runFolder, runsFolder } from '../projects/layout.ts';
import type { Attachment } from '../projects/service.ts';
import { createIngest } from './service.ts';
import { thisMachine } from './state.ts';

let project: TestProject;
let events: Events;
let heard: ChangeEvent[];
let attached: Attachment[];
let replaced: number;
beforeEach(() => {
  project = makeProject();
  events = createEvents();
  heard = [];
  attached = [];
  replaced = 0;
  events.listen((event) => heard.push(event));
});
afterEach(async () => {
  await Promise.all(attached.map((one) => one.dispose()));
  project.dispose();
});

function attach(): Attachment {
  const one = createIngest({ events, log: silentLog }).attach(
    { id: 'p', root: project.root, indexPath: indexFile(project.root) },
    () => {
      replaced++;
    },
  );
  attached.push(one);
  return one;
}

/** A run of this very process, so that it is alive. */
function liveRun(): string {
  const id = writeRun(project.root, { exit: null });
  const { host, bootId } = thisMachine();
  const child = { pid: process.pid, startTime: startTimeOf(process.pid), pgid: process.pid };
  writeFileSync(
    join(runFolder(project.root, id), 'process.json'),
    JSON.stringify({ wrapper: null, child, host, bootId }),
  );
  return id;
}
const log = (id: string, from: number, to: number): void => {
  const lines = Array.from({ length: to - from }, (_, i) => `{"t":${from + i},"s":${from + i},"m":{"loss":1}}\n`);
  appendFileSync(join(runFolder(project.root, id), 'log.ndjson'), lines.join(''));
};
const points = (): number => project.db.prepare('SELECT coalesce(sum(count), 0) FROM series').pluck().get() as number;
const status = (id: string): unknown => project.db.prepare('SELECT status FROM runs WHERE id = ?').pluck().get(id);
const until = (check: () => void): Promise<void> => vi.waitFor(check, { timeout: 15_000, interval: 5 });
const heardOf = (topic: string, id: string): boolean => heard.some((e) => e.topic === topic && e.ids.includes(id));

describe('the keeper of an index', () => {
  it('has everything that was on disk when it was asked', async () => {
    const keeper = attach();
    const id = writeRun(project.root, { lines: [{ t: 1, s: 0, m: { loss: 1 } }] });
    await keeper.sync();
    expect([points(), status(id)]).toEqual([1, 'finished']);
  });

  it('notices a new run, its points as they come, and its end, and says so', async () => {
    await attach().sync();
    const id = liveRun();
    await until(() => expect(status(id)).toBe('running'));
    await until(() => expect(heardOf('runs', id)).toBe(true));
    for (let i = 0; i < 5; i++) {
      log(id, i * 10, i * 10 + 10);
      const written = performance.now();
      await until(() => expect(points()).toBe(i * 10 + 10));
      // far more than the 150 ms it takes, for a machine that is busy
      expect(performance.now() - written).toBeLessThan(2000);
    }
    await until(() => expect(heardOf('metrics', id)).toBe(true));
    log(id, 50, 60);
    writeFileSync(join(runFolder(project.root, id), 'exit.json'), '{"code":0,"endedAt":5}');
    await until(() => expect(status(id)).toBe('finished'));
    expect(points()).toBe(60);
    // another process of the same run is not done yet
    log(id, 60, 70);
    await until(() => expect(points()).toBe(70));
  });

  it('does not flood: at most eight events a second for a run that writes without pause', async () => {
    await attach().sync();
    const id = liveRun();
    await until(() => expect(status(id)).toBe('running'));
    heard.length = 0;
    const started = performance.now();
    let written = 0;
    const writing = setInterval(() => log(id, written, ++written), 2);
    await until(() => expect(points()).toBeGreaterThan(200));
    clearInterval(writing);
    const seconds = (performance.now() - started) / 1000;
    expect(heard.filter((event) => event.topic === 'metrics').length).toBeLessThanOrEqual(Math.ceil(seconds * 8) + 1);
  });

  it('marks a run lost whose process is killed', async () => {
    const victim = spawn('sleep', ['60'], { stdio: 'ignore' });
    await once(victim, 'spawn');
    const id = liveRun();
    const { host, bootId } = thisMachine();
    const child = { pid: victim.pid, startTime: startTimeOf(victim.pid!) };
    writeFileSync(
      join(runFolder(project.root, id), 'process.json'),
      JSON.stringify({ wrapper: null, child, host, bootId }),
    );
    await attach().sync();
    expect(status(id)).toBe('running');
    victim.kill('SIGKILL');
    await until(() => expect(status(id)).toBe('lost'));
    await until(() => expect(heardOf('runs', id)).toBe(true));
  });

  it('looks at an ended run when it is touched', async () => {
    const id = writeRun(project.root, {});
    const keeper = attach();
    await keeper.sync();
    appendFileSync(join(runFolder(project.root, id), 'log.ndjson'), '{"t":1,"meta":{"name":"renamed"}}\n');
    keeper.touch(id);
    await keeper.sync();
    expect(project.db.prepare('SELECT name FROM runs').pluck().get()).toBe('renamed');
  });

  it('reads by itself what it could not read at first, although nothing changes any more', async () => {
    const keeper = attach();
    await keeper.sync();
    project.db.exec("CREATE TRIGGER full BEFORE INSERT ON runs BEGIN SELECT RAISE(ABORT, 'no room'); END");
    const id = writeRun(project.root, {});
    await expect(keeper.sync()).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    project.db.exec('DROP TRIGGER full');
    await until(() => expect(status(id)).toBe('finished'));
  });

  it('reads a touched run again when it could not at first', async () => {
    const id = writeRun(project.root, {});
    const keeper = attach();
    await keeper.sync();
    project.db.exec("CREATE TRIGGER full BEFORE UPDATE OF name ON runs BEGIN SELECT RAISE(ABORT, 'no room'); END");
    appendFileSync(join(runFolder(project.root, id), 'log.ndjson'), '{"t":1,"meta":{"name":"renamed"}}\n');
    keeper.touch(id);
    await expect(keeper.sync()).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    project.db.exec('DROP TRIGGER full');
    await until(() => expect(project.db.prepare('SELECT name FROM runs').pluck().get()).toBe('renamed'));
  });

  it('waits for a folder of runs that is not there yet', async () => {
    rmSync(runsFolder(project.root), { recursive: true });
    await attach().sync();
    mkdirSync(runsFolder(project.root));
    const id = writeRun(project.root, {});
    await until(() => expect(status(id)).toBe('finished'));
  });

  it('rebuilds an index that is deleted under it, and says so', async () => {
    const id = writeRun(project.root, { lines: [{ t: 1, s: 0, m: { loss: 1 } }] });
    await attach().sync();
    for (const suffix of ['', '-wal', '-shm']) rmSync(indexFile(project.root) + suffix, { force: true });
    await until(() => expect(replaced).toBe(1));
    const db = openDb(indexFile(project.root));
    try {
      await until(() =>
        expect(db.prepare('SELECT id, (SELECT count FROM series) FROM runs').raw().all()).toEqual([[id, 1]]),
      );
    } finally {
      db.close();
    }
  });

  it('says what is wrong with a damaged index, and goes on once it is mended', async () => {
    project.db.close();
    for (const suffix of ['-wal', '-shm']) rmSync(indexFile(project.root) + suffix, { force: true });
    writeFileSync(indexFile(project.root), 'hello '.repeat(5000));
    const keeper = attach();
    await expect(keeper.sync()).rejects.toMatchObject({ code: 'UNAVAILABLE', data: { damaged: true } });
    rmSync(indexFile(project.root));
    await keeper.sync();
  });
});

describe('two hosts on one project', () => {
  const children: ChildProcess[] = [];
  afterEach(() => {
    for (const child of children.splice(0)) child.kill('SIGKILL');
  });

  const lockOwner = (): unknown =>
    (JSON.parse(readFileSync(join(project.root, '.assay', 'ingest.lock'), 'utf8')) as { pid: number }).pid;

  /** Another host, as a process of its own. */
  async function otherHost(): Promise<ChildProcess> {
    const service = new URL('./service.ts', import.meta.url).href;
    const script = `
      const { createIngest } = await import(${JSON.stringify(service)});
      const log = { info() {}, warn() {}, error() {}, scope: () => log };
      const one = createIngest({ events: { changed() {} }, log }).attach(
        { id: 'p', root: ${JSON.stringify(project.root)}, indexPath: ${JSON.stringify(indexFile(project.root))} }, () => {});
      await one.sync();
      console.log('ready');
      setInterval(() => {}, 1000);`;
    const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    children.push(child);
    await Promise.race([once(child.stdout!, 'data'), once(child, 'exit')]);
    expect(child.exitCode).toBeNull();
    return child;
  }

  it('count every point once; the other one notices, and takes over when the owner is killed', async () => {
    const other = await otherHost();
    await until(() => expect(lockOwner()).toBe(other.pid));
    const keeper = attach();
    await keeper.sync();
    expect(lockOwner()).toBe(other.pid);
    heard.length = 0;
    const id = liveRun();
    log(id, 0, 100);
    await until(() => expect(points()).toBe(100));
    await until(() => expect(heard).toContainEqual({ topic: 'metrics', project: 'p', ids: [] }));
    for (let i = 1; i <= 10; i++) {
      log(id, i * 100, i * 100 + 100);
      await keeper.sync();
      expect(points()).toBe(i * 100 + 100);
    }
    other.kill('SIGKILL');
    await once(other, 'exit');
    await until(() => expect(lockOwner()).toBe(process.pid));
    log(id, 1100, 1200);
    await until(() => expect(points()).toBe(1200));
  });
});

it('closes several projects at once, each with its answer', async () => {
  const others = [makeProject('one'), makeProject('two'), makeProject('three')];
  const keeper = createIngest({ events: createEvents(), log: silentLog });
  const open = others.map(({ root }, i) =>
    keeper.attach({ id: String(i), root, indexPath: indexFile(root) }, () => {}),
  );
  await Promise.all(open.map((one) => one.sync()));
  await Promise.all(open.map((one) => one.dispose()));
  for (const other of others) other.dispose();
});
