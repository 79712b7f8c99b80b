import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { type Headless, readFlags, startHeadless } from './headless.ts';

let root: string;
let started: Headless[];
let lines: string[];

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'assay-headless-'));
  mkdirSync(join(root, 'page'));
  mkdirSync(join(root, 'a project'));
  writeFileSync(join(root, 'page', 'index.html'), 'the page');
  vi.stubEnv('ASSAY_EXAMPLE', 'none');
  started = [];
  lines = [];
});
afterEach(async () => {
  for (const one of started) await one.close();
  vi.unstubAllEnvs();
  rmSync(root, { recursive: true, force: true });
});

async function start(options: Parameters<typeof startHeadless>[0] = {}): Promise<Headless> {
  const place = {
    dataFolder: join(root, 'data'),
    staticFolder: join(root, 'page'),
    print: (line: string) => void lines.push(line),
  };
  const one = await startHeadless({ port: 0, ...place, ...options });
  started.push(one);
  return one;
}

/** Opens a link as a browser does: takes the cookie and follows. Returns the address it ends at and what is there. */
async function visit(link: string): Promise<{ path: string; text: string }> {
  const answer = await fetch(link, { redirect: 'manual' });
  const cookie = answer.headers.getSetCookie()[0]?.split(';')[0] ?? '';
  const path = answer.headers.get('location') ?? '';
  const page = await fetch(new URL(path, link), { headers: { cookie } });
  return { path, text: await page.text() };
}

it('serves the app within a second and prints a link that lets a browser in', async () => {
  const before = performance.now();
  const { url } = await start();
  expect(await visit(url)).toEqual({ path: '/', text: 'the page' });
  expect(performance.now() - before).toBeLessThan(1000);
  expect(lines.join('\n')).toContain(url);
});

it('leads to the project it was started for', async () => {
  const { url } = await start({ project: join(root, 'a project') });
  expect((await visit(url)).path).toMatch(/^\/p\/[\w-]+\/runs$/);
});

it('gives a fresh link to the server that runs already instead of starting another', async () => {
  const first = await start();
  const second = await start({ port: first.port });
  expect(second.port).toBe(first.port);
  expect(second.url).not.toBe(first.url);
  await second.closed;
  expect((await visit(second.url)).text).toBe('the page');
  const third = await start({ port: first.port, project: join(root, 'a project') });
  expect((await visit(third.url)).path).toMatch(/^\/p\/[\w-]+\/runs$/);
  await expect(start({ port: first.port, project: join(root, 'nothing') })).rejects.toThrow();
});

it('ends by itself on SIGTERM', async () => {
  const { url, closed } = await start();
  process.emit('SIGTERM');
  await closed;
  await expect(fetch(url)).rejects.toThrow();
});

it('warns when other machines can reach it', async () => {
  await start({ host: '0.0.0.0' });
  expect(lines.join('\n')).toMatch(/Warning: listening on 0\.0\.0\.0, so other machines can reach Assay/);
});

it('reads its flags', () => {
  expect(
    readFlags([
      '--port',
      '4000',
      '--host',
      '::1',
      '--no-open',
      '--project',
      'x',
      '--allow-host',
      'a',
      '--allow-host',
      'b',
    ]),
  ).toEqual({
    port: 4000,
    host: '::1',
    open: false,
    project: 'x',
    allowHosts: ['a', 'b'],
  });
  expect(readFlags([])).toEqual({ open: true, project: null, allowHosts: [] });
  expect(() => readFlags(['--port', 'x'])).toThrow('A port is a number');
  expect(() => readFlags(['--wrong'])).toThrow();
});
