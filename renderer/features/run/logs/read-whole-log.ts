import { AppError } from '../../../../shared/errors.ts';
import { client } from '../../../lib/client.ts';
import { formatBytes } from '../../../lib/format.ts';
import type { LogSource } from './use-log.ts';

const PIECE_BYTES = 4_194_304;
const MAX_BYTES = 1_073_741_824;

/**
 * A log as it is now, for saving.
 * @throws AppError BAD_REQUEST when it is larger than a page should hold
 */
export async function readWholeLog({ project, run, stream }: LogSource): Promise<Blob> {
  const pieces: Blob[] = [];
  let at = 0;
  for (;;) {
    const piece = await client.runs.log({ project, run, stream, offset: at, limit: PIECE_BYTES });
    if (piece.size > MAX_BYTES)
      throw new AppError(
        'BAD_REQUEST',
        `This log has ${formatBytes(piece.size)}, too much for a page to save. Copy ${stream}.log from the run's folder instead.`,
      );
    if (piece.bytes.size === 0) return new Blob(pieces, { type: 'text/plain' });
    pieces.push(piece.bytes);
    at += piece.bytes.size;
  }
}
