import { appendFileSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { newRunId } from '../../../shared/ids.ts';
import { openDb } from '../../db/open.ts';
import { makeProject, type TestProject, writeRun } from '../../testing/make-project.ts';
import { createSeriesReader } from '../metrics/reduce.ts';
import { indexFile, runFolder } from '../projects/layout.ts';
import { createIngester, type Ingester } from './ingester.ts';

let project: TestProject;
let ingester: Ingester;
beforeEach(() => {
  project = makeProject();
  ingester = createIngester(project.root, project.db);
});
afterEach(() => project.dispose());

const metric = (s: number, value: unknown = s): object => ({ t: 1_790_000_000 + s, s, m: { loss: value } });
const line = (value: object): string => `${JSON.stringify(value)}\n`;
const log = (id: string): string => join(runFolder(project.root, id), 'log.ndjson');
const run = (id: string): Record<string, unknown> =>
  project.db.prepare('SELECT * FROM runs WHERE id = ?').get(id) as Record<string, unknown>;
const count = (table: string): number => project.db.prepare(`SELECT count(*) FROM ${table}`).pluck().get() as number;
function steps(id: string, key = 'loss'): number[] {
  const series = project.db
    .prepare<[string, string], { pk: number; ordered: number }>(
      'SELECT s.pk, s.ordered FROM series s JOIN runs r ON r.pk = s.run WHERE r.id = ? AND s.key = ?',
    )
    .get(id, key);
  return series ? [...createSeriesReader(project.db).read(series.pk, series.ordered === 1, {}, 1e9).step] : [];
}
const range = (n: number): number[] => Array.from({ length: n }, (_, i) => i);

describe('a run', () => {
  it('gets its row from run.json and what was logged over it', () => {
    const id = writeRun(project.root, {
      identity: {
        name: 'first',
        tags: { a: '1', b: '2' },
        params: { lr: 0.1 },
        note: 'old',
        group: 'g',
        gpus: [0, 1],
        git: { commit: 'c'.repeat(40), branch: 'main', dirty: true },
        host: { name: 'box' },
      },
      lines: [
        metric(0),
        { t: 1, p: { lr: 0.2, net: { depth: 3 } }, tag: { b: null, c: 'x' }, note: 'new' },
        { t: 2, a: { path: 'm.png', size: 5, kind: 'image' } },
        { t: 2, d: { path: 'd.csv', role: null } },
        { t: 2, sum: { best: 'NaN' } },
        'torn {"t":',
      ],
      exit: { code: 0, peakMemoryBytes: 123 },
    });
    expect(ingester.ingest(id)).toEqual({ row: true, points: true });
    expect(run(id)).toMatchObject({
      name: 'first',
      experiment: 'default',
      status: 'finished',
      source: 'sdk',
      command: '["python","train.py"]',
      grp: 'g',
      note: 'new',
      git_branch: 'main',
      git_dirty: 1,
      host: 'box',
      gpus: '[0,1]',
      exit_code: 0,
      peak_memory: 123,
      artifact_count: 1,
      bad_lines: 1,
    });
    expect(project.db.prepare('SELECT key, value, number FROM params ORDER BY key').all()).toEqual([
      { key: 'lr', value: '0.2', number: 0.2 },
      { key: 'net', value: '{"depth":3}', number: null },
    ]);
    expect(project.db.prepare('SELECT key, value FROM tags ORDER BY key').all()).toEqual([
      { key: 'a', value: '1' },
      { key: 'c', value: 'x' },
    ]);
    expect([count('datasets'), count('summaries'), count('series')]).toEqual([1, 1, 1]);
    expect(ingester.ingest(id)).toEqual({ row: false, points: false });
  });

  it('is not hidden by a run.json that is damaged', () => {
    const id = newRunId(1_700_000_000_000);
    mkdirSync(runFolder(project.root, id), { recursive: true });
    writeFileSync(join(runFolder(project.root, id), 'run.json'), '{"name": "x');
    ingester.ingest(id);
    expect(run(id)).toMatchObject({ name: `run-${id.slice(-6)}`, created_at: 1_700_000_000_000, identity: '{}' });
  });

  it('waits in the queue while it is only asked for, and keeps what people changed when it starts', () => {
    const id = newRunId();
    const folder = runFolder(project.root, id);
    mkdirSync(folder, { recursive: true });
    expect(ingester.ingest(id)).toEqual({ row: false, points: false });
    writeFileSync(
      join(folder, 'request.json'),
      JSON.stringify({
        name: 'asked',
        experiment: 'e',
        command: ['python', 'x.py'],
        tags: { k: 'v' },
        note: 'n',
        createdAt: 42,
      }),
    );
    ingester.ingest(id);
    expect(run(id)).toMatchObject({
      status: 'queued',
      name: 'asked',
      experiment: 'e',
      command: '["python","x.py"]',
      source: 'launch',
      note: 'n',
      created_at: 42,
      started_at: null,
    });
    appendFileSync(log(id), line({ t: 1, meta: { name: 'renamed' } }));
    ingester.ingest(id);
    writeRun(project.root, { id, identity: { name: 'asked', startedAt: 77, tags: { k: 'v' } }, lines: [], exit: null });
    appendFileSync(log(id), line({ t: 1, meta: { name: 'renamed' } }));
    expect(ingester.ingest(id).row).toBe(true);
    expect(run(id)).toMatchObject({ status: 'running', name: 'renamed', started_at: 77 });
    expect(count('tags')).toBe(1);
  });

  it('disappears with its folder, and all that hangs on it', () => {
    const id = writeRun(project.root, { lines: [metric(0), { t: 1, p: { a: 1 } }] });
    ingester.ingest(id);
    rmSync(runFolder(project.root, id), { recursive: true });
    expect(ingester.ingest(id).row).toBe(true);
    expect(['runs', 'series', 'chunks', 'params', 'files'].map(count)).toEqual([0, 0, 0, 0, 0]);
  });

  it('takes back what people changed when they say null', () => {
    const id = writeRun(project.root, { identity: { name: 'given', experiment: 'e' } });
    const change = (meta: object): Record<string, unknown> => {
      appendFileSync(log(id), line({ t: 12.5, meta }));
      ingester.ingest(id);
      return run(id);
    };
    expect(change({ name: 'n', starred: true, color: '#1f77b4', deleted: true, experiment: 'f' })).toMatchObject({
      name: 'n',
      starred: 1,
      color: '#1f77b4',
      deleted_at: 12_500,
      experiment: 'f',
    });
    expect(change({ color: 'red; x', name: 7 })).toMatchObject({ color: null, name: 'given' });
    expect(change({ name: null, starred: null, deleted: null, experiment: null })).toMatchObject({
      name: 'given',
      starred: 0,
      deleted_at: null,
      experiment: 'e',
    });
  });
});

describe('a log that grows', () => {
  it('is read on from where it was, and a torn last line waits for its rest', () => {
    const id = writeRun(project.root, { lines: [metric(0)], exit: null });
    ingester.ingest(id);
    appendFileSync(log(id), '{"t":1,"s":1,');
    expect(ingester.ingest(id).points).toBe(false);
    appendFileSync(log(id), `"m":{"loss":1}}\n${line(metric(2))}`);
    expect(ingester.ingest(id).points).toBe(true);
    expect(steps(id)).toEqual([0, 1, 2]);
    expect(run(id).bad_lines).toBe(0);
  });

  it('loses only the torn line of a killed process, as the next writer begins with a line end', () => {
    const id = writeRun(project.root, { lines: [metric(0)], exit: null });
    appendFileSync(log(id), '{"t":1,"s":1,"m":{"lo');
    ingester.ingest(id);
    appendFileSync(log(id), `\n${line(metric(2))}`);
    ingester.ingest(id);
    expect(steps(id)).toEqual([0, 2]);
    expect(run(id).bad_lines).toBe(1);
  });

  it('keeps points whose clock went backwards in order of their steps', () => {
    const id = writeRun(project.root, {
      lines: [
        { t: 100, s: 0, m: { loss: 1 } },
        { t: 50, s: 1, m: { loss: 2 } },
      ],
    });
    ingester.ingest(id);
    expect(steps(id)).toEqual([0, 1]);
    expect(project.db.prepare('SELECT last, last_time, ordered FROM series').get()).toEqual({
      last: 2,
      last_time: 50,
      ordered: 1,
    });
  });

  it('that was cut or replaced is read anew, whole', () => {
    const id = writeRun(project.root, { lines: range(100).map((s) => metric(s)) });
    ingester.ingest(id);
    writeFileSync(log(id), line(metric(5)));
    ingester.ingest(id);
    expect(steps(id)).toEqual([5]);
    writeFileSync(
      `${log(id)}.new`,
      range(10)
        .map((s) => line(metric(s)))
        .join(''),
    );
    renameSync(`${log(id)}.new`, log(id));
    ingester.ingest(id);
    expect(steps(id)).toEqual(range(10));
    expect(run(id).status).toBe('finished');
  });

  it('may hold one line of 50 MB, which is passed over in pieces', () => {
    const id = writeRun(project.root, { lines: [metric(0)], exit: null });
    const block = 'x'.repeat(10_000_000);
    appendFileSync(log(id), `{"t":1,"note":"${block}`);
    ingester.ingest(id);
    for (let i = 0; i < 4; i++) appendFileSync(log(id), block);
    ingester.ingest(id);
    appendFileSync(log(id), `"}\n${line(metric(1))}`);
    const before = process.memoryUsage().arrayBuffers;
    ingester.ingest(id);
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(20_000_000);
    expect(steps(id)).toEqual([0, 1]);
    expect(run(id)).toMatchObject({ bad_lines: 1, note: '' });
  });

  it('takes a line of 5 MB', () => {
    const id = writeRun(project.root, { lines: [{ t: 1, note: 'y'.repeat(5_000_000) }, metric(1)] });
    ingester.ingest(id);
    expect(String(run(id).note).length).toBe(5_000_000);
    expect(steps(id)).toEqual([1]);
  });

  it('that nests without end is a bad line, and holds nothing else up', () => {
    const deep = `${'['.repeat(50_000)}${']'.repeat(50_000)}`;
    const id = writeRun(project.root, { lines: [metric(0)] });
    appendFileSync(log(id), `{"t":1,"p":{"deep":${deep},"lr":1},"sum":{"deep":${deep}}}\n${line(metric(1))}`);
    ingester.ingest(id);
    expect(steps(id)).toEqual([0, 1]);
    expect(run(id).bad_lines).toBe(1);
    expect(project.db.prepare('SELECT key FROM params').pluck().all()).toContain('lr');
    const other = newRunId();
    mkdirSync(runFolder(project.root, other), { recursive: true });
    writeFileSync(join(runFolder(project.root, other), 'run.json'), `{"name":"x","params":{"deep":${deep}}}`);
    ingester.ingest(other);
    expect(run(other)).toMatchObject({ identity: '{}' });
  });

  it('of binary garbage gives bad lines and nothing else', () => {
    const id = writeRun(project.root, { lines: [metric(0)] });
    const garbage = Buffer.from(Array.from({ length: 100_000 }, (_, i) => (i * 7919 + (i >> 3)) % 256));
    appendFileSync(log(id), garbage);
    appendFileSync(log(id), `\n${line(metric(1))}`);
    ingester.ingest(id);
    expect(steps(id)).toEqual([0, 1]);
    expect(run(id).bad_lines).toBeGreaterThan(100);
    expect(count('series')).toBe(1);
  });

  it('has the wrapper beside it', () => {
    const id = writeRun(project.root, { lines: [metric(0)] });
    appendFileSync(
      join(runFolder(project.root, id), 'system.ndjson'),
      line({ t: 1, s: 0, m: { 'system/cpu': 50, 'system/memory': 1e9 } }),
    );
    ingester.ingest(id);
    expect(steps(id, 'system/cpu')).toEqual([0]);
  });
});

describe('two at once on one index', () => {
  it('count every line exactly once', () => {
    const id = writeRun(project.root, { lines: [], exit: null });
    const other = openDb(indexFile(project.root));
    const second = createIngester(project.root, other);
    try {
      let written = 0;
      for (let round = 0; round < 30; round++) {
        const batch = range(50).map(() => line(metric(written++)));
        appendFileSync(log(id), batch.join(''));
        const [a, b] = round % 2 === 0 ? [ingester, second] : [second, ingester];
        a.ingest(id);
        b.ingest(id);
      }
      expect(steps(id)).toEqual(range(1500));
    } finally {
      other.close();
    }
  });
});
