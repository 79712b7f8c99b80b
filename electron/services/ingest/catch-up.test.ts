import { existsSync, mkdirSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { AppError } from '../../../shared/errors.ts';
import { newRunId } from '../../../shared/ids.ts';
import { openDb } from '../../db/open.ts';
import { makeProject, type TestProject, writeRun } from '../../testing/make-project.ts';
import { indexFile, runFolder, runsFolder } from '../projects/layout.ts';
import { catchUp } from './catch-up.ts';
import { createReader } from './reader.ts';
import { reindex } from './reindex.ts';

let project: TestProject;
beforeEach(() => {
  project = makeProject();
});
afterEach(() => project.dispose());

const lines = [
  { t: 1, s: 0, m: { loss: 1 } },
  { t: 2, s: 1, m: { loss: 2 } },
];
const statuses = (): unknown => project.db.prepare('SELECT id, status FROM runs ORDER BY id').raw().all();

describe('catching up', () => {
  it('reads new runs, forgets those whose folder is gone, and says who is no run yet', async () => {
    const [a, b] = [writeRun(project.root, { lines }), writeRun(project.root, { lines, exit: { code: 1 } })].sort();
    const empty = newRunId();
    mkdirSync(runFolder(project.root, empty));
    mkdirSync(join(runsFolder(project.root), '.new-x'));
    const seen: string[] = [];
    expect(await catchUp(project.root, project.db, { onChange: (id) => seen.push(id) })).toEqual([empty]);
    expect(seen.sort()).toEqual([a, b]);
    rmSync(runFolder(project.root, a!), { recursive: true });
    await catchUp(project.root, project.db);
    expect(statuses()).toEqual([[b, expect.any(String)]]);
  });

  it('looks again at a run that was woken, and takes the wake away', async () => {
    const id = writeRun(project.root, { lines });
    await catchUp(project.root, project.db);
    rmSync(join(runFolder(project.root, id), 'exit.json'));
    await catchUp(project.root, project.db);
    expect(statuses()).toEqual([[id, 'finished']]);
    const wake = join(runsFolder(project.root), `.wake-${id}`);
    writeFileSync(wake, '');
    await catchUp(project.root, project.db);
    expect(statuses()).toEqual([[id, 'running']]);
    expect(existsSync(wake)).toBe(false);
  });

  it('takes a project without any runs folder as empty', async () => {
    rmSync(runsFolder(project.root), { recursive: true });
    expect(await catchUp(project.root, project.db)).toEqual([]);
  });

  it('can be cancelled, and keeps what it has read', async () => {
    for (let i = 0; i < 300; i++) writeRun(project.root, { lines });
    const stop = new AbortController();
    await expect(
      catchUp(project.root, project.db, { signal: stop.signal, onProgress: () => stop.abort() }),
    ).rejects.toMatchObject({ code: 'CANCELLED' });
    const kept = (statuses() as unknown[]).length;
    expect(kept).toBeGreaterThan(0);
    expect(kept).toBeLessThan(300);
  });

  it('costs next to nothing for ten thousand runs that have ended', async () => {
    const add = project.db.prepare(
      `INSERT INTO runs (id, name, experiment, status, source, command, created_at, identity) VALUES (?, '', '', 'finished', 'sdk', '[]', 0, '{}')`,
    );
    project.db.transaction(() => {
      for (let i = 0; i < 10_000; i++) {
        const id = newRunId();
        mkdirSync(runFolder(project.root, id));
        add.run(id);
      }
    })();
    await catchUp(project.root, project.db);
    const started = performance.now();
    await catchUp(project.root, project.db);
    expect(performance.now() - started).toBeLessThan(200);
  });
});

describe('an index that is no good', () => {
  const index = (): string => indexFile(project.root);
  const points = (): unknown => {
    const db = openDb(index());
    try {
      return db.prepare('SELECT count(*), (SELECT sum(count) FROM series) FROM runs').raw().get();
    } finally {
      db.close();
    }
  };

  beforeEach(async () => {
    writeRun(project.root, { lines });
    await catchUp(project.root, project.db);
  });

  it('is rebuilt in place when it is healthy, under the eyes of those who have it open', async () => {
    project.db.prepare(`UPDATE runs SET name = 'wrong'`).run();
    expect(await reindex(project.root, index())).toEqual({ runs: 1, points: 2 });
    expect(project.db.prepare(`SELECT count(*) FROM runs WHERE name = 'wrong'`).pluck().get()).toBe(0);
  });

  it.each([
    ['deleted', () => rmSync(index())],
    ['cut short', () => truncateSync(index(), 9000)],
    ['no database', () => writeFileSync(index(), 'hello '.repeat(5000))],
  ])('is mended by reindex: %s', async (_name, harm) => {
    project.db.close();
    harm();
    expect(await reindex(project.root, index())).toEqual({ runs: 1, points: 2 });
    expect(points()).toEqual([1, 2]);
  });

  it('of a newer Assay is refused with a sentence, and mended by reindex', async () => {
    project.db.pragma('user_version = 99');
    project.db.close();
    expect(() => openDb(index())).toThrow(/newer Assay .* "assay reindex"/);
    await reindex(project.root, index());
    expect(points()).toEqual([1, 2]);
  });

  it('is noticed by a reader when it is replaced, who then reads everything again', async () => {
    let replaced = 0;
    const reader = createReader().attach({ id: 'p', root: project.root, indexPath: index() }, () => {
      replaced++;
    });
    await reader.sync();
    project.db.close();
    for (const suffix of ['', '-wal', '-shm']) rmSync(index() + suffix, { force: true });
    await reader.sync();
    expect(replaced).toBe(1);
    expect(points()).toEqual([1, 2]);
    await reader.dispose();
  });

  it('can be deleted alone while others have it open, whose closing then harms nothing', async () => {
    const reader = createReader().attach({ id: 'p', root: project.root, indexPath: index() }, () => {});
    await reader.sync();
    rmSync(index());
    await reader.sync();
    expect(points()).toEqual([1, 2]);
    project.db.close();
    expect(points()).toEqual([1, 2]);
    await reader.dispose();
    const db = openDb(index());
    expect(db.pragma('integrity_check', { simple: true })).toBe('ok');
    db.close();
    expect(points()).toEqual([1, 2]);
  });

  it('that is damaged is said in a sentence and not mended behind anybody’s back', async () => {
    project.db.close();
    for (const suffix of ['-wal', '-shm']) rmSync(index() + suffix, { force: true });
    writeFileSync(index(), 'hello '.repeat(5000));
    const reader = createReader().attach({ id: 'p', root: project.root, indexPath: index() }, () => {});
    const error = await reader.sync().catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(AppError);
    expect(error).toMatchObject({ code: 'UNAVAILABLE', data: { damaged: true } });
    await reader.dispose();
  });
});

it('numbers runs in the order of their ids, the same after a rebuild, so that their colours stay', async () => {
  const ids = [3, 1, 2].map((i) => writeRun(project.root, { id: newRunId(1_700_000_000_000 + i) }));
  const numbers = (): unknown[] => project.db.prepare('SELECT id, seq FROM runs ORDER BY id').raw().all();
  await catchUp(project.root, project.db);
  const expected = [...ids].sort().map((id, i) => [id, i]);
  expect(numbers()).toEqual(expected);
  const later = writeRun(project.root, { id: newRunId(1_700_000_000_009) });
  await catchUp(project.root, project.db);
  expect(numbers()).toEqual([...expected, [later, 3]]);
  await reindex(project.root, indexFile(project.root));
  expect(numbers()).toEqual([...expected, [later, 3]]);
});
