import type { RecordedVersion } from '../models/ports.ts';
import type { OpenProject } from '../projects/open-project.ts';
import { Inconclusive, type Noise, recordedValue } from './evaluator.ts';
import { welchInterval } from './statistics/student-t.ts';

/**
 * How the last values of a metric differ between the finished runs of two versions' groups: Welch's t interval of the difference of means.
 * @throws Inconclusive when a group has fewer than two such runs, or both are one group
 */
export function groupNoise(metric: string, project: OpenProject, own: RecordedVersion, other: RecordedVersion): Noise {
  const [a, b] = [groupOf(own), groupOf(other)];
  if (a === b) throw new Inconclusive(`both come from the same group "${a}", whose runs cannot tell them apart.`);
  const [ours, theirs] = [valuesOf(metric, project, own, a), valuesOf(metric, project, other, b)];
  if ([ours, theirs].every((values) => values.every((value) => value === values[0])))
    throw new Inconclusive(
      `the runs of either group all have the same ${metric}, so they show no noise. Give them other seeds; if nothing in the training is random, leave out "over: group".`,
    );
  const { low, high, estimate } = welchInterval(ours, theirs, 0.95);
  return {
    low,
    high,
    difference: estimate,
    method: `t over ${ours.length} runs of group ${a} and ${theirs.length} of ${b}`,
  };
}

function groupOf({ definition: { run, version } }: RecordedVersion): string {
  if (!run?.group)
    throw new Inconclusive(
      `${version} does not come from a run of a group. Start several runs with --group, and register one of them.`,
    );
  return run.group;
}

function valuesOf(metric: string, { db }: OpenProject, version: RecordedVersion, group: string): number[] {
  const rows = db
    .prepare<[string, string], { id: string; last: number | null }>(
      `SELECT r.id, s.last FROM runs r JOIN series s ON s.run = r.pk AND s.key = ?
       WHERE r.grp = ? AND r.deleted_at IS NULL AND r.status = 'finished' ORDER BY r.id LIMIT 10000`,
    )
    .all(metric, group);
  const values = new Map(rows.map(({ id, last }) => [id, last ?? Number.NaN]));
  // the version's own value is in its evidence, whether its run is on this machine or not
  const own = recordedValue(version.definition, metric);
  if (own !== null) values.set(version.definition.run!.id, own);
  const all = [...values.values()];
  if (!all.every(Number.isFinite))
    throw new Inconclusive(`a run of group "${group}" has NaN or an infinity as ${metric}.`);
  if (all.length < 2)
    throw new Inconclusive(
      `group "${group}" has ${all.length} finished run with ${metric} on this machine, and noise needs two. Run it again with other seeds.`,
    );
  return all;
}
