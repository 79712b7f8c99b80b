import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { MessagePortMain, ParentPort } from 'electron';
import { afterEach, beforeEach, describe, expect, expectTypeOf, it } from 'vitest';
import { CHANNELS, type FromHost, type PortToMain, type PortToWindow } from '../../shared/platform.ts';
import { ARTIFACT_CSP, PAGE_CSP } from '../../shared/serving.ts';
import { type Paths, startDesktop } from './desktop.ts';
import { ContentsDouble, electronDouble } from './doubles.ts';

let root: string;
let paths: Paths;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'assay-app-'));
  paths = {
    preload: '/app/preload.cjs',
    page: join(root, 'page'),
    host: '/app/host.mjs',
    data: join(root, 'data'),
    node: '/app/node',
    resources: '/app/resources',
    logs: '/logs',
    licences: '/licences',
  };
  mkdirSync(join(paths.page, 'assets'), { recursive: true });
  writeFileSync(join(paths.page, 'index.html'), 'the page');
  writeFileSync(join(paths.page, 'assets', 'a.js'), 'code');
  writeFileSync(join(root, 'secret.txt'), 'secret');
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

async function started() {
  const electron = electronDouble();
  await startDesktop(electron.parts, paths);
  electron.hosts[0]!.events.emit('message', { type: 'ready' } satisfies FromHost);
  return electron;
}

const page = { senderFrame: { parent: null, url: 'assay://app/p/x/runs' } };

describe('start-up', () => {
  it('goes in the one safe order', async () => {
    const { calls } = await started();
    expect(calls).toEqual([
      'lock',
      'scheme assay',
      'sandbox',
      'ready',
      'permissions',
      'protocol assay',
      'host /app/host.mjs',
      'menu',
      'window',
    ]);
  });

  it('has done what must come before Electron is ready when the entry has been read, and the entry waits for nothing', async () => {
    const electron = electronDouble();
    electron.parts.app.whenReady = () => new Promise(() => undefined);
    void startDesktop(electron.parts, paths);
    expect(electron.calls).toEqual(['lock', 'scheme assay', 'sandbox']);
    // Electron's `ready` comes after the entry has been evaluated, so a wait in it would be one for ever (electron/electron#40719)
    expect(readFileSync('electron/main.ts', 'utf8')).not.toMatch(/^\s*await /m);
  });

  it('ends at once when Assay runs already, and the running one comes to the front', async () => {
    const second = electronDouble({ locked: true });
    await startDesktop(second.parts, paths);
    expect(second.calls).toEqual(['lock', 'quit']);
    const first = await started();
    first.app.emit('second-instance');
    expect(first.calls.slice(-2)).toEqual(['restore', 'focus']);
    expect(first.windows).toHaveLength(1);
  });

  it('opens a window without Node, sandboxed, shown when it has something to show, where it was last time', async () => {
    const { windows, parts } = await started();
    const window = windows[0]!;
    expect(window.options.webPreferences).toMatchObject({
      preload: '/app/preload.cjs',
      contextIsolation: true,
      sandbox: true,
      nodeIntegration: false,
      nodeIntegrationInWorker: false,
      nodeIntegrationInSubFrames: false,
      webviewTag: false,
      webSecurity: true,
    });
    expect(window.url).toBe('assay://app/');
    expect(window.shown).toBe(false);
    window.events.emit('ready-to-show');
    expect(window.shown).toBe(true);
    window.events.emit('close');
    const again = electronDouble();
    await startDesktop(again.parts, paths);
    expect(again.windows[0]!.options).toMatchObject({ x: 10, y: 20, width: 1000, height: 700 });
    expect(JSON.parse(readFileSync(join(paths.data, 'window.json'), 'utf8')).maximized).toBe(false);
    parts.screen.getAllDisplays = () => [];
  });

  it('forgets a place that is on no screen any more', async () => {
    mkdirSync(paths.data, { recursive: true });
    writeFileSync(join(paths.data, 'window.json'), '{"bounds":{"x":9000,"y":20,"width":1000,"height":700}}');
    const { windows } = await started();
    expect(windows[0]!.options.x).toBeUndefined();
    expect(windows[0]!.options.width).toBe(1440);
  });

  it('ends the host before the app', async () => {
    const { app, calls, hosts } = await started();
    let prevented = 0;
    const event = { preventDefault: () => prevented++ };
    app.emit('before-quit', event);
    expect(hosts[0]!.sent.at(-1)?.message).toEqual({ type: 'shutdown' });
    expect(calls).not.toContain('quit');
    hosts[0]!.events.emit('exit', 0);
    await expect.poll(() => calls.at(-1)).toBe('quit');
    app.emit('before-quit', event);
    expect([prevented, hosts.length]).toEqual([1, 1]);
  });
});

