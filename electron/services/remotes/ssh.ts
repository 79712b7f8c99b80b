import { randomBytes } from 'node:crypto';
import { closeSync, openSync, readSync } from 'node:fs';
import { posix } from 'node:path';
import type { SFTPWrapper, Stats } from 'ssh2';
import { AppError } from '../../../shared/errors.ts';
import { numberOf, publicUrl, type RemoteSettings } from './address.ts';
import { cancelled, passing } from './problems.ts';
import { type Connection, connectSsh } from './ssh-connect.ts';
import type { RemoteStore, Stored } from './store.ts';

/** SFTP answers at most 32 KiB a request; so many on their way hide the distance. */
const PIECE = 32_768;
const AHEAD = 32;

const NO_FILE = 2;
const NO_PERMISSION = 3;
const FAILURE = 4;
const LOST = [6, 7];
const UNSUPPORTED = 8;

/** Names under which uploads are written before they get their own. */
const LEFT_OVER = /-[0-9a-f]{12}$/;
const A_DAY_S = 86_400;

type Handle = Buffer;

/** A folder on another machine, through SFTP: one connection, opened when it is needed and again when it broke. */
export function openSsh(remote: RemoteSettings): RemoteStore {
  const address = publicUrl(remote.url);
  const root = decodeURIComponent(new URL(remote.url).pathname) || '/';
  const full = (key: string): string => posix.join(root, key);
  let opening: Promise<Connection> | null = null;
  const folders = new Map<string, Promise<void>>();
  let tidied = false;

  const connection = async (): Promise<Connection> => {
    opening ??= connectSsh(remote);
    const mine = opening;
    // of many who wait for the same one only the first opens another
    const forget = (): void => {
      if (opening === mine) opening = null;
    };
    try {
      const open = await mine;
      if (open.isOpen) return open;
    } catch (error) {
      forget();
      throw error;
    }
    forget();
    return connection();
  };

  const waiting = new Set<{ signal: AbortSignal; client: Connection['client']; reject: (error: unknown) => void }>();
  const watched = new WeakSet<object>();
  /** Rejects what waits when the connection breaks or the work is cancelled; one listener each, however many requests are on their way. */
  const watch = ({ client }: Connection, signal: AbortSignal): void => {
    const reject = (error: () => AppError, whose: object): void => {
      for (const one of waiting) if (one.client === whose || one.signal === whose) one.reject(error());
    };
    if (!watched.has(client)) {
      watched.add(client);
      client.on('close', () =>
        reject(() => passing(`The connection to ${address} was cut. Check the network.`), client),
      );
    }
    if (watched.has(signal)) return;
    watched.add(signal);
    signal.addEventListener('abort', () => reject(cancelled, signal), { once: true });
  };

  /** One SFTP request. */
  const ask = async <T>(
    signal: AbortSignal,
    send: (sftp: SFTPWrapper, done: (error: Error | null | undefined, value?: T) => void) => void,
  ): Promise<T> => {
    const open = await connection();
    if (signal.aborted) throw cancelled();
    watch(open, signal);
    return new Promise<T>((resolve, reject) => {
      const one = { signal, client: open.client, reject };
      waiting.add(one);
      const done = (error: unknown, value?: T): void => {
        waiting.delete(one);
        if (error) reject(error);
        else resolve(value as T);
      };
      try {
        send(open.sftp, done);
      } catch (error) {
        done(error);
      }
    });
  };

  const say = (error: unknown, what: string): AppError => {
    if (error instanceof AppError) return error;
    const { code } = error as { code?: number };
    if (code === NO_PERMISSION)
      return new AppError(
        'FORBIDDEN',
        `${address} does not let you ${what} (permission denied). Check the rights there.`,
      );
    if (code === FAILURE)
      return new AppError(
        'UNAVAILABLE',
        `${address} could not ${what}. Perhaps its disk or a quota is full: free some space there, then run this again.`,
      );
    if (code === NO_FILE)
      return new AppError(
        'NOT_FOUND',
        `${address} has no such folder, so it could not ${what}. Check the remote's url.`,
      );
    if (code !== undefined && LOST.includes(code)) return passing(`The connection to ${address} was cut.`);
    return passing(`${address} could not ${what}. Check it, then run this again.`, null, error);
  };
  const isMissing = (error: unknown): boolean => (error as { code?: unknown }).code === NO_FILE;

  const stat = (path: string, signal: AbortSignal): Promise<Stats> =>
    ask(signal, (sftp, done) => sftp.stat(path, done));

  /** Makes a folder and those above it, each once. */
  const makeFolder = (path: string, signal: AbortSignal): Promise<void> => {
    const known = folders.get(path);
    if (known) return known;
    const made = (async () => {
      if (
        path !== '/' &&
        !(await stat(path, signal).then(
          () => true,
          (error) => !isMissing(error) && Promise.reject(error),
        ))
      ) {
        await makeFolder(posix.dirname(path), signal);
        await ask<void>(signal, (sftp, done) => sftp.mkdir(path, done)).catch(async (error) => {
          // somebody else may just have made it
          if (
            !(await stat(path, signal).then(
              (found) => found.isDirectory(),
              () => false,
            ))
          )
            throw error;
        });
      }
    })();
    folders.set(path, made);
    made.catch(() => folders.delete(path));
    return made;
  };

  /** Takes away what uploads that were killed a day ago or longer left behind; once, and whatever comes of it. */
  const tidy = async (folder: string, signal: AbortSignal): Promise<void> => {
    tidied = true;
    try {
      const all = await ask<{ filename: string; attrs: Stats }[]>(signal, (sftp, done) =>
        sftp.readdir(folder, done as never),
      );
      for (const { filename, attrs } of all) {
        if (LEFT_OVER.test(filename) && Date.now() / 1000 - attrs.mtime > A_DAY_S)
          await ask<void>(signal, (sftp, done) => sftp.unlink(posix.join(folder, filename), done));
      }
    } catch {
      // somebody else may tidy up at the same time
    }
  };

  const closing = (handle: Handle): Promise<void> =>
    ask<void>(new AbortController().signal, (sftp, done) => sftp.close(handle, done));

  return {
    address,
    jobs: numberOf(remote, 'jobs', 8),
    anyPrefix: false,
    async size(key, signal) {
      try {
        return (await stat(full(key), signal)).size;
      } catch (error) {
        if (isMissing(error)) return null;
        throw say(error, `look for ${key}`);
      }
    },
    async *list(prefix, signal): AsyncIterable<Stored> {
      const read = async (folder: string) => {
        try {
          return await ask<{ filename: string; attrs: Stats }[]>(signal, (sftp, done) =>
            sftp.readdir(full(folder), done as never),
          );
        } catch (error) {
          if (isMissing(error)) return [];
          throw say(error, 'list its objects');
        }
      };
      for (const { filename, attrs } of await read(prefix)) yield { key: `${prefix}${filename}`, size: attrs.size };
    },
    async get(key, sink, signal) {
      const path = full(key);
      let handle: Handle;
      try {
        handle = await ask<Handle>(signal, (sftp, done) => sftp.open(path, 'r', done));
      } catch (error) {
        if (isMissing(error)) return false;
        throw say(error, `send ${key}`);
      }
      try {
        const { size } = await ask<Stats>(signal, (sftp, done) => sftp.fstat(handle, done));
        if (sink.offset > size) sink.restart();
        const pieces: { length: number; bytes: Promise<Buffer> }[] = [];
        let asked = sink.offset;
        while (sink.offset < size) {
          for (; asked < size && pieces.length < AHEAD; ) {
            const length = Math.min(PIECE, size - asked);
            const bytes = readPiece(handle, asked, length, signal);
            bytes.catch(() => {});
            pieces.push({ length, bytes });
            asked += length;
          }
          sink.write(await pieces.shift()!.bytes);
        }
        return true;
      } catch (error) {
        throw say(error, `send ${key}`);
      } finally {
        if (!signal.aborted) closing(handle).catch(() => {});
      }
    },
    async put({ key, path, size }, signal, onBytes) {
      const target = full(key);
      // where neither dvc nor anybody else looks for objects, on the same disk
      const temporary = full(`assay-tmp/${posix.basename(key)}-${randomBytes(6).toString('hex')}`);
      try {
        await makeFolder(posix.dirname(temporary), signal);
        if (!tidied) await tidy(posix.dirname(temporary), signal);
        await makeFolder(posix.dirname(target), signal);
        const handle = await ask<Handle>(signal, (sftp, done) => sftp.open(temporary, 'w', done));
        const fd = openSync(path, 'r');
        try {
          const sent: Promise<void>[] = [];
          for (let at = 0; at < size; at += PIECE) {
            const bytes = Buffer.allocUnsafe(Math.min(PIECE, size - at));
            if (readSync(fd, bytes, 0, bytes.length, at) !== bytes.length)
              throw new AppError('CONFLICT', `${path} changed while it was read. Try again.`);
            const done = ask<void>(signal, (sftp, end) => sftp.write(handle, bytes, 0, bytes.length, at, end)).then(
              () => onBytes(bytes.length),
            );
            done.catch(() => {});
            sent.push(done);
            if (sent.length >= AHEAD) await sent.shift();
          }
          await Promise.all(sent);
        } finally {
          closeSync(fd);
          if (!signal.aborted) await closing(handle);
        }
        if ((await stat(temporary, signal)).size !== size)
          throw passing(`${address} did not keep all of ${key}. Run this again.`);
        await rename(temporary, target, signal);
      } catch (error) {
        // what a killed process or a cut connection leaves there harms nobody
        remove(temporary);
        if (signal.aborted) throw cancelled();
        throw say(error, `take ${key}`);
      }
    },
    async close() {
      const open = await opening?.catch(() => null);
      if (!open?.isOpen) return;
      await new Promise<void>((resolve) => {
        open.client.once('close', resolve);
        open.client.end();
      });
    },
  };

  async function readPiece(handle: Handle, at: number, length: number, signal: AbortSignal): Promise<Buffer> {
    const bytes = Buffer.allocUnsafe(length);
    let got = 0;
    while (got < length) {
      const read = await ask<number>(signal, (sftp, done) =>
        sftp.read(handle, bytes, got, length - got, at + got, done as never),
      );
      if (read === 0) throw passing(`${address} ended its answer early. Run this again.`);
      got += read;
    }
    return bytes;
  }

  /** Over what is there, in one step where the server can (OpenSSH does). */
  async function rename(from: string, to: string, signal: AbortSignal): Promise<void> {
    try {
      await ask<void>(signal, (sftp, done) => sftp.ext_openssh_rename(from, to, done));
    } catch (error) {
      const { code } = error as { code?: unknown };
      if (error instanceof AppError || (code !== undefined && code !== UNSUPPORTED)) throw error;
      await ask<void>(signal, (sftp, done) => sftp.unlink(to, done)).catch(() => {});
      await ask<void>(signal, (sftp, done) => sftp.rename(from, to, done));
    }
  }

  function remove(path: string): void {
    opening
      ?.then(({ sftp, isOpen }) => {
        if (isOpen) sftp.unlink(path, () => {});
      })
      .catch(() => {});
  }
}
