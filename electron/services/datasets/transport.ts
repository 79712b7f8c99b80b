import { existsSync, mkdirSync, rmdirSync, statSync } from 'node:fs';
import { AppError } from '../../../shared/errors.ts';
import { connectRemote } from '../remotes/client.ts';
import type { Remote } from './config.ts';
import type { Context } from './context.ts';
import { objectKey, objectMode, objectPath, prepareTemporary, temporaryFolder } from './objects.ts';
import { portionsOf } from './pool.ts';

export type Objects = {
  readonly hashes: readonly string[];
  readonly legacy: boolean;
  /** what progress is about: `pulling images` */
  readonly label: string;
};

export type Wanted = Objects & {
  /** of all of them, about */
  readonly bytes: number;
  /** what a server sends beyond this is not the object; null when nobody knows how large it is */
  readonly atMost: (hash: string) => number | null;
};

export type Moved = { copied: number; bytes: number; missing: string[]; damaged: string[] };

/** The way between the cache and one remote. Nothing that is on the other side already is moved; both sides hash. */
export type Transport = {
  readonly remote: string;
  /** `missing` and `damaged` are those of the cache; the others are sent */
  send(objects: Objects): Promise<Moved>;
  /** `missing` and `damaged` are those of the remote; the others are fetched */
  fetch(objects: Wanted): Promise<Moved>;
  close(): Promise<void>;
};

export function openTransport(context: Context, remote: Remote): Transport {
  return remote.folder === null ? overNetwork(context, remote) : throughFolder(context, remote.name, remote.folder);
}

function throughFolder({ repo, pool, stop, report }: Context, name: string, folder: string): Transport {
  const { config } = repo;
  const used = new Set<string>();
  const copy = async ({ hashes, legacy, label }: Objects, from: string, to: string, mode: number): Promise<Moved> => {
    const sum: Moved = { copied: 0, bytes: 0, missing: [], damaged: [] };
    const unique = [...new Set(hashes)];
    if (unique.length === 0) return sum;
    if (!used.has(to)) prepareTemporary(to, Date.now());
    used.add(to);
    let done = 0;
    await pool.inPortions(
      'transfer',
      portionsOf(unique.length, () => 0, 100),
      ([start, end]) => ({ hashes: unique.slice(start, end), from, to, legacy, mode }),
      stop,
      (output, [start, end]) => {
        sum.copied += output.copied;
        sum.bytes += output.bytes;
        sum.missing.push(...output.missing);
        sum.damaged.push(...output.damaged);
        done += end - start;
        report({ done, total: unique.length, unit: 'files', label });
      },
    );
    return sum;
  };
  return {
    remote: name,
    send(objects) {
      mkdirSync(folder, { recursive: true });
      return copy(objects, config.cacheFolder, folder, 0o644);
    },
    fetch(objects) {
      if (!existsSync(folder))
        throw new AppError(
          'NOT_FOUND',
          `The remote "${name}" is not there: no folder ${folder}. Check its url, or that its disk is mounted.`,
        );
      return copy(objects, folder, config.cacheFolder, objectMode(config));
    },
    close: async () => leave(used),
  };
}

function overNetwork({ repo, pool, stop, signal, report, jobs }: Context, remote: Remote): Transport {
  const { config } = repo;
  const client = connectRemote(remote, jobs);
  const used = new Set<string>();

  const reporter = (label: string, total: number): ((count: number) => void) => {
    let done = 0;
    report({ done, total, unit: 'bytes', label });
    return (count) => {
      done += count;
      report({ done, total: Math.max(done, total), unit: 'bytes', label });
    };
  };

  /** Which of these the remote lacks, or has in another size than the cache. */
  const lacking = async (hashes: readonly string[], legacy: boolean): Promise<string[]> => {
    const label = `looking for objects in "${remote.name}"`;
    report({ done: 0, total: hashes.length, unit: 'files', label });
    const keys = hashes.map((hash) => objectKey(hash, legacy));
    const there = await client.ask('present', { folder: legacy ? '' : 'files/md5/', keys }, { signal });
    return hashes.filter((hash, i) => {
      const size = there.get(keys[i]!);
      if (size === undefined) return true;
      // DVC 2 gave texts that differ in their line ends the same name
      if (legacy || Number.isNaN(size)) return false;
      const own = statSync(objectPath(config.cacheFolder, hash, legacy), { throwIfNoEntry: false });
      return own !== undefined && own.size !== size;
    });
  };

  return {
    remote: remote.name,
    async send({ hashes, legacy, label }) {
      const result: Moved = { copied: 0, bytes: 0, missing: [], damaged: [] };
      const unique = [...new Set(hashes)];
      if (unique.length === 0) return result;
      const wanted = await lacking(unique, legacy);
      let checked = 0;
      await pool.inPortions(
        'verify',
        portionsOf(wanted.length, () => 0, 100),
        ([from, to]) => ({ hashes: wanted.slice(from, to), folder: config.cacheFolder, legacy }),
        stop,
        (output, [from, to]) => {
          result.missing.push(...output.missing);
          result.damaged.push(...output.damaged);
          checked += to - from;
          report({ done: checked, total: wanted.length, unit: 'files', label: 'hashing objects of the cache' });
        },
      );
      const bad = new Set([...result.missing, ...result.damaged]);
      const objects = wanted
        .filter((hash) => !bad.has(hash))
        .map((hash) => {
          const path = objectPath(config.cacheFolder, hash, legacy);
          const md5 = legacy && !hash.endsWith('.dir') ? null : hash.slice(0, 32);
          return { key: objectKey(hash, legacy), path, size: statSync(path).size, md5 };
        });
      if (objects.length === 0) return result;
      const onBytes = reporter(
        label,
        objects.reduce((sum, { size }) => sum + size, 0),
      );
      return { ...result, ...(await client.ask('upload', { objects }, { signal, onBytes })) };
    },
    async fetch({ hashes, legacy, label, bytes, atMost }) {
      const unique = [...new Set(hashes)];
      const wanted = unique.filter((hash) => !isHeld(objectPath(config.cacheFolder, hash, legacy), hash));
      if (wanted.length === 0) return { copied: 0, bytes: 0, missing: [], damaged: [] };
      const temporary = prepareTemporary(config.cacheFolder, Date.now());
      used.add(config.cacheFolder);
      const objects = wanted.map((hash) => ({
        key: objectKey(hash, legacy),
        hash,
        legacy,
        path: objectPath(config.cacheFolder, hash, legacy),
        atMost: atMost(hash),
      }));
      const onBytes = reporter(label, Math.round((bytes * wanted.length) / unique.length));
      return client.ask('download', { objects, temporary, mode: objectMode(config) }, { signal, onBytes });
    },
    async close() {
      await client.close();
      leave(used);
    },
  };
}

const EMPTY = 'd41d8cd98f00b204e9800998ecf8427e';

/** In the cache, and not what a power cut leaves of a file. Whether its content is right is found when it is used. */
function isHeld(path: string, hash: string): boolean {
  const stat = statSync(path, { throwIfNoEntry: false });
  return stat !== undefined && (stat.size > 0 || hash === EMPTY);
}

function leave(folders: ReadonlySet<string>): void {
  for (const folder of folders) {
    try {
      rmdirSync(temporaryFolder(folder));
    } catch {
      // somebody else writes there too, or a download waits there for its rest
    }
  }
}
