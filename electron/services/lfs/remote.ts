import { existsSync, lstatSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { RemoteInfo } from '../../../shared/contract/datasets.ts';
import { AppError } from '../../../shared/errors.ts';
import { withoutCredentials } from '../git/repository.ts';
import type { BatchTarget, Wanted } from './batch.ts';
import type { LfsContext } from './context.ts';
import { defaultRemote, type Endpoint, findEndpoint, type Operation, readLfsConfig } from './endpoint.ts';
import { exchangeFolder, storeOfFolder } from './file-remote.ts';
import { createHttp } from './http.ts';
import { sshTarget } from './ssh.ts';
import { type Exchanged, exchange, JOBS } from './transfer.ts';

const MAX_CONFIG_BYTES = 1_000_000;

export type LfsRemote = {
  /** the remote of git */
  readonly name: string;
  /** for people */
  readonly address: string;
  exchange(objects: readonly Wanted[], label: string): Promise<Exchanged>;
};

/**
 * The place that objects are fetched from or sent to.
 * @param given a remote of git; null for the usual one
 * @throws AppError NOT_FOUND, BAD_REQUEST
 */
export async function openRemote(context: LfsContext, given: string | null, operation: Operation): Promise<LfsRemote> {
  const { config, repository, signal, store, report } = context;
  const branch = currentBranch(context);
  const name = given ?? defaultRemote(config, branch);
  const own = readLfsConfig(await lfsConfigText(context));
  const endpoint = findEndpoint(config, own, name, operation, repository.top);
  const common = { name: endpoint.remote, address: addressFor(endpoint) };
  if (endpoint.kind === 'folder') {
    const other = storeOfFolder(endpoint.folder);
    return { ...common, exchange: (objects, label) => exchangeFolder(context, operation, objects, other, label) };
  }
  const http = createHttp(config, endpoint.foreign ? null : new URL(endpoint.url).origin);
  const { url, ssh } = endpoint;
  const plain: BatchTarget = { url, headers: {} };
  let current: { target: BatchTarget; until: number } | null = null;
  const target = async (stop: AbortSignal): Promise<BatchTarget> => {
    if (!ssh) return plain;
    if (!current || current.until < Date.now()) current = await sshTarget(ssh, operation, plain, stop);
    return current.target;
  };
  return {
    ...common,
    async exchange(objects, label) {
      const total = objects.reduce((sum, one) => sum + one.size, 0);
      let done = 0;
      return exchange(operation, objects, {
        http,
        target,
        store,
        ref: branch === null ? null : `refs/heads/${branch}`,
        jobs: jobsOf(config.get('lfs.concurrenttransfers')),
        signal,
        onBytes: (count) => {
          done += count;
          report({ done, total, unit: 'bytes', label });
        },
      });
    },
  };
}

/** The remotes of git that objects can be exchanged with, as a page may show them. */
export async function remotesOf(context: LfsContext): Promise<RemoteInfo[]> {
  const { config, repository } = context;
  const own = readLfsConfig(await lfsConfigText(context));
  const usual = defaultRemote(config, currentBranch(context));
  return config.names('remote').flatMap((name) => {
    try {
      const endpoint = findEndpoint(config, own, name, 'download', repository.top);
      return [{ name, url: addressFor(endpoint), kind: 'lfs' as const, isDefault: name === usual }];
    } catch {
      // of a kind that objects cannot be exchanged with
      return [];
    }
  });
}

const addressFor = (endpoint: Endpoint): string =>
  endpoint.kind === 'folder' ? endpoint.folder : withoutCredentials(endpoint.url);

const jobsOf = (configured: string | null): number => {
  const jobs = Number(configured ?? JOBS);
  return Number.isInteger(jobs) && jobs > 0 ? Math.min(jobs, 64) : JOBS;
};

/** The branch as HEAD names it; null without one. */
export function currentBranch({ repository }: LfsContext): string | null {
  const text = readFileSync(join(repository.gitFolder, 'HEAD'), 'utf8').trim();
  return /^ref: refs\/heads\/(.+)$/.exec(text)?.[1] ?? null;
}

/** `.lfsconfig` as it lies at the top, else as the last commit has it. */
async function lfsConfigText({ repository, git }: LfsContext): Promise<string | null> {
  const path = join(repository.top, '.lfsconfig');
  const stat = lstatSync(path, { throwIfNoEntry: false });
  if (stat?.isFile() && stat.size <= MAX_CONFIG_BYTES) return readFileSync(path, 'utf8');
  if (stat || existsSync(path)) return null;
  const head = await git.resolveRef(repository.top, 'HEAD');
  return head && git.fileAt(repository.top, head, '.lfsconfig');
}

/** What could not be exchanged, as one sentence. @throws AppError */
export function throwFailed(failed: ReadonlyMap<string, AppError>, pathOf: (oid: string) => string): void {
  const [first] = failed;
  if (!first) return;
  const [oid, error] = first;
  const others = failed.size - 1;
  throw new AppError(
    error.code,
    `${pathOf(oid)}: ${error.message}${others === 0 ? '' : ` ${others} more ${others === 1 ? 'file has' : 'files have'} failed.`}`,
    { ...error.data, failed: failed.size },
  );
}
