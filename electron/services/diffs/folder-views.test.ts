import { createHash } from 'node:crypto';
import { appendFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { EntriesQuery } from '../../../shared/contract/diffs.ts';
import { systemClock } from '../../platform/clock.ts';
import { silentLog } from '../../platform/log.ts';
import { draw, type Shape, sharpOf, withPatch } from '../../testing/draw-image.ts';
import { createEvents } from '../events.ts';
import { createJobs } from '../jobs/service.ts';
import { openHashCache } from '../media/hash-cache.ts';
import { diffLocatedFolders, type LocatedFolder } from './folder.ts';
import { createFolderViews } from './folder-views.ts';
import type { OpenDiff } from './service.ts';

let root: string;
let open: OpenDiff;
let opened = 0;
const events = createEvents();
const on = { project: 'p', id: 'd' };
const jobsIn = (folder: string) => createJobs({ folder, events, log: silentLog, clock: systemClock });
let jobs: ReturnType<typeof jobsIn>;
let views: ReturnType<typeof createFolderViews>;

const png = (shape: Shape, seed: number): Promise<Buffer> =>
  sharpOf(draw(shape, seed, 64))
    .png()
    .toBuffer();

/** A version: every file is an object of the cache under its hash. */
function version(files: Record<string, Buffer>): LocatedFolder {
  const located = Object.entries(files).map(([relpath, bytes]) => {
    const md5 = createHash('md5').update(bytes).digest('hex');
    const file = join(root, '.dvc/cache/files/md5', md5.slice(0, 2), md5.slice(2));
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, bytes);
    return { relpath, md5, size: bytes.length, file };
  });
  return {
    kind: 'folder',
    name: 'imgs',
    label: 'v',
    hash: null,
    size: null,
    commit: { id: 'c', at: 0, author: 'a', message: 'm' },
    files: located,
  };
}

beforeAll(async () => {
  root = mkdtempSync(join(tmpdir(), 'assay-views-'));
  const before = version({
    'train/a.png': await png('circle', 1),
    'train/b.png': await png('circle', 2),
    'train/old name.png': await png('circle', 3),
    'train/gone.png': await png('square', 4),
    'val/same.png': await png('square', 5),
    'labels.csv': Buffer.from('one'),
  });
  const after = version({
    'train/a.png': await png('circle', 1),
    'train/b.png': await sharpOf(withPatch(draw('circle', 2, 64), 1))
      .png()
      .toBuffer(),
    'val/new name.png': await png('circle', 3),
    'train/again.jpg': await sharpOf(draw('square', 4, 64))
      .resize(50, 50)
      .jpeg({ quality: 85 })
      .toBuffer(),
    'train/torn.png': (await png('triangle', 9)).subarray(0, 100),
    'val/same.png': await png('square', 5),
    'labels.csv': Buffer.from('three'),
  });
  const diff = await diffLocatedFolders(before, after, {});
  open = { before, after, diff, settings: { key: [], tolerance: {}, text: false } };
  jobs = jobsIn(root);
  views = createFolderViews({
    projects: { get: () => ({ root }) },
    openDiff: async () => {
      opened++;
      return open;
    },
    jobs,
    events,
  });
});
afterAll(async () => {
  await jobs.dispose();
  rmSync(root, { recursive: true, force: true });
});

const entries = (query: Omit<EntriesQuery, 'project' | 'id'> = {}) =>
  views.entries(EntriesQuery.parse({ ...on, ...query }) as Required<EntriesQuery>);
const pathsOf = async (query?: Omit<EntriesQuery, 'project' | 'id'>): Promise<string[]> =>
  (await entries(query)).entries.map(({ path }) => path);

describe('the tree', () => {
  it('adds up what is below each folder, the most changed bytes first', async () => {
    const top = await views.tree({ ...on, prefix: '', depth: 1 });
    expect(top.map(({ name }) => name)).toEqual(['train', 'labels.csv', 'val']);
    const [train, labels, val] = top;
    expect(train).toMatchObject({
      path: 'train',
      folder: true,
      status: null,
      files: { added: 2, removed: 1, changed: 1, renamed: 0, unchanged: 1 },
    });
    expect(val).toMatchObject({
      files: { added: 0, removed: 0, changed: 0, renamed: 1, unchanged: 1 },
      bytesChanged: 0,
    });
    expect(labels).toMatchObject({ folder: false, status: 'changed', bytesBefore: 3, bytesAfter: 5, bytesChanged: 5 });
    const sizes = Object.fromEntries(
      [...(open.before.kind === 'folder' ? open.before.files : [])].map((one) => [one.relpath, one.size!]),
    );
    expect(train!.bytesBefore).toBe(sizes['train/a.png']! + sizes['train/b.png']! + sizes['train/gone.png']!);
  });

  it('gives several levels at once, and nothing for a folder that is not there', async () => {
    const all = await views.tree({ ...on, prefix: '', depth: 3 });
    expect(all.map(({ path }) => path)).toEqual(
      expect.arrayContaining(['train', 'train/b.png', 'val/same.png', 'val/new name.png']),
    );
    expect(all.find(({ path }) => path === 'val/new name.png')).toMatchObject({
      status: 'renamed',
      renamedFrom: 'train/old name.png',
    });
    const below = await views.tree({ ...on, prefix: 'train/', depth: 1 });
    expect(below.map(({ path }) => path)).toHaveLength(5);
    const deep = all.filter(({ path }) => path.startsWith('train/'));
    expect(all.find(({ path }) => path === 'train')!.bytesChanged).toBe(
      deep.reduce((sum, one) => sum + one.bytesChanged, 0),
    );
    expect(await views.tree({ ...on, prefix: 'nowhere', depth: 1 })).toEqual([]);
  });
});

