import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { makeFolder, writeError } from '../../../platform/files.ts';
import type { WebBody } from '../../web/client.ts';
import { textsOf } from '../beside.ts';
import type { OutgoingFile, OutgoingVersion } from '../driver.ts';
import { BRIDGE } from './flavour.ts';
import { joblibBridge } from './joblib-bridge.ts';
import { type Generated, generatedFiles } from './mlmodel.ts';

/** Below the artifacts of the run: the model's own files and what MLflow needs beside them; what only Assay needs. */
export const MODEL = 'model';
export const ASSAY = 'assay';
const MAX_EXAMPLE = 1 << 20;

/** One file to be there. */
export type Piece = {
  /** below the run's artifacts */
  readonly path: string;
  readonly what: string;
  readonly size: number;
  /** a text of ours, which may differ the next time and is small enough to be compared */
  readonly small: boolean;
  /** known beforehand but for a bridge */
  readonly sha256: string | null;
  readonly file: OutgoingFile | null;
  digest(signal: AbortSignal): Promise<string>;
  body(signal: AbortSignal): Promise<WebBody>;
};

/** Everything that a version is at an MLflow server. */
export async function piecesOf(
  version: OutgoingVersion,
  run: string,
): Promise<{ pieces: Piece[]; note: string | null }> {
  const { definition, digest, files, evidence } = version;
  const made: Generated = generatedFiles(definition, { digest, run, example: await exampleOf(version) });
  const beside: Record<string, string> = {
    'definition.yaml': 'definition',
    'card.md': 'card',
    'model.sig': 'signature',
  };
  const bridged = files.find(({ path }) => path === made.bridge);
  return {
    note: made.note,
    pieces: [
      ...files.map((file) => filePiece(`${MODEL}/${file.path}`, 'model', file)),
      ...(bridged ? [bridgePiece(bridged, version.resume)] : []),
      ...evidence.map((file) => filePiece(`${ASSAY}/evidence/${file.path}`, 'evidence', file)),
      ...Object.entries(textsOf(version)).map(([name, text]) => textPiece(`${ASSAY}/${name}`, beside[name]!, text)),
      // last, so that a folder with an MLmodel is a whole one
      ...Object.entries(made.texts)
        .reverse()
        .map(([name, text]) => textPiece(`${MODEL}/${name}`, 'config', text)),
    ],
  };
}

const filePiece = (path: string, what: string, file: OutgoingFile): Piece => ({
  path,
  what,
  size: file.size,
  small: false,
  sha256: file.sha256,
  file,
  digest: async () => file.sha256,
  body: async () => ({ file: file.file, size: file.size }),
});

function textPiece(path: string, what: string, text: string): Piece {
  const bytes = Buffer.from(text);
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  return {
    path,
    what,
    size: bytes.length,
    small: true,
    sha256,
    file: null,
    digest: async () => sha256,
    body: async () => bytes,
  };
}

function bridgePiece(file: OutgoingFile, resume: string): Piece {
  const { head, tail } = joblibBridge(file.size);
  const bytes = async function* (signal: AbortSignal): AsyncGenerator<Buffer> {
    yield head;
    yield* createReadStream(file.file, { highWaterMark: 1 << 20, signal }) as AsyncIterable<Buffer>;
    yield tail;
  };
  let known: Promise<string> | null = null;
  const size = head.length + file.size + tail.length;
  return {
    path: `${MODEL}/${BRIDGE}`,
    what: 'config',
    size,
    small: false,
    sha256: null,
    file: null,
    async digest(signal) {
      known ??= (async () => {
        const hash = createHash('sha256');
        for await (const part of bytes(signal)) hash.update(part);
        return hash.digest('hex');
      })();
      return await known.catch((error: unknown) => {
        known = null;
        throw error;
      });
    },
    async body(signal) {
      makeFolder(resume);
      const to = join(resume, BRIDGE);
      await pipeline(bytes(signal), createWriteStream(to)).catch((error: unknown) => {
        throw signal.aborted ? error : writeError(to, error);
      });
      return { file: to, size };
    },
  };
}

/** The text of the example input, when it is JSON and small. */
async function exampleOf({ definition, evidence }: OutgoingVersion): Promise<string | null> {
  const file = evidence.find(({ path }) => path === definition.example);
  if (!file || !file.path.endsWith('.json') || file.size > MAX_EXAMPLE) return null;
  const parts: Buffer[] = [];
  for await (const part of createReadStream(file.file)) parts.push(part as Buffer);
  return Buffer.concat(parts).toString('utf8');
}
