import { createHash, randomBytes } from 'node:crypto';
import { existsSync, globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, afterEach, beforeEach, expect, it } from 'vitest';
import { silentLog } from '../../platform/log.ts';
import { type ObjectServer, startObjectServer } from '../../testing/object-server.ts';
import { createGit } from '../git/service.ts';
import { initRepo } from './config.ts';
import { createDatasets } from './service.ts';

const git = createGit({ log: silentLog });
let root: string;
let server: ObjectServer;
const datasets = createDatasets({ projects: { get: () => ({ root }) }, git });

const put = (path: string, content: string | Buffer): void => {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), content);
};
const read = (path: string): string => readFileSync(join(root, path), 'utf8');
const md5 = (content: string | Buffer): string => createHash('md5').update(content).digest('hex');
const keyOf = (hash: string): string => `store/files/md5/${hash.slice(0, 2)}/${hash.slice(2)}`;
const input = (...paths: string[]) => ({ project: 'p', paths: paths.map((path) => join(root, path)) });
const forget = (...paths: string[]): void => {
  for (const path of ['.dvc/cache', ...paths]) rmSync(join(root, path), { recursive: true, force: true });
};
const written = (): string[] => server.seen.filter(({ method }) => method === 'PUT').map(({ path }) => path);

beforeEach(async () => {
  root = mkdtempSync(join(tmpdir(), 'assay-transfer-'));
  server = await startObjectServer();
  initRepo(root, false);
  writeFileSync(
    join(root, '.dvc/config'),
    `[core]\n    no_scm = True\n    remote = far\n['remote "far"']\n    url = ${server.url}/store\n    method = PUT\n`,
  );
});
afterEach(async () => {
  await server.close();
  rmSync(root, { recursive: true, force: true });
});
afterAll(async () => {
  await datasets.dispose();
  await git.dispose();
});

it('pushes to a server and pulls from it, several datasets at once, with progress in bytes', async () => {
  for (let i = 0; i < 30; i++) put(`many/${i}`, `file ${i}`);
  put('one', 'single');
  put('empty', '');
  await datasets.add(input('many', 'one', 'empty'));
  const seen: { done: number; total: number; unit: string }[] = [];
  const pushed = await datasets.push(input(), { onProgress: (progress) => void seen.push(progress) });
  expect(pushed).toMatchObject([{ remote: 'far', files: 33 }]);
  const last = seen.filter(({ unit }) => unit === 'bytes').at(-1)!;
  expect(last.done).toBe(last.total);
  expect(await datasets.push(input())).toMatchObject([{ files: 0, bytes: 0 }]);
  forget('many', 'one', 'empty');
  expect((await datasets.pull(input(), { jobs: 3 })).fetched).toMatchObject([{ files: 33 }]);
  expect([read('many/7'), read('one'), read('empty')]).toEqual(['file 7', 'single', '']);
  expect(globSync(join(root, '.dvc/cache/assay-tmp/*'))).toEqual([]);
});

it('sends the list of a folder last, and not at all when one of its files did not arrive', async () => {
  for (let i = 0; i < 10; i++) put(`d/${i}`, `file ${i}`);
  const [added] = await datasets.add(input('d'));
  const unlucky = keyOf(md5('file 7'));
  server.behave = (request, response, path) => {
    if (request.method !== 'PUT' || path !== unlucky) return false;
    request.resume();
    response.writeHead(507).end();
    return true;
  };
  await expect(datasets.push(input('d'))).rejects.toThrow(/is full \(507\)/);
  expect(written()).not.toContain(keyOf(added!.hash));
  server.behave = null;
  await datasets.push(input('d'));
  expect(written().at(-1)).toBe(keyOf(added!.hash));
});

