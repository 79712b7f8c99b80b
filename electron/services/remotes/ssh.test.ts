import { createHash, randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import ssh2, { type Connection, type SFTPWrapper } from 'ssh2';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { download, upload } from './engine.ts';
import { openSsh } from './ssh.ts';
import type { RemoteStore } from './store.ts';

const { OPEN_MODE, STATUS_CODE } = ssh2.utils.sftp;
const never = new AbortController().signal;
const options = { jobs: 4, signal: never, policy: { attempts: 3, baseMs: 0, maxMs: 0 }, onBytes: () => {} };
const md5 = (bytes: Uint8Array): string => createHash('md5').update(bytes).digest('hex');
const keys = ssh2.utils.generateKeyPairSync('ed25519');

let home: string;
let server: ssh2.Server;
let port: number;
let store: RemoteStore;
const files = new Map<string, Buffer>();
const folders = new Set<string>(['/']);
/** files that are a day old and more */
const old = new Set<string>();
/** how many answers to reads are still given before the connection breaks; null for all */
let cutAfter: number | null = null;
let connections = 0;
let full = false;

/** A server that keeps files in memory and can break its connection, which a real one does not do when it is told to. */
function serve(sftp: SFTPWrapper, connection: Connection): void {
  const handles = new Map<number, string>();
  const pathOf = (handle: Buffer): string => handles.get(handle.readUInt32BE(0))!;
  const listed = new Set<string>();
  const attrs = (path: string) => ({
    mode: folders.has(path) ? 0o40755 : 0o100644,
    uid: 0,
    gid: 0,
    size: files.get(path)?.length ?? 0,
    atime: 0,
    mtime: old.has(path) ? 0 : Math.round(Date.now() / 1000),
  });
  const stat = (id: number, path: string): void => {
    if (files.has(path) || folders.has(path)) sftp.attrs(id, attrs(path));
    else sftp.status(id, STATUS_CODE.NO_SUCH_FILE);
  };
  sftp.on('OPEN', (id, path, flags) => {
    if ((flags & OPEN_MODE.WRITE) !== 0) files.set(path, Buffer.alloc(0));
    if (!files.has(path)) return void sftp.status(id, STATUS_CODE.NO_SUCH_FILE);
    const handle = Buffer.alloc(4);
    handle.writeUInt32BE(handles.size);
    handles.set(handles.size, path);
    sftp.handle(id, handle);
  });
  sftp.on('OPENDIR', (id, path) => {
    const handle = Buffer.alloc(4);
    handle.writeUInt32BE(handles.size);
    handles.set(handles.size, path);
    listed.delete(path);
    sftp.handle(id, handle);
  });
  sftp.on('READDIR', (id, handle) => {
    const folder = pathOf(handle);
    if (listed.has(folder)) return void sftp.status(id, STATUS_CODE.EOF);
    listed.add(folder);
    const inside = [...files.keys()].filter((path) => path.startsWith(`${folder}/`));
    sftp.name(
      id,
      inside.map((path) => ({ filename: path.slice(folder.length + 1), longname: path, attrs: attrs(path) })),
    );
  });
  sftp.on('FSTAT', (id, handle) => sftp.attrs(id, attrs(pathOf(handle))));
  sftp.on('STAT', stat);
  sftp.on('READ', (id, handle, offset, length) => {
    if (cutAfter !== null && cutAfter-- === 0) {
      cutAfter = null;
      connection.end();
      return;
    }
    sftp.data(id, files.get(pathOf(handle))!.subarray(offset, offset + length));
  });
  sftp.on('WRITE', (id, handle, offset, data) => {
    if (full) return void sftp.status(id, STATUS_CODE.FAILURE);
    const path = pathOf(handle);
    const grown = Buffer.alloc(Math.max(files.get(path)!.length, offset + data.length));
    files.get(path)!.copy(grown);
    data.copy(grown, offset);
    files.set(path, grown);
    sftp.status(id, STATUS_CODE.OK);
  });
  sftp.on('CLOSE', (id) => sftp.status(id, STATUS_CODE.OK));
  sftp.on('MKDIR', (id, path) => {
    folders.add(path);
    sftp.status(id, STATUS_CODE.OK);
  });
  sftp.on('REMOVE', (id, path) => sftp.status(id, files.delete(path) ? STATUS_CODE.OK : STATUS_CODE.NO_SUCH_FILE));
  // without OpenSSH's own way to rename, as small servers are: never onto what is there
  sftp.on('RENAME', (id, from, to) => {
    if (files.has(to)) return void sftp.status(id, STATUS_CODE.FAILURE);
    files.set(to, files.get(from)!);
    files.delete(from);
    sftp.status(id, STATUS_CODE.OK);
  });
}

beforeAll(async () => {
  server = new ssh2.Server({ hostKeys: [keys.private] }, (connection) => {
    connections++;
    connection.on('authentication', (ctx) => {
      if (ctx.method === 'password' && ctx.password === 'right') ctx.accept();
      else ctx.reject(['password']);
    });
    connection.on('session', (accept) => {
      accept().on('sftp', (open) => serve(open(), connection));
    });
    connection.on('error', () => {});
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  port = (server.address() as AddressInfo).port;
});
afterAll(() => new Promise((resolve) => server.close(resolve)));

const home0 = process.env.HOME;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'assay-ssh-'));
  process.env.HOME = home;
  mkdirSync(join(home, '.ssh'));
  mkdirSync(join(home, 'tmp'));
  writeFileSync(join(home, 'known'), `[127.0.0.1]:${port} ${keys.public}\n`);
  writeFileSync(join(home, '.ssh/config'), `Host box\n  HostName 127.0.0.1\n  UserKnownHostsFile ${home}/known\n`);
  files.clear();
  connections = 0;
  full = false;
  store = open();
});
afterEach(async () => {
  await store.close();
  process.env.HOME = home0;
  rmSync(home, { recursive: true, force: true });
});
const open = (settings: Record<string, string> = {}): RemoteStore =>
  openSsh({
    name: 'far',
    url: `ssh://ada@box:${port}/data/deep`,
    settings: { password: 'right', allow_agent: 'false', ...settings },
  });

