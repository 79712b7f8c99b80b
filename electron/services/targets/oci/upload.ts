import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { AppError } from '../../../../shared/errors.ts';
import { readJson, writeFileAtomic } from '../../../platform/files.ts';
import { mayPass } from '../../remotes/problems.ts';
import type { WebAnswer, WebBody } from '../../web/client.ts';
import type { Registry } from './registry.ts';

/** One PUT up to here; above it in pieces that a cut cannot take away any more. */
const PIECE = 128 * 1024 * 1024;
/** Registries that have no uploads in pieces, or end them after the first one (anchors/lifecycle.md §3.2). */
const WHOLE_ONLY = /(^|\.)(ghcr\.io|gcr\.io|pkg\.dev|amazonaws\.com)$/;

export type Blob = {
  readonly digest: string;
  readonly size: number;
  readonly from:
    | { readonly file: string }
    | { readonly bytes: Uint8Array }
    | { readonly pieces: () => AsyncIterable<Uint8Array> };
};

export type UploadWork = {
  readonly signal: AbortSignal;
  readonly onBytes: (count: number) => void;
  /** a folder for what a resumed upload must know */
  readonly resume: string;
  /** bytes of one piece; for tests */
  readonly piece?: number | undefined;
};

const Kept = z.object({ origin: z.string(), repository: z.string(), location: z.string(), at: z.number() });

/**
 * Brings one blob to a registry that lacks it (distribution specification: end-4a, 5, 6, 13). What went over the line in pieces before a cut
 * or a kill is not sent again.
 */
export async function uploadBlob(registry: Registry, repository: string, blob: Blob, work: UploadWork): Promise<void> {
  const { signal, onBytes } = work;
  const piece = work.piece ?? PIECE;
  const { hostname } = new URL(registry.origin);
  const inPieces = 'file' in blob.from && blob.size > piece && !WHOLE_ONLY.test(hostname);
  const memory = join(work.resume, `upload-${blob.digest.slice(7, 39)}.json`);
  const common = { repository, access: 'pull,push', signal } as const;

  let at = 0;
  const moveTo = (offset: number): void => {
    onBytes(offset - at);
    at = offset;
  };

  const begin = async (): Promise<{ location: string; least: number }> => {
    const answer = await registry.expect({ ...common, method: 'POST', to: `${repository}/blobs/uploads/` }, 202);
    answer.giveUp();
    return { location: locationOf(answer), least: Number(answer.headers['oci-chunk-min-length'] ?? 0) || 0 };
  };
  const locationOf = (answer: WebAnswer): string => {
    const { location } = answer.headers;
    if (!location)
      throw new AppError(
        'UNAVAILABLE',
        `${registry.origin} does not say where to send a file. Check the url of the target.`,
      );
    return registry.resolve(location, answer.url);
  };
  const partOf = (start: number, size: number): WebBody => {
    if ('file' in blob.from) return { file: blob.from.file, start, size };
    return 'bytes' in blob.from ? blob.from.bytes : { pieces: blob.from.pieces, size };
  };
  /** counts what leaves; takes it back when the request fails */
  const counting = async <T>(send: (onSent: (count: number) => void) => Promise<T>): Promise<T> => {
    const before = at;
    try {
      return await send((count) => moveTo(at + count));
    } catch (error) {
      moveTo(before);
      throw error;
    }
  };
  const finish = async (location: string, body: WebBody | undefined): Promise<void> => {
    const target = new URL(location);
    const to = `${location}${target.search === '' ? '?' : '&'}digest=${encodeURIComponent(blob.digest)}`;
    await counting(async (onSent) => {
      const headers = { 'content-type': 'application/octet-stream' };
      const answer = await registry.expect({ ...common, method: 'PUT', to, headers, body, onSent }, 201, 204);
      answer.giveUp();
      const told = answer.headers['docker-content-digest'];
      if (told?.startsWith('sha256:') && told !== blob.digest)
        throw new AppError(
          'CONFLICT',
          `${registry.origin} keeps ${told} where ${blob.digest} was sent. Push it again.`,
        );
    });
    rmSync(memory, { force: true });
  };

  if (!inPieces) return finish((await begin()).location, partOf(0, blob.size));

  const remember = (location: string): void => {
    mkdirSync(work.resume, { recursive: true });
    const kept: z.infer<typeof Kept> = { origin: registry.origin, repository, location, at };
    // the address of an upload may be a key to it
    writeFileAtomic(memory, JSON.stringify(kept), 0o600);
  };
  /** where an upload stands that was begun before; null when the registry has forgotten it */
  const before = async (): Promise<string | null> => {
    const kept = Kept.safeParse(readJson(memory));
    if (!kept.success || kept.data.origin !== registry.origin || kept.data.repository !== repository) return null;
    const answer = await registry.ask({ ...common, method: 'GET', to: kept.data.location });
    answer.giveUp();
    const last = /^(?:bytes=)?0-(\d+)$/.exec(answer.headers.range ?? '')?.[1];
    if (answer.status !== 204 || last === undefined || Number(last) >= blob.size) return null;
    // 0-0 is what registries say of an empty upload, too
    moveTo(Number(last) === 0 ? 0 : Number(last) + 1);
    return answer.headers.location ? locationOf(answer) : kept.data.location;
  };

  let location = await before();
  let least = 0;
  if (location === null) {
    rmSync(memory, { force: true });
    ({ location, least } = await begin());
    remember(location);
  }
  while (at < blob.size) {
    const size = Math.min(Math.max(piece, least), blob.size - at);
    const start = at;
    const sent = await counting(async (onSent) => {
      const headers = {
        'content-type': 'application/octet-stream',
        'content-range': `${start}-${start + size - 1}`,
      };
      const answer = await registry.ask({
        ...common,
        method: 'PATCH',
        to: location!,
        headers,
        body: partOf(start, size),
        onSent,
      });
      if ([202, 204].includes(answer.status)) {
        answer.giveUp();
        return { next: locationOf(answer), refused: null };
      }
      return { next: null, refused: await registry.refusal(answer) };
    });
    if (sent.next === null) {
      rmSync(memory, { force: true });
      moveTo(0);
      if (mayPass(sent.refused) || [401, 403, 413].includes(Number(sent.refused.data.status))) throw sent.refused;
      // no pieces there, or it has lost count: from the start in one
      return finish((await begin()).location, partOf(0, blob.size));
    }
    location = sent.next;
    remember(location);
  }
  await finish(location, undefined);
}
