import { AppError } from '../../../../shared/errors.ts';
import type { DriverWork, OutgoingVersion, Pushed } from '../driver.ts';
import { proxyPath } from './artifacts.ts';
import { doubtsIn, keepDoubts } from './doubts.ts';
import { tagsOf } from './names.ts';
import { MODEL, piecesOf } from './pieces.ts';
import { differs, isRight } from './push.ts';
import { findModel, getVersion } from './registry.ts';
import type { Rest } from './rest.ts';
import { DEFINITION, getRun } from './tracking.ts';

/**
 * Reads back what the registry says and every byte of what was pushed. What `proven` names was read back by this driver after it was sent.
 * @throws AppError CONFLICT naming what differs
 */
export async function verifyVersion(
  rest: Rest,
  version: OutgoingVersion,
  pushed: Pushed,
  { onBytes }: DriverWork,
  proven: ReadonlySet<string>,
): Promise<void> {
  const { model, version: number } = version.definition;
  const wrong = (what: string): AppError =>
    new AppError('CONFLICT', `${rest.address} ${what}. Push ${model}@${number} again.`);
  const there = await getVersion(rest, model, pushed.details.modelVersion ?? '');
  if (!there) throw wrong(`does not have ${pushed.ref} any more`);
  const run = await getRun(rest, there.run_id);
  const root = proxyPath(run.artifact_uri, rest);
  if (there.status !== 'READY') throw wrong(`has ${pushed.ref} as ${there.status.slice(0, 50)}`);
  if (there.source !== `${run.artifact_uri.replace(/\/+$/, '')}/${MODEL}`)
    throw wrong(`takes the files of ${pushed.ref} from another place than they were sent to`);
  if (there.tags.get(DEFINITION) !== version.digest) throw wrong(`calls something else ${pushed.ref}`);
  const tag = Object.entries(tagsOf(version)).find(([key, value]) => there.tags.get(key) !== value);
  if (tag) throw wrong(`has another tag ${tag[0]} on ${pushed.ref}`);
  const aliases = (await findModel(rest, model))?.aliases;
  const alias = pushed.aliases.find((one) => aliases?.get(one) !== there.version);
  if (alias !== undefined) throw wrong(`does not have the alias ${alias} on ${pushed.ref}`);

  const doubts = doubtsIn(version.resume);
  const before = doubts.size;
  const { pieces } = await piecesOf(version, run.run_id);
  for (const piece of pieces) {
    const label = `reading back ${piece.path}`;
    if (proven.has(`${run.run_id}/${piece.path}`)) onBytes(piece.size, label);
    else if (!(await isRight(rest, root, piece, (count) => onBytes(count, label)))) doubts.add(piece.path);
  }
  if (doubts.size > before) keepDoubts(version.resume, doubts);
  const [first] = doubts;
  if (first !== undefined) throw differs(rest, first);
}
