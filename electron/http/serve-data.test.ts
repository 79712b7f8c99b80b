import { symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ARTIFACT_CSP } from '../../shared/serving.ts';
import { silentLog } from '../platform/log.ts';
import { type Serving, serve } from './serve.ts';
import { type Answer, askExactly, makePlace, type Place, smallServices } from './testing.ts';

let place: Place;
let serving: Serving;

beforeEach(async () => {
  place = makePlace();
  serving = await serve({
    services: smallServices(place.artifacts, { 'report.html': 'text/html', 'code.js': 'text/javascript' }),
    dataFolder: place.data,
    staticFolder: place.page,
    log: silentLog,
    port: 0,
  });
});
afterEach(async () => {
  await serving.close();
  place.dispose();
});

const ask = (target: string, headers: Record<string, string> = {}, method = 'GET'): Promise<Answer> =>
  askExactly(serving.port, target, headers, method);

async function signIn(): Promise<string> {
  const link = serving.link();
  const { headers } = await ask(link.slice(link.indexOf('/', 'http://'.length)));
  return headers['set-cookie']![0]!.split(';')[0]!;
}

describe('data and diffs', () => {
  const places = ['/data/p/~/', '/data/p/feature%2Fx/', '/diff/p/d/before/', '/diff/p/d/after/'];
  beforeEach(() => {
    writeFileSync(join(place.artifacts, 'a.bin'), '0123456789');
    writeFileSync(join(place.artifacts, 'code.js'), 'alert(1)');
    writeFileSync(join(place.artifacts, 'report.html'), '<script>document.title = 1</script>');
  });

  it('are let out like artifacts: with a session, in ranges, as downloads, and to nothing that runs', async () => {
    const cookie = await signIn();
    for (const at of places) {
      expect((await ask(`${at}a.bin`)).status, at).toBe(401);
      expect(await ask(`${at}a.bin`, { cookie, range: 'bytes=2-4' }), at).toMatchObject({ status: 206, body: '234' });
      const kept = await ask(`${at}a.bin?download`, { cookie });
      expect(kept.headers['content-disposition'], at).toContain('attachment; filename="a.bin"');
      for (const name of ['code.js', 'report.html'])
        expect((await ask(at + name, { cookie })).headers['content-security-policy'], at).toBe(ARTIFACT_CSP);
      expect((await ask(`${at}code.js`, { cookie })).headers['content-type'], at).toBe('text/plain; charset=utf-8');
      for (const dest of ['script', 'style', 'worker', 'serviceworker'])
        expect((await ask(`${at}code.js`, { cookie, 'sec-fetch-dest': dest })).status, at).toBe(403);
      expect((await ask(`${at}a.bin`, { cookie, 'sec-fetch-site': 'cross-site' })).status, at).toBe(403);
      expect((await ask(`${at}a.bin`, { cookie, origin: 'null' }, 'POST')).status, at).toBe(403);
      // a token there would be one that an embedded picture could spend
      expect((await ask(`${at}a.bin?token=x`, { cookie })).status, at).toBe(200);
    }
  });

  it('are not sent again to who has them', async () => {
    const cookie = await signIn();
    const first = await ask('/data/p/~/a.bin', { cookie });
    expect(first.headers).toMatchObject({ etag: '"a.bin"', 'cache-control': 'private, no-cache' });
    const again = await ask('/data/p/~/a.bin', { cookie, 'if-none-match': '"a.bin"' });
    expect(again).toMatchObject({ status: 304, body: '' });
    expect(again.headers['content-length']).toBeUndefined();
  });

  it('stay inside', async () => {
    const cookie = await signIn();
    symlinkSync(join(place.root, 'secret.txt'), join(place.artifacts, 'link'));
    const ways = [
      '..%2fsecret.txt',
      '../secret.txt',
      '..%5csecret.txt',
      '%252e%252e%252fsecret.txt',
      'link',
      'a%00',
      '%',
      'x//a.bin',
      'a.bin?thumb=x',
    ];
    for (const at of places)
      for (const way of ways) {
        const { status, body } = await ask(at + way, { cookie });
        expect(body, at + way).not.toBe('secret');
        if (!way.startsWith('../')) expect([400, 404], at + way).toContain(status);
      }
    expect((await ask('/diff/p/d/sideways/a.bin', { cookie })).status).toBe(400);
    expect((await ask('/data/other/~/a.bin', { cookie })).status).toBe(404);
  });
});