describe('the way to the host', () => {
  it('is handed to a page that asks, and again after a restart of the host', async () => {
    const { ipc, hosts } = await started();
    const sender = new ContentsDouble();
    ipc.emit(CHANNELS.connect, { ...page, sender });
    expect(sender.posted).toEqual([{ channel: CHANNELS.port, ports: [{ name: 'for the page' }] }]);
    expect(hosts[0]!.sent).toEqual([{ message: { type: 'connect' }, ports: [{ name: 'for the host' }] }]);
    hosts[0]!.events.emit('exit', 1);
    expect(sender.heard).toEqual([{ channel: CHANNELS.hostGone, argument: 500 }]);
    await expect.poll(() => hosts.length).toBe(2);
    hosts[1]!.events.emit('message', { type: 'ready' });
    expect(sender.posted).toHaveLength(2);
    expect(hosts[1]!.sent).toHaveLength(1);
    sender.emit('destroyed');
    hosts[1]!.events.emit('message', { type: 'ready' });
    expect(sender.posted).toHaveLength(2);
  });

  it('is for the page itself: not for a frame in it, another origin, or a frame that is gone', async () => {
    const { ipc, invoked } = await started();
    const sender = new ContentsDouble();
    const strangers = [
      { senderFrame: { parent: {}, url: 'assay://app/raw/p/r/report.html' } },
      { senderFrame: { parent: null, url: 'https://evil.example/' } },
      { senderFrame: { parent: null, url: 'assay://app.evil/' } },
      { senderFrame: null },
    ];
    for (const stranger of strangers) {
      ipc.emit(CHANNELS.connect, { ...stranger, sender });
      for (const [channel, answer] of invoked) {
        expect(() => answer({ ...stranger, sender } as never, 'https://example.org'), channel).toThrow('Not allowed');
      }
    }
    expect(sender.posted).toEqual([]);
  });

  it('fits what Electron calls a parent port and its ports', () => {
    expectTypeOf<ParentPort>().toExtend<PortToMain>();
    expectTypeOf<MessagePortMain>().toExtend<PortToWindow>();
  });
});

describe('what a page may ask of the shell', () => {
  it('opens only safe addresses, shows only files that are there', async () => {
    const { invoked, opened } = await started();
    const call = (channel: string, argument: unknown) => invoked.get(channel)!(page as never, argument);
    expect(await call(CHANNELS.openExternal, 'https://example.org/')).toBe(true);
    for (const bad of ['file:///etc/passwd', 'javascript:alert(1)', 'vscode://x', 'smb://x', '', 7]) {
      expect(await call(CHANNELS.openExternal, bad)).toBe(false);
    }
    await call(CHANNELS.showInFolder, join(root, 'secret.txt'));
    await call(CHANNELS.showInFolder, 'relative');
    await call(CHANNELS.showInFolder, join(root, 'nothing'));
    expect(opened).toEqual(['https://example.org/', join(root, 'secret.txt')]);
    expect(await call(CHANNELS.pickFolder, undefined)).toBe('/picked');
  });

  it('follows the theme and opens windows on routes of the app only', async () => {
    const { invoked, parts, windows } = await started();
    const call = (channel: string, argument: unknown) => invoked.get(channel)!(page as never, argument);
    await call(CHANNELS.setTheme, 'dark');
    await call(CHANNELS.setTheme, 'evil');
    expect(parts.nativeTheme.themeSource).toBe('dark');
    await call(CHANNELS.openWindow, '/p/x/runs');
    await call(CHANNELS.openWindow, '//evil.example');
    expect(windows.map((window) => window.url)).toEqual(['assay://app/', 'assay://app/p/x/runs']);
  });
});