it('does not push what is damaged in the cache, pushes everything else, and says so', async () => {
  put('d/good', 'good');
  put('d/bad', 'bad');
  put('e', 'other');
  const [added] = await datasets.add(input('d', 'e'));
  const object = join(root, '.dvc/cache/files/md5', md5('bad').slice(0, 2), md5('bad').slice(2));
  rmSync(object);
  writeFileSync(object, 'BAD');
  await expect(datasets.push(input())).rejects.toThrow(/1 of the objects of d in the cache are damaged/);
  expect([...server.objects.keys()].sort()).toEqual([keyOf(md5('good')), keyOf(md5('other'))].sort());
  expect(existsSync(object)).toBe(false);
  await datasets.add(input('d'));
  await datasets.push(input());
  expect(server.objects.has(keyOf(added!.hash))).toBe(true);
});

it('sends an object again that is there in another size', async () => {
  put('one', 'whole');
  await datasets.add(input('one'));
  server.objects.set(keyOf(md5('whole')), Buffer.from('wh'));
  expect(await datasets.push(input())).toMatchObject([{ files: 1 }]);
  expect(server.objects.get(keyOf(md5('whole')))!.toString()).toBe('whole');
});

it('fetches and puts in place a part of a folder, and leaves the rest of it alone', async () => {
  const files = ['img/cats/1', 'img/cats/deep/2', 'img/catsup', 'img/dogs/3'];
  for (const path of files) put(path, path);
  await datasets.add(input('img'));
  await datasets.push(input());
  forget('img');
  const { fetched, checkedOut } = await datasets.pull(input('img/cats'));
  // the list and two files
  expect(fetched).toMatchObject([{ files: 3 }]);
  expect(checkedOut).toMatchObject([{ path: 'img', written: 2, removed: 0 }]);
  expect(files.filter((path) => existsSync(join(root, path)))).toEqual(files.slice(0, 2));
  // what is there of the rest is neither removed nor overwritten
  put('img/dogs/3', 'mine');
  put('img/dogs/new', 'mine too');
  put('img/cats/extra', 'goes');
  await datasets.add(input('img/cats/extra')).catch(() => {});
  await expect(datasets.pull(input('img/cats', 'img/catsup'))).rejects.toThrow(/no version holds \(cats\/extra\)/);
  rmSync(join(root, 'img/cats/extra'));
  await datasets.pull(input('img/cats', 'img/catsup'));
  expect([read('img/catsup'), read('img/dogs/3'), read('img/dogs/new')]).toEqual(['img/catsup', 'mine', 'mine too']);
  await expect(datasets.pull(input('img/birds'))).rejects.toThrow(/has no birds/);
  expect(await datasets.fetch(input('img'))).toMatchObject([{ files: 1 }]);
});

it('can be cancelled at any time, and goes on the next time', async () => {
  const big = randomBytes(3_000_000);
  put('big', big);
  await datasets.add(input('big'));
  await datasets.push(input());
  forget('big');
  const stop = new AbortController();
  server.behave = (request, response) => {
    if (request.method !== 'GET') return false;
    server.behave = null;
    response.writeHead(200, { 'content-length': big.length });
    response.write(big.subarray(0, 1_000_000));
    return true;
  };
  const onProgress = ({ done }: { done: number }): void => {
    if (done > 0) stop.abort();
  };
  await expect(datasets.pull(input(), { signal: stop.signal, onProgress })).rejects.toMatchObject({
    code: 'CANCELLED',
  });
  expect(existsSync(join(root, 'big'))).toBe(false);
  await datasets.pull(input());
  expect(server.seen.at(-1)!.range).toMatch(/^bytes=[1-9]/);
  expect(readFileSync(join(root, 'big')).equals(big)).toBe(true);
});

it('names the remote that it cannot reach, and one that asks too much', async () => {
  put('one', 'x');
  await datasets.add(input('one'));
  const configure = (url: string, more = ''): void =>
    writeFileSync(join(root, '.dvc/config'), `[core]\n    no_scm = True\n['remote "far"']\n    url = ${url}\n${more}`);
  configure('gs://bucket/x');
  await expect(datasets.push(input())).rejects.toThrow(/gs:\/\/bucket\/x.*"dvc push"/);
  configure('https://');
  await expect(datasets.push(input())).rejects.toThrow(/url of the remote "far" is no address/);
  configure(server.url, '    auth = digest\n');
  await expect(datasets.push(input())).rejects.toThrow(/digest/);
});
