import { AppError } from '../../../shared/errors.ts';
import { cancelled } from './problems.ts';
import { openSsh } from './ssh-connect.ts';

const MAX_BYTES = 1_000_000;
const LIMIT_MS = 60_000;

export type Ran = { readonly code: number | null; readonly stdout: string; readonly stderr: string };

/**
 * Runs one command on a host with the keys and names that `ssh` would use, and waits for its end.
 * @param url `ssh://user@host:port`
 * @throws AppError what connecting says, UNAVAILABLE when it takes a minute, CANCELLED
 */
export async function runOverSsh(url: string, command: string, signal: AbortSignal): Promise<Ran> {
  const client = await openSsh({ name: url, url, settings: {} });
  try {
    return await new Promise<Ran>((resolve, reject) => {
      const timer = setTimeout(
        () => reject(new AppError('UNAVAILABLE', `The command on ${new URL(url).host} did not end. Try again later.`)),
        LIMIT_MS,
      );
      const abort = (): void => reject(cancelled());
      const settle = (): void => {
        clearTimeout(timer);
        signal.removeEventListener('abort', abort);
      };
      if (signal.aborted) return reject(cancelled());
      signal.addEventListener('abort', abort, { once: true });
      client.exec(command, (error, channel) => {
        if (error) {
          settle();
          return reject(
            new AppError(
              'UNAVAILABLE',
              `${new URL(url).host} runs no commands for you. Check the address.`,
              {},
              { cause: error },
            ),
          );
        }
        const parts = { out: [] as Buffer[], err: [] as Buffer[], length: 0 };
        const collect = (into: Buffer[]) => (chunk: Buffer) => {
          parts.length += chunk.length;
          if (parts.length <= MAX_BYTES) into.push(chunk);
        };
        let code: number | null = null;
        channel.on('data', collect(parts.out));
        channel.stderr.on('data', collect(parts.err));
        channel.on('exit', (ended: number | null) => {
          code = ended;
        });
        channel.on('close', () => {
          settle();
          resolve({ code, stdout: Buffer.concat(parts.out).toString(), stderr: Buffer.concat(parts.err).toString() });
        });
        channel.end();
      });
    });
  } finally {
    client.end();
  }
}
