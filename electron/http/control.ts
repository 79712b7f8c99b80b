import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { AppError } from '../../shared/errors.ts';
import { readJson, writeFileAtomic } from '../platform/files.ts';

const ServerFile = z.object({
  pid: z.number().int(),
  /** epoch milliseconds */
  startTime: z.number(),
  address: z.string(),
  port: z.number().int().min(1).max(65_535),
  secret: z.string().min(32),
});
export type ServerFile = z.infer<typeof ServerFile>;

const fileIn = (dataFolder: string): string => join(dataFolder, 'server.json');

/** Says in the data folder (0600: for this user alone) which server runs, so that the terminal can ask it for a link. */
export function writeServerFile(dataFolder: string, server: ServerFile): void {
  writeFileAtomic(fileIn(dataFolder), JSON.stringify(server), 0o600);
}

/** Takes the file away if it is still this server's. */
export function removeServerFile(dataFolder: string, secret: string): void {
  if (readServerFile(dataFolder)?.secret === secret) rmSync(fileIn(dataFolder), { force: true });
}

export function readServerFile(dataFolder: string): ServerFile | null {
  const parsed = ServerFile.safeParse(readJson(fileIn(dataFolder)));
  return parsed.success ? parsed.data : null;
}

/**
 * Asks the server that runs on this data folder for a fresh link.
 * @param project a folder that it shall open; the link leads there
 * @returns null when none runs: no file, nobody at the port, or somebody who does not know the secret
 * @throws AppError with the server's own sentence when it cannot open the folder
 */
export async function askForLink(
  dataFolder: string,
  project: string | null = null,
): Promise<{ url: string; server: ServerFile } | null> {
  const server = readServerFile(dataFolder);
  if (!server) return null;
  let answer: Response;
  let body: string;
  try {
    const host = server.address.includes(':') ? `[${server.address}]` : server.address;
    answer = await fetch(`http://${host}:${server.port}/control/link`, {
      method: 'POST',
      headers: { authorization: `Bearer ${server.secret}`, 'content-type': 'application/json' },
      body: JSON.stringify({ project }),
      redirect: 'error',
      signal: AbortSignal.timeout(5000),
    });
    body = await answer.text();
  } catch {
    return null;
  }
  if (answer.ok) {
    const link = Link.safeParse(parseJson(body));
    return link.success ? { url: link.data.url, server } : null;
  }
  const refused = answer.status === 400 || answer.status === 404 || answer.status === 503;
  if (project && refused)
    throw new AppError(answer.status === 404 ? 'NOT_FOUND' : 'UNAVAILABLE', body.trim().slice(0, 1000));
  return null;
}

const Link = z.object({ url: z.url() });

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
