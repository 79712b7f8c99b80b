import type { IncomingMessage } from 'node:http';
import { AppError } from '../../../shared/errors.ts';
import { cancelled, passing } from '../remotes/problems.ts';
import type { WebAnswer } from './client.ts';
import { connectionProblem, cut } from './problems.ts';

const MAX_TEXT = 4 * 1024 * 1024;
/** A rest so small is read, so that its connection can serve again. */
const SMALL = 64 * 1024;

/** An answer as callers see it: its body is complete or an error, and never larger than they allow. */
export function answerOf(message: IncomingMessage, url: URL, address: string, signal: AbortSignal): WebAnswer {
  const expected = message.headers['content-length'] === undefined ? null : Number(message.headers['content-length']);
  // an answer that nobody reads yet must not end the process when its connection breaks
  message.on('error', () => {});

  async function* read(): AsyncGenerator<Uint8Array> {
    try {
      for await (const piece of message as AsyncIterable<Buffer>) yield piece;
    } catch (error) {
      if (signal.aborted) throw cancelled();
      const known = connectionProblem(error, address);
      throw (error as { code?: string }).code === 'ECONNRESET' ? cut(address) : known;
    }
    if (!message.complete) throw cut(address);
  }

  const text = async (maxBytes = MAX_TEXT): Promise<string> => {
    const parts: Uint8Array[] = [];
    let size = 0;
    for await (const piece of read()) {
      size += piece.length;
      if (size > maxBytes) {
        message.destroy();
        throw new AppError('UNAVAILABLE', `${address} answered with more than ${maxBytes} bytes. Check its address.`);
      }
      parts.push(piece);
    }
    return Buffer.concat(parts).toString('utf8');
  };

  return {
    status: message.statusCode!,
    headers: Object.fromEntries(
      Object.entries(message.headers).map(([name, value]) => [name, Array.isArray(value) ? value.join(', ') : value]),
    ),
    url: url.href,
    stream: { [Symbol.asyncIterator]: () => read() },
    text,
    async json(maxBytes) {
      const body = await text(maxBytes);
      try {
        return JSON.parse(body) as unknown;
      } catch {
        throw passing(`${address} answered with something that is no JSON. Check the url of the target.`);
      }
    },
    giveUp() {
      if (message.readableEnded) return;
      if (expected !== null && expected <= SMALL) message.resume();
      else message.destroy();
    },
  };
}