describe('over SSH', () => {
  it('a connection that breaks is opened again, and the download goes on where it was', async () => {
    const bytes = randomBytes(2_000_000);
    const hash = md5(bytes);
    files.set('/data/deep/k', bytes);
    cutAfter = 20;
    let moved = 0;
    const onBytes = (count: number): void => {
      moved += count;
    };
    const object = { key: 'k', hash, legacy: false, path: join(home, 'out'), atMost: null };
    expect(await download(store, [object], join(home, 'tmp'), 0o444, { ...options, onBytes })).toMatchObject({
      copied: 1,
    });
    expect(readFileSync(join(home, 'out')).equals(bytes)).toBe(true);
    expect([connections, moved]).toEqual([2, bytes.length]);
  });

  it('a connection that breaks is opened again once, however many wait for it', async () => {
    files.set('/data/deep/k', randomBytes(2_000_000));
    cutAfter = 5;
    const sink = { offset: 0, write: () => {}, restart: () => {} };
    const many = Array.from({ length: 8 }, () => store.get('k', sink, never));
    await expect(Promise.all(many)).rejects.toThrow(/was cut/);
    await Promise.allSettled(many);
    await Promise.all(many.map(() => store.size('k', never)));
    expect(connections).toBe(2);
  });

  it('what is missing is missing; what is sent replaces what is there, on servers of any kind', async () => {
    expect(await store.size('k', never)).toBeNull();
    const bytes = randomBytes(100_000);
    writeFileSync(join(home, 'f'), bytes);
    const object = { key: 'files/md5/ab/k', path: join(home, 'f'), size: bytes.length, md5: md5(bytes) };
    files.set('/data/deep/files/md5/ab/k', Buffer.from('half'));
    await upload(store, [object], options);
    expect(files.get('/data/deep/files/md5/ab/k')!.equals(bytes)).toBe(true);
    expect([...files.keys()]).toHaveLength(1);
    expect(folders.has('/data/deep/files/md5')).toBe(true);
  });

  it('what killed uploads left there long ago is taken away, and nothing else', async () => {
    const [left, fresh, strange] = ['k-0123456789ab', 'k-ba9876543210', 'mine'].map(
      (name) => `/data/deep/assay-tmp/${name}`,
    );
    for (const path of [left, fresh, strange]) files.set(path!, Buffer.from('x'));
    old.add(left!).add(strange!);
    writeFileSync(join(home, 'f'), 'x');
    await upload(store, [{ key: 'k', path: join(home, 'f'), size: 1, md5: null }], options);
    expect([...files.keys()].sort()).toEqual(['/data/deep/k', fresh, strange].sort());
  });

  it('a full disk there is said, and nothing half is left under the name', async () => {
    full = true;
    writeFileSync(join(home, 'f'), 'x');
    const object = { key: 'k', path: join(home, 'f'), size: 1, md5: null };
    await expect(upload(store, [object], options)).rejects.toThrow(/disk or a quota is full/);
    expect(files.has('/data/deep/k')).toBe(false);
  });

  it('a download can be cancelled', async () => {
    files.set('/data/deep/k', randomBytes(5_000_000));
    const stop = new AbortController();
    const object = { key: 'k', hash: 'a'.repeat(32), legacy: false, path: join(home, 'out'), atMost: null };
    const onBytes = (): void => stop.abort();
    const work = download(store, [object], join(home, 'tmp'), 0o444, { ...options, signal: stop.signal, onBytes });
    await expect(work).rejects.toMatchObject({ code: 'CANCELLED' });
  });

  it('says whose key it is, and who is not let in', async () => {
    const wrong = open({ password: 'wrong-secret' });
    const error = await wrong.size('k', never).catch((one: Error) => one);
    expect(error).toMatchObject({ code: 'UNAUTHORIZED', message: expect.stringContaining('does not let ada in') });
    expect((error as Error).message).not.toContain('secret');
    writeFileSync(join(home, 'known'), '');
    await expect(open().size('k', never)).rejects.toThrow(/not known yet; it shows the key ssh-ed25519 SHA256:/);
    const other = ssh2.utils.generateKeyPairSync('ed25519').public;
    writeFileSync(join(home, 'known'), `[127.0.0.1]:${port} ${other}\n`);
    await expect(open().size('k', never)).rejects.toThrow(/another key .*known, line 1/);
    writeFileSync(join(home, 'known'), `@revoked [127.0.0.1]:${port} ${keys.public}\n`);
    await expect(open().size('k', never)).rejects.toThrow(/is revoked/);
    await expect(open({ keyfile: join(home, 'none') }).size('k', never)).rejects.toThrow(/keyfile .* cannot be read/);
    writeFileSync(join(home, '.ssh/config'), 'Host box\nProxyJump gate\n');
    await expect(open().size('k', never)).rejects.toThrow(/through another host/);
  });
});
