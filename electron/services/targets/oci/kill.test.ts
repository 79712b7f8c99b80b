import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { noMounts, onSmallDisk, withSmallFiles } from '../../../acceptance/confined.ts';
import { createHandler } from '../../../http/oci-registry/handler.ts';
import { type LocalRegistry, startRegistry } from '../../../http/oci-registry/start.ts';
import { selfSigned } from '../../../testing/certificate.ts';
import { LARGE, PIECE } from '../../../testing/oci-run.ts';
import { outgoingVersion } from '../../../testing/outgoing-version.ts';
import { mayPass } from '../../remotes/problems.ts';
import type { Driver } from '../driver.ts';
import { openOci } from './oci.ts';

const { signal } = new AbortController();
const work = { signal, onBytes: () => {} };
let folder: string;
let registry: LocalRegistry | null = null;
let driver: Driver;
const children: ChildProcess[] = [];
const seen: string[] = [];
let onRequest: (line: string) => void = () => {};

const openAt = (host: string, ca?: string): Driver =>
  openOci(
    { type: 'oci', url: `${host}/team`, ...(ca === undefined ? {} : { ca }) },
    { root: folder, name: 'hub', secret: null },
    { piece: PIECE },
  );

async function begin(): Promise<string> {
  registry = await startRegistry({ folder: join(folder, 'registry') }, (handler) => async (request, response) => {
    const line = `${request.method} ${request.url}`;
    seen.push(line);
    onRequest(line);
    await handler(request, response);
  });
  driver = openAt(registry.host);
  return registry.host;
}

/** Runs testing/oci-run.ts, perhaps where there is little room. */
function run(what: 'push' | 'pull', host: string, at: string, around: readonly string[] = []) {
  const words = [...around, process.execPath, resolve('electron/testing/oci-run.ts'), what, host, at];
  const child = spawn(words[0]!, words.slice(1), { stdio: ['ignore', 'ignore', 'pipe'] });
  children.push(child);
  let stderr = '';
  child.stderr.on('data', (text) => {
    stderr += text;
  });
  const ended = new Promise<{ code: number | null; stderr: string }>((done) =>
    child.on('close', (code) => done({ code, stderr })),
  );
  return { child, ended };
}

const rejected = (promise: Promise<unknown>) =>
  promise.then(
    () => expect.unreachable('it should have been refused'),
    (error) => error as Error & { code: string },
  );
const patches = (): number => seen.filter((line) => line.startsWith('PATCH')).length;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'assay-oci-kill-'));
  seen.length = 0;
  onRequest = () => {};
});
afterEach(async () => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
  await driver.close();
  await registry?.close();
  registry = null;
  rmSync(folder, { recursive: true, force: true });
});

describe('kill -9', () => {
  it('of the pushing process shows nothing, and the next push goes on where it was', async () => {
    const host = await begin();
    const first = run('push', host, folder);
    onRequest = (line) => {
      if (line.startsWith('PATCH') && patches() === 5) first.child.kill('SIGKILL');
    };
    await first.ended;
    onRequest = () => {};
    expect(patches()).toBe(5);
    expect((await driver.remote('churn', signal)).versions).toEqual([]);
    expect(await run('push', host, folder).ended).toEqual({ code: 0, stderr: '' });
    expect(patches()).toBeLessThanOrEqual(5 + 4);
    expect((await driver.remote('churn', signal)).versions).toEqual(['1.0.0']);
  });

  it('of the registry leaves nothing half there; a repeat finishes when it is back', async () => {
    const store = join(folder, 'store');
    const start = async (port: string): Promise<{ child: ChildProcess; host: string }> => {
      const child = spawn(process.execPath, ['bin/assay.mjs', 'registry', '--folder', store, '--port', port], {
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      children.push(child);
      const host = await new Promise<string>((done) =>
        child.stdout!.on('data', (text) => {
          const at = /Registry on (\S+),/.exec(String(text))?.[1];
          if (at) done(at);
        }),
      );
      return { child, host };
    };
    const one = await start('0');
    driver = openAt(one.host);
    const version = outgoingVersion(folder, LARGE);
    let sent = 0;
    const error = await rejected(
      driver.push(version, {
        signal,
        onBytes: (count) => {
          sent += count;
          if (sent > 4.5 * PIECE) one.child.kill('SIGKILL');
        },
      }),
    );
    expect(mayPass(error)).toBe(true);
    const two = await start(one.host.split(':')[1]!);
    expect((await driver.remote('churn', signal)).versions).toEqual([]);
    await driver.verify(version, await driver.push(version, work), work);
    expect(readdirSync(version.resume)).toEqual([]);
    two.child.kill('SIGKILL');
  });
});

describe('a pull', () => {
  it('says that the disk is full', async () => {
    const host = await begin();
    await driver.push(outgoingVersion(folder, LARGE), work);
    const one = join(folder, 'one');
    mkdirSync(one);
    const large = await run('pull', host, one, withSmallFiles(2048)).ended;
    expect(large).toMatchObject({ code: 1, stderr: expect.stringMatching(/Could not write .*larger than the system/) });
    if (noMounts() !== null) return;
    const small = join(folder, 'small');
    mkdirSync(small);
    const full = await run('pull', host, small, onSmallDisk(small, 4)).ended;
    expect(full).toMatchObject({ code: 1, stderr: expect.stringContaining('Free some space') });
  });
});

describe('a certificate', () => {
  it('that nobody vouches for is refused with what to do, and trusted with its authority', async () => {
    const tls = selfSigned();
    writeFileSync(join(folder, 'ca.pem'), tls.cert);
    mkdirSync(join(folder, 'registry'));
    const handler = createHandler({ folder: join(folder, 'registry') });
    const server: Server = createServer(tls, (request, response) => void handler(request, response));
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    const host = `https://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const version = outgoingVersion(folder, { 'model.onnx': 'w' });
    try {
      driver = openAt(host);
      const error = await rejected(driver.push(version, work));
      expect(error.message).toMatch(/certificate of 127.*ca of the target/);
      expect(mayPass(error)).toBe(false);
      await driver.close();
      driver = openAt(host, 'ca.pem');
      await driver.verify(version, await driver.push(version, work), work);
    } finally {
      server.closeAllConnections();
      server.close();
    }
  });
});