describe('entries', () => {
  it('come in pages, by status, folder, name, kind and size', async () => {
    expect(await pathsOf()).toEqual([
      'labels.csv',
      'train/again.jpg',
      'train/b.png',
      'train/gone.png',
      'train/torn.png',
      'val/new name.png',
    ]);
    expect(await entries({ offset: 1, limit: 2 })).toMatchObject({
      total: 6,
      entries: [{ path: 'train/again.jpg' }, { path: 'train/b.png' }],
    });
    expect(await pathsOf({ statuses: ['unchanged'] })).toEqual(['train/a.png', 'val/same.png']);
    expect(await pathsOf({ statuses: ['unchanged', 'renamed'] })).toEqual([
      'train/a.png',
      'val/new name.png',
      'val/same.png',
    ]);
    // what was moved away is found in both places
    expect(await pathsOf({ prefix: 'train', statuses: ['renamed', 'removed'] })).toEqual([
      'train/gone.png',
      'val/new name.png',
    ]);
    expect(await pathsOf({ search: 'OLD name' })).toEqual(['val/new name.png']);
    expect(await pathsOf({ only: 'images', statuses: ['changed'] })).toEqual(['train/b.png']);
    expect((await pathsOf({ sort: 'bytes' })).at(-1)).toBe('labels.csv');
    expect(await pathsOf({ prefix: 'trai' })).toEqual([]);
  });

  it('are indexed once, and whether the data is still the same is not looked at for each page', async () => {
    const times = opened;
    await Promise.all([entries(), entries(), views.tree({ ...on, prefix: '', depth: 1 })]);
    expect(opened - times).toBeLessThanOrEqual(1);
  });
});

it('finds an image again that was made smaller and called otherwise', async () => {
  expect(views.similar(on)).toEqual({ done: false, pairs: [] });
  const [{ job }, other] = await Promise.all([views.findSimilar(on), views.findSimilar(on)]);
  expect([other.job, (await views.findSimilar(on)).job]).toEqual([job, job]);
  for await (const one of jobs.watch(job))
    if (one.state !== 'running') expect(one).toMatchObject({ state: 'done', done: 7, total: 7 });
  const { done, pairs } = views.similar(on);
  expect(done).toBe(true);
  expect(pairs[0]).toMatchObject({ before: 'train/gone.png', after: 'train/again.jpg' });
  expect(pairs[0]!.distance).toBeLessThanOrEqual(6);
  // neither a changed image with itself nor a renamed one with its former self
  expect(pairs.filter(({ before, after }) => before === after || after === 'val/new name.png')).toEqual([]);
  const kept = readFileSync(join(root, '.assay/cache/image-hashes'), 'utf8');
  expect(kept.split('\n').filter((line) => /^[0-9a-f]{32} ([0-9a-f]{16}|-)$/.test(line)).length).toBe(6);
});

it('tells one image in detail, whichever sides it is on', async () => {
  expect(await views.image({ ...on, path: 'train/b.png' })).toMatchObject({
    verdict: 'changed',
    before: { width: 64 },
    after: { width: 64 },
    pixels: { compared: 4096 },
  });
  expect(await views.image({ ...on, path: 'train/again.jpg' })).toMatchObject({
    before: null,
    after: { format: 'jpeg', width: 50 },
  });
  expect(await views.image({ ...on, path: 'train/gone.png' })).toMatchObject({ before: { width: 64 }, after: null });
  expect(await views.image({ ...on, path: 'val/new name.png' })).toMatchObject({ verdict: 'identical' });
  expect(await views.image({ ...on, path: 'val/same.png' })).toMatchObject({ verdict: 'identical' });
  expect((await views.image({ ...on, path: 'train/torn.png' })).findings).toMatchObject([
    { code: 'image_damaged', side: 'after' },
  ]);
  for (const path of ['nowhere.png', '', '../secret', 'train'])
    await expect(views.image({ ...on, path }), path).rejects.toMatchObject({ code: 'NOT_FOUND' });
});

it('remembers perceptual hashes over restarts, and passes over torn lines', () => {
  const path = join(root, 'hashes');
  const [a, b, c] = ['a', 'b', 'c'].map((digit) => digit.repeat(32)) as [string, string, string];
  const first = openHashCache(path);
  first.put(a, '0123456789abcdef');
  first.put(b, null);
  first.save();
  appendFileSync(path, `${c} 0123`);
  const second = openHashCache(path);
  expect([second.get(a), second.get(b), second.get(c)]).toEqual(['0123456789abcdef', null, undefined]);
  second.put(c, 'f'.repeat(16));
  second.save();
  expect(openHashCache(path).get(c)).toBe('f'.repeat(16));
  writeFileSync(path, `assay-phash-0\n${a} 0000000000000000\n`);
  expect(openHashCache(path).get(a)).toBeUndefined();
});
