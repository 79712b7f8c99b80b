import type { OutgoingVersion, Planned } from '../driver.ts';
import { listArtifacts, proxyPath } from './artifacts.ts';
import { doubtsIn } from './doubts.ts';
import { checkNames, descriptionOf, refOf, sameVersion, tagsOf } from './names.ts';
import { piecesOf } from './pieces.ts';
import { proxyOfNew } from './place.ts';
import { allVersions, findModel } from './registry.ts';
import type { Rest } from './rest.ts';
import { findExperiment, findRun } from './tracking.ts';

/** Asks what is there; sends nothing. @throws AppError when it could not go there at all, with what to do */
export async function planVersion(rest: Rest, version: OutgoingVersion, experimentName: string): Promise<Planned> {
  const { model } = version.definition;
  checkNames(version);
  const experiment = await findExperiment(rest, experimentName);
  if (experiment) proxyPath(experiment.artifact_location, rest);
  else await proxyOfNew(rest);
  const run = experiment && (await findRun(rest, experiment, version.digest));
  const there = run ? await listArtifacts(rest, proxyPath(run.artifact_uri, rest)) : new Map<string, number>();
  const found = await findModel(rest, model);
  const registered = found && sameVersion(await allVersions(rest, model), version, rest.address);
  const doubts = doubtsIn(version.resume);
  const { pieces, note } = await piecesOf(version, run?.run_id ?? '0'.repeat(32));
  const tags = registered
    ? Object.entries(tagsOf(version)).filter(([key, value]) => registered.tags.get(key) !== value)
    : [];
  const steps = [
    ...(experiment ? [] : [`creates the experiment ${experimentName}`]),
    ...(run ? [] : ['creates a run with params, metrics and tags']),
    ...(found ? [] : [`creates the registered model ${model}`]),
    ...(registered ? [] : [`creates a version of ${model}`]),
    ...(tags.length > 0 ? [`sets ${tags.map(([key]) => key).join(', ')}`] : []),
    ...(registered && registered.description !== descriptionOf(version.card) ? ['renews the description'] : []),
    ...version.aliases.flatMap((alias) => {
      const from = found?.aliases.get(alias);
      if (registered && from === registered.version) return [];
      return [from ? `moves ${alias} from version ${from}` : `sets the alias ${alias}`];
    }),
    ...(note === null ? [] : [note]),
  ];
  return {
    ref: registered ? refOf(model, registered.version) : refOf(model, '(new)'),
    items: pieces.map(({ path, what, size, sha256 }) => ({
      path,
      what,
      bytes: size,
      digest: sha256,
      there: there.get(path) === size && !doubts.has(path),
    })),
    steps,
  };
}