describe('the ways out of a page', () => {
  it('are shut: windows, navigation, redirects, webviews', async () => {
    const { app, opened } = await started();
    const contents = new ContentsDouble();
    app.emit('web-contents-created', {}, contents);
    expect(contents.openHandler!({ url: 'https://example.org/' })).toEqual({ action: 'deny' });
    expect(contents.openHandler!({ url: 'file:///etc/passwd' })).toEqual({ action: 'deny' });
    expect(opened).toEqual(['https://example.org/']);
    const prevented = (name: string, event: object): boolean => {
      let was = false;
      contents.emit(name, { ...event, preventDefault: () => (was = true) });
      return was;
    };
    const go = (url: string, isMainFrame = true) => prevented('will-frame-navigate', { url, isMainFrame });
    for (const url of [
      'https://evil.example/',
      'file:///etc/passwd',
      'assay://app.evil/',
      'assay://other/',
      'data:text/html,x',
      'assay://app/raw/p/r/report.html',
    ]) {
      expect(go(url), url).toBe(true);
    }
    expect(go('assay://app/p/x/runs')).toBe(false);
    expect(go('assay://app/raw/p/r/report.html', false)).toBe(false);
    expect(go('assay://app/', false)).toBe(true);
    expect(go('https://evil.example/', false)).toBe(true);
    expect(prevented('will-redirect', { url: 'https://evil.example/' })).toBe(true);
    expect(prevented('will-attach-webview', {})).toBe(true);
  });

  it('has no permissions but copying and full screen, and those for the page alone', async () => {
    const { permissions } = await started();
    const ask = (permission: string, details: object): boolean => {
      let answer = false;
      (permissions.request as (...all: unknown[]) => void)(
        null,
        permission,
        (value: boolean) => (answer = value),
        details,
      );
      return answer;
    };
    const own = { isMainFrame: true, requestingUrl: 'assay://app/' };
    for (const permission of [
      'media',
      'geolocation',
      'notifications',
      'midi',
      'clipboard-read',
      'openExternal',
      'fileSystem',
      'hid',
    ]) {
      expect(ask(permission, own), permission).toBe(false);
    }
    expect(ask('clipboard-sanitized-write', own)).toBe(true);
    expect(ask('clipboard-sanitized-write', { isMainFrame: false, requestingUrl: 'assay://app/raw/p/r/x.html' })).toBe(
      false,
    );
    expect(ask('fullscreen', { isMainFrame: true, requestingUrl: 'https://evil.example/' })).toBe(false);
    expect((permissions.device as () => boolean)()).toBe(false);
  });
});

describe('the protocol', () => {
  it('serves the page under its policy, and routes as the page', async () => {
    const { found } = await started();
    const get = async (path: string) => found.protocol!(new Request(`assay://app${path}`));
    const answer = await get('/p/x/runs');
    expect(answer.headers.get('content-security-policy')).toBe(PAGE_CSP);
    expect(await answer.text()).toBe('the page');
    expect((await get('/assets/a.js')).headers.get('content-type')).toContain('text/javascript');
    expect((await get('/assets/gone.js')).status).toBe(404);
    expect((await found.protocol!(new Request('assay://other/'))).status).toBe(403);
    expect((await found.protocol!(new Request('assay://app/', { method: 'POST' }))).status).toBe(403);
  });

  it('gives nothing from outside the folder of the page', async () => {
    const { found } = await started();
    symlinkSync(join(root, 'secret.txt'), join(paths.page, 'link.txt'));
    for (const path of [
      '/../secret.txt',
      '/..%2fsecret.txt',
      '/%2e%2e%2fsecret.txt',
      '/%252e%252e%252fsecret.txt',
      '/..%5csecret.txt',
      '/link.txt',
      '/%00',
      '/%',
      `/${encodeURIComponent(join(root, 'secret.txt'))}`,
    ]) {
      expect(await (await found.protocol!(new Request(`assay://app${path}`))).text(), path).not.toContain('secret');
    }
  });

  it('serves artifacts from where the host says, sandboxed, in ranges', async () => {
    const { found, hosts } = await started();
    const file = join(root, 'report.html');
    writeFileSync(file, '0123456789');
    const get = async (path: string, headers = {}) => {
      const answer = found.protocol!(new Request(`assay://app${path}`, { headers }));
      const asked = hosts[0]!.sent.at(-1)?.message as { id: number } | undefined;
      hosts[0]!.events.emit('message', {
        type: 'artifact',
        id: asked?.id ?? -1,
        found: { path: file, mediaType: 'text/html', size: 10 },
        status: 200,
        message: '',
      });
      return answer;
    };
    const whole = await get('/raw/p/r/report.html');
    expect(whole.headers.get('content-security-policy')).toBe(ARTIFACT_CSP);
    expect(await whole.text()).toBe('0123456789');
    const part = await get('/raw/p/r/report.html', { range: 'bytes=2-4' });
    expect([part.status, part.headers.get('content-range'), await part.text()]).toEqual([206, 'bytes 2-4/10', '234']);
    const data = await get('/data/p/feature%2Fx/report.html?thumb=200', { range: 'bytes=8-' });
    expect([data.status, await data.text(), data.headers.get('content-security-policy')]).toEqual([
      206,
      '89',
      ARTIFACT_CSP,
    ]);
    expect(hosts[0]!.sent.at(-1)?.message).toMatchObject({
      address: { kind: 'data', project: 'p', rev: 'feature/x', path: 'report.html', thumb: 256 },
    });
    expect(await (await get('/diff/p/d/heat/a.png')).text()).toBe('0123456789');
    for (const path of ['/raw/p/r/..%2fsecret.txt', '/data/p/~/..%2fsecret.txt', '/diff/p/d/before/..%2fsecret.txt'])
      expect((await get(path)).status, path).toBe(400);
    expect((await get('/raw/p/r/report.html', { range: 'bytes=99-' })).status).toBe(416);
  });
});
