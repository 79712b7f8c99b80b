import { z } from 'zod';
import { AppError } from '../../../../shared/errors.ts';
import { parallel } from '../../remotes/parallel.ts';
import { retrying } from '../../remotes/retry.ts';
import type { WebAnswer, WebBody } from '../../web/client.ts';
import { printable } from '../../web/problems.ts';
import type { DriverWork } from '../driver.ts';
import type { HubApi } from './api.ts';
import type { Entry } from './content.ts';

const Action = z.object({ href: z.string(), header: z.record(z.string(), z.string()).default({}) });
const Batch = z.object({
  objects: z.array(
    z.object({
      oid: z.string(),
      error: z.object({ code: z.number().optional(), message: z.string() }).nullish(),
      actions: z.object({ upload: Action.optional(), verify: Action.optional() }).nullish(),
    }),
  ),
});
type Actions = { upload?: z.infer<typeof Action> | undefined; verify?: z.infer<typeof Action> | undefined };

const LFS = { accept: 'application/vnd.git-lfs+json', 'content-type': 'application/vnd.git-lfs+json' };
const AT_ONCE = 3;
const PER_BATCH = 100;

/**
 * Gets objects to the Hub's LFS store, by `basic` and `multipart` transfers; what is there already is not sent again, so that a push that
 * was cut off goes on. Returns how many bytes were sent.
 */
export async function uploadLfs(
  api: HubApi,
  repo: string,
  entries: readonly Entry[],
  { signal, onBytes }: DriverWork,
): Promise<number> {
  let sent = 0;
  const byOid = [...new Map(entries.map((entry) => [entry.sha256, entry])).values()];

  const send = async (entry: Entry, actions: Actions, stop: AbortSignal): Promise<void> => {
    const { upload, verify } = actions;
    const label = `Sending ${entry.path}`;
    if (!upload) {
      onBytes(entry.size, label);
      return;
    }
    const put = async (
      url: string,
      headers: Record<string, string>,
      start: number,
      size: number,
    ): Promise<WebAnswer> => {
      let gone = 0;
      const onSent = (count: number): void => {
        gone += count;
        onBytes(count, label);
      };
      const body: WebBody =
        'file' in entry.from
          ? { file: entry.from.file, start, size }
          : Buffer.from(entry.from.text).subarray(start, start + size);
      try {
        return await api.must(url, stop, { method: 'PUT', headers, body, onSent });
      } catch (error) {
        onBytes(-gone, label);
        throw error;
      }
    };
    const { chunk_size: chunk, ...header } = upload.header;
    if (chunk === undefined) (await put(upload.href, header, 0, entry.size)).giveUp();
    else await inParts(entry, upload.href, header, Number(chunk), put, stop);
    if (verify) {
      const ask = { method: 'POST', headers: { ...verify.header, ...LFS }, body: oidAndSize(entry) };
      (await api.must(verify.href, stop, ask)).giveUp();
    }
    sent += entry.size;
  };

  const inParts = async (
    entry: Entry,
    completion: string,
    header: Record<string, string>,
    chunk: number,
    put: (url: string, headers: Record<string, string>, start: number, size: number) => Promise<WebAnswer>,
    stop: AbortSignal,
  ): Promise<void> => {
    const urls = Object.keys(header)
      .filter((key) => /^\d+$/.test(key))
      .sort((a, b) => Number(a) - Number(b))
      .map((key) => header[key]!);
    if (!(chunk > 0) || urls.length !== Math.ceil(entry.size / chunk))
      throw new AppError(
        'UNAVAILABLE',
        `The Hub wants ${entry.path} in parts that do not fit its size. Try again later.`,
      );
    const parts: { partNumber: number; etag: string }[] = [];
    for (const [i, url] of urls.entries()) {
      const size = Math.min(chunk, entry.size - i * chunk);
      const answer = await retrying(() => put(url, {}, i * chunk, size), { signal: stop });
      const { etag } = answer.headers;
      answer.giveUp();
      if (!etag)
        throw new AppError('UNAVAILABLE', `The Hub's store did not confirm a part of ${entry.path}. Try again later.`);
      parts.push({ partNumber: i + 1, etag });
    }
    const ask = { method: 'POST', headers: LFS, body: JSON.stringify({ oid: entry.sha256, parts }) };
    (await api.must(completion, stop, ask)).giveUp();
  };

  for (let at = 0; at < byOid.length; at += PER_BATCH) {
    const some = byOid.slice(at, at + PER_BATCH);
    const answer = await api.must(`/${repo}.git/info/lfs/objects/batch`, signal, {
      method: 'POST',
      headers: LFS,
      body: JSON.stringify({
        operation: 'upload',
        transfers: ['basic', 'multipart'],
        objects: some.map(({ sha256, size }) => ({ oid: sha256, size })),
        hash_algo: 'sha256',
        ref: { name: 'main' },
      }),
    });
    const { objects } = await api.read(Batch, answer, 16 << 20);
    const told = new Map(objects.map((object) => [object.oid, object]));
    await parallel(some, AT_ONCE, signal, async (entry, stop) => {
      const object = told.get(entry.sha256);
      if (object?.error || !object)
        throw new AppError(
          'UNAVAILABLE',
          `The Hub does not take ${entry.path}: ${printable(object?.error?.message ?? 'it says nothing about it')}.`,
        );
      await send(entry, object.actions ?? {}, stop);
    });
  }
  return sent;
}

const oidAndSize = ({ sha256, size }: Entry): string => JSON.stringify({ oid: sha256, size });
