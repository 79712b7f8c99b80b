import { AppError } from '../../../../shared/errors.ts';
import type { DriverWork, OutgoingVersion, Pushed } from '../driver.ts';
import { hashArtifact, listArtifacts, proxyPath, putArtifact } from './artifacts.ts';
import { doubtsIn, keepDoubts } from './doubts.ts';
import { putInParts } from './multipart.ts';
import { checkNames, descriptionOf, refOf, sameVersion, tagsOf } from './names.ts';
import { MODEL, type Piece, piecesOf } from './pieces.ts';
import { proxyOfNew } from './place.ts';
import {
  allVersions,
  createVersion,
  describeVersion,
  findModel,
  haveModel,
  pointAlias,
  type RegisteredVersion,
  untilReady,
} from './registry.ts';
import type { Rest } from './rest.ts';
import { findExperiment, finishRun, haveExperiment, haveRun } from './tracking.ts';

export type PushOptions = {
  readonly experiment: string;
  /** files from this size on go in parts, of this many bytes, where the server offers it */
  readonly partBytes: number;
  /** paths whose bytes this driver has read back: `<run>/<path>` */
  readonly proven: Set<string>;
};

/** Sends what is missing, reads it back, and only then registers it: whatever has a version or an alias there is whole. */
export async function pushVersion(
  rest: Rest,
  version: OutgoingVersion,
  { onBytes }: DriverWork,
  options: PushOptions,
): Promise<Pushed> {
  const { model } = version.definition;
  checkNames(version);
  const registered = sameVersion(await allVersions(rest, model), version, rest.address);
  if (!(await findExperiment(rest, options.experiment))) await proxyOfNew(rest);
  const experiment = await haveExperiment(rest, options.experiment);
  if (experiment.artifact_location !== '') proxyPath(experiment.artifact_location, rest);
  const run = await haveRun(rest, experiment, version);
  const root = proxyPath(run.artifact_uri, rest);
  const { pieces } = await piecesOf(version, run.run_id);

  const there = await listArtifacts(rest, root);
  const doubts = doubtsIn(version.resume);
  let bytes = 0;
  let skippedBytes = 0;
  const sent: Piece[] = [];
  for (const piece of pieces) {
    const same =
      there.get(piece.path) === piece.size &&
      !doubts.has(piece.path) &&
      (!piece.small || (await isRight(rest, root, piece)));
    if (same) {
      skippedBytes += piece.size;
      onBytes(piece.size, `${piece.path} is there`);
    } else {
      await put(rest, root, piece, options.partBytes, onBytes);
      bytes += piece.size;
      sent.push(piece);
    }
  }
  const key = (piece: Piece): string => `${run.run_id}/${piece.path}`;
  for (const piece of registered ? sent : pieces) {
    onBytes(0, `reading back ${piece.path}`);
    if (!(await isRight(rest, root, piece))) {
      await put(rest, root, piece, options.partBytes, () => {});
      if (!(await isRight(rest, root, piece))) throw differs(rest, piece.path);
      bytes += sent.includes(piece) ? 0 : piece.size;
    }
    options.proven.add(key(piece));
  }
  keepDoubts(version.resume, new Set());

  await finishRun(rest, run, version);
  const source = `${run.artifact_uri.replace(/\/+$/, '')}/${MODEL}`;
  const made = registered ?? (await register(rest, version, source, run.run_id));
  await untilReady(rest, made);
  await describeVersion(rest, made, descriptionOf(version.card), tagsOf(version));
  await pointAliases(rest, version, made.version);
  return {
    ref: refOf(model, made.version),
    digest: version.digest,
    aliases: [...version.aliases],
    bytes,
    skippedBytes,
    details: { run: run.run_id, experiment: experiment.experiment_id, modelVersion: made.version, source },
  };
}

/** Looks again before each attempt: the answer to the one before may have been lost. */
async function register(
  rest: Rest,
  version: OutgoingVersion,
  source: string,
  run_id: string,
): Promise<RegisteredVersion> {
  const { model, description } = version.definition;
  await haveModel(rest, model, description.slice(0, 1000));
  return await rest.again(
    async () =>
      sameVersion(await allVersions(rest, model), version, rest.address) ??
      (await createVersion(rest, {
        name: model,
        source,
        run_id,
        description: descriptionOf(version.card),
        tags: tagsOf(version),
      })),
  );
}

async function pointAliases(rest: Rest, version: OutgoingVersion, number: string): Promise<void> {
  const { model } = version.definition;
  const now = (await findModel(rest, model))?.aliases;
  for (const alias of version.aliases) if (now?.get(alias) !== number) await pointAlias(rest, model, alias, number);
}

async function put(
  rest: Rest,
  root: string,
  piece: Piece,
  partBytes: number,
  onBytes: DriverWork['onBytes'],
): Promise<void> {
  const path = `${root}/${piece.path}`;
  const onSent = (count: number): void => onBytes(count, piece.path);
  if (piece.file && piece.size > partBytes && (await putInParts(rest, path, piece.file, partBytes, onSent))) return;
  await putArtifact(rest, path, await piece.body(rest.signal), onSent);
}

/** Whether a file there has the right bytes. */
export async function isRight(
  rest: Rest,
  root: string,
  piece: Piece,
  onBytes: (count: number) => void = () => {},
): Promise<boolean> {
  try {
    const found = await hashArtifact(rest, `${root}/${piece.path}`, piece.size, onBytes);
    return found?.size === piece.size && found.sha256 === (await piece.digest(rest.signal));
  } catch (error) {
    // more bytes than it should have
    if (error instanceof AppError && error.code === 'CONFLICT') return false;
    throw error;
  }
}

export const differs = ({ address }: Rest, path: string): AppError =>
  new AppError(
    'CONFLICT',
    `${address} does not give back ${path} as it was sent. Push again; if it stays so, look at the server's storage.`,
  );
