import { z } from 'zod';
import { AppError } from '../../../../shared/errors.ts';
import { passing } from '../../remotes/problems.ts';
import type { OutgoingFile } from '../driver.ts';
import { encoded } from './artifacts.ts';
import type { Rest } from './rest.ts';

const Created = z.object({
  upload_id: z.string().default(''),
  credentials: z.array(
    z.object({ url: z.string(), part_number: z.number(), headers: z.record(z.string(), z.string()).default({}) }),
  ),
});
const API = '/api/2.0/mlflow-artifacts/mpu';
/** S3 takes at most 10,000 parts. */
const MAX_PARTS = 10_000;

/**
 * Sends a large file in parts straight to where the server keeps them (`mpu/create`, presigned addresses, `mpu/complete`). Those addresses
 * carry their own permission and never learn who we are.
 * @returns false when the server does not offer it (a local file system answers 501)
 */
export async function putInParts(
  rest: Rest,
  path: string,
  file: OutgoingFile,
  partBytes: number,
  onSent: (count: number) => void,
): Promise<boolean> {
  const size = Math.max(partBytes, Math.ceil(file.size / MAX_PARTS));
  const count = Math.ceil(file.size / size);
  const folder = path.slice(0, path.lastIndexOf('/'));
  const tell = (verb: string, input: object, allow: readonly number[] = []) =>
    rest.ask(
      {
        method: 'POST',
        // the server puts the name of the file below the folder of the address, as MLflow's own client has it
        path: `${API}/${verb}/${encoded(folder)}`,
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(input),
      },
      allow,
    );
  const created = await rest.again(async () => {
    const answer = await tell('create', { path: file.path.split('/').at(-1), num_parts: count }, [400, 404, 405, 501]);
    if (answer.status !== 200) {
      answer.giveUp();
      return null;
    }
    return Created.safeParse(await answer.json()).data ?? null;
  });
  if (!created) return false;
  const { upload_id, credentials } = created;
  const name = file.path.split('/').at(-1)!;
  let sent = 0;
  const count_ = (bytes: number): void => {
    sent += bytes;
    onSent(bytes);
  };
  try {
    if (credentials.length !== count) throw passing(`${rest.address} offers ${credentials.length} of ${count} parts.`);
    const parts: { part_number: number; etag: string; url: string }[] = [];
    for (const [i, { url, part_number, headers }] of credentials.entries()) {
      checkAddress(rest, url);
      const start = i * size;
      const etag = await rest.again(() =>
        putPart(rest, { url, headers, file: file.file, start, size: Math.min(size, file.size - start) }, count_),
      );
      parts.push({ part_number, etag, url });
    }
    await rest.again(async () => {
      await (await tell('complete', { path: name, upload_id, parts })).text();
    });
    return true;
  } catch (error) {
    onSent(-sent);
    if (!rest.signal.aborted)
      await tell('abort', { path: name, upload_id }).then(
        (answer) => answer.giveUp(),
        () => {},
      );
    throw error;
  }
}

type Part = { url: string; headers: Record<string, string>; file: string; start: number; size: number };

async function putPart(rest: Rest, part: Part, onSent: (count: number) => void): Promise<string> {
  const { url, headers, file, start, size } = part;
  let sent = 0;
  try {
    const answer = await rest.bare({
      method: 'PUT',
      url,
      headers,
      body: { file, start, size },
      onSent: (count) => {
        sent += count;
        onSent(count);
      },
    });
    answer.giveUp();
    if (answer.status >= 200 && answer.status < 300) return answer.headers.etag ?? '';
    const host = new URL(url).host;
    if (answer.status === 408 || answer.status === 429 || answer.status >= 500)
      throw passing(`${host}, which ${rest.address} names for large files, answered with ${answer.status}. Try again.`);
    throw new AppError(
      'UNAVAILABLE',
      `${host}, which ${rest.address} names for large files, does not take them (${answer.status}). Ask the server's administrator.`,
    );
  } catch (error) {
    onSent(-sent);
    throw error;
  }
}

function checkAddress({ base, address }: Rest, url: string): void {
  const to = URL.parse(url);
  if (to && (to.protocol === 'https:' || (to.protocol === 'http:' && base.startsWith('http:')))) return;
  throw new AppError('UNAVAILABLE', `${address} names an address for large files that is not safe to send to.`);
}
