import type { Evaluation } from '../../../shared/contract/gates.ts';
import type { Finding, Verdict, VersionRow } from '../../../shared/contract/models.ts';
import { AppError, messageOf } from '../../../shared/errors.ts';
import type { Clock } from '../../platform/clock.ts';
import { canonicalJson } from '../audit/canonical.ts';
import type { Events } from '../events.ts';
import type { JobsService } from '../jobs/service.ts';
import type { RecordedVersion } from '../models/ports.ts';
import type { Definition } from '../projects/definition.ts';
import type { ProjectLookup } from '../projects/open-project.ts';
import { openChecking, type Sources } from './checking.ts';
import { gatesOf, type NamedGate } from './declared.ts';
import { evaluate } from './evaluate.ts';
import { createEvaluationFiles, digestOfEvaluation, missing } from './evaluation-files.ts';
import { worst } from './evaluator.ts';
import { kindOf } from './forms.ts';
import { titleOf } from './title.ts';

type Deps = Sources & {
  projects: ProjectLookup & { definition(id: string): Definition | null };
  identity(project: string): Promise<{ name: string; email: string }>;
  /** sentences about evidence that changed since the card was written; null when nobody can tell */
  stale(project: string, version: RecordedVersion): Promise<readonly string[] | null>;
  jobs: JobsService;
  events: Events;
  clock: Clock;
  assayVersion: string;
};
type Work = { signal?: AbortSignal; progress?: (done: number, total: number, label: string) => void };

export type Gates = ReturnType<typeof createGates>;
const MOST_REMEMBERED = 100;

/** Evaluates the gates of `assay.yaml`, keeps every evaluation under its digest, and says what still holds. */
export function createGates(deps: Deps) {
  const { projects, registry, jobs, events, clock } = deps;
  const files = createEvaluationFiles();
  const byJob = new Map<string, Evaluation>();
  const rootOf = (project: string): string => projects.get(project).root;

  const declaredOf = (project: string, name: string): { gates: NamedGate[]; alias: string } => {
    const definition = projects.definition(project);
    return { gates: gatesOf(definition?.gates, name), alias: definition?.models?.champion ?? 'champion' };
  };

  /** Why an evaluation does not hold any more; null while it does. */
  const outdatedBy = async (project: string, own: RecordedVersion, evaluation: Evaluation): Promise<string | null> => {
    if (evaluation.definition !== own.digest) return 'The definition of the version is another one now.';
    let declared: ReturnType<typeof declaredOf>;
    try {
      declared = declaredOf(project, own.definition.model);
    } catch (error) {
      return `The gates cannot be read: ${messageOf(error)}`;
    }
    if (canonicalJson(declared.gates.map(({ gate }) => gate)) !== canonicalJson(evaluation.declared))
      return 'The gates in assay.yaml are others now.';
    const pointers = await registry.pointers(project, own.definition.model);
    for (const alias of aliasesOf(declared.gates, declared.alias)) {
      const now = Object.hasOwn(pointers, alias) ? pointers[alias]! : null;
      // a version that became the champion was compared with the one before it
      if (now === own.definition.version) continue;
      const then =
        [evaluation.champion, ...evaluation.gates.map((gate) => gate.champion)].find((one) => one?.alias === alias)
          ?.version ?? null;
      if (now === then) continue;
      return then === null
        ? `It was compared with no ${alias}; now that is ${now}.`
        : now === null
          ? `It was compared with ${alias} ${then}, which is no ${alias} any more.`
          : `It was compared with ${alias} ${then}; now that is ${now}.`;
    }
    return null;
  };

  const service = {
    /** The gates of a model in words. `problem` names the line of a mistake. */
    declared(project: string, name: string) {
      try {
        const { gates } = declaredOf(project, name);
        return {
          gates: gates.map(({ id, from, gate }) => ({ id, from, kind: kindOf(gate), title: titleOf(gate) })),
          problem: null,
        };
      } catch (error) {
        return { gates: [], problem: messageOf(error) };
      }
    },

    /**
     * Evaluates every gate of a version and keeps the evaluation on this machine.
     * @throws AppError NOT_FOUND, BAD_REQUEST when `assay.yaml` cannot be read, CANCELLED
     */
    async check(project: string, name: string, version: string, work: Work = {}): Promise<Evaluation> {
      const own = await registry.read(project, name, version);
      const { gates, alias } = declaredOf(project, name);
      const signal = work.signal ?? new AbortController().signal;
      const checking = openChecking(deps, projects.get(project), own, alias, signal);
      try {
        const results: Evaluation['gates'] = [];
        for (const [i, gate] of gates.entries()) {
          if (signal.aborted) throw new AppError('CANCELLED', 'The check was stopped.');
          work.progress?.(i, gates.length, titleOf(gate.gate));
          results.push(await evaluate(gate, checking, () => deps.stale(project, own)));
        }
        const [compared] = aliasesOf(gates, alias);
        const champion = compared === undefined ? null : await checking.compared(compared);
        const who = await deps.identity(project).catch(() => null);
        const body: Omit<Evaluation, 'digest'> = {
          assay: 'evaluation/1',
          model: name,
          version,
          definition: own.digest,
          declared: gates.map(({ gate }) => gate as Evaluation['declared'][number]),
          champion:
            champion?.state === 'other'
              ? {
                  alias: champion.alias,
                  version: champion.version.definition.version,
                  definition: champion.version.digest,
                }
              : null,
          at: clock.now(),
          by: who ? `${who.name} <${who.email}>` : 'unknown',
          assayVersion: deps.assayVersion,
          verdict: overall(results),
          gates: results,
        };
        // as a file has it, so that what is read back has the same digest
        const plain = JSON.parse(JSON.stringify(body)) as typeof body;
        const evaluation: Evaluation = { ...plain, digest: digestOfEvaluation(plain) };
        files.save(rootOf(project), evaluation);
        events.changed('models', project, [`${name}@${version}`]);
        return evaluation;
      } finally {
        await checking.close();
      }
    },

    /** The same as a job; `checked` has its result. */
    startCheck(project: string, name: string, version: string): string {
      const job: string = jobs.start(
        { title: `Checking the gates of ${name} ${version}`, project, unit: 'gates' },
        async (handle) => {
          byJob.set(job, await service.check(project, name, version, handle));
          for (const old of [...byJob.keys()].slice(0, -MOST_REMEMBERED)) byJob.delete(old);
        },
      );
      return job;
    },
    checked: (job: string): Evaluation | null => byJob.get(job) ?? null,

    /** The newest evaluation and why it does not hold any more; null before the first. */
    async latest(project: string, name: string, version: string) {
      const own = await registry.read(project, name, version);
      const newest = files.list(rootOf(project), name, version)[0]?.evaluation;
      return newest ? { evaluation: newest, outdated: await outdatedBy(project, own, newest) } : null;
    },

    /** @throws AppError NOT_FOUND */
    async get(project: string, name: string, version: string, digest: string): Promise<Evaluation> {
      await registry.read(project, name, version);
      const found = files.list(rootOf(project), name, version).find(({ evaluation }) => evaluation.digest === digest);
      if (!found) throw missing(digest);
      return found.evaluation;
    },

    async history(project: string, name: string, version: string) {
      await registry.read(project, name, version);
      return files
        .list(rootOf(project), name, version)
        .map(({ evaluation: { digest, at, verdict, by }, frozen }) => ({ digest, at, verdict, by, frozen }));
    },

    /** Copies an evaluation to the version's committed files; returns its path from the project's folder. @throws AppError NOT_FOUND */
    async freeze(project: string, name: string, version: string, digest: string): Promise<string> {
      await registry.read(project, name, version);
      return files.freeze(rootOf(project), name, version, digest);
    },

    /** Evaluations that were changed after they were frozen. The caller has checked name and version. */
    verifyEvaluations: (project: string, name: string, version: string): Finding[] =>
      files.verify(rootOf(project), name, version),

    /** The newest evaluation in short; null before the first. The caller has checked name and version. */
    summary(project: string, name: string, version: string): VersionRow['gates'] {
      const newest = files.list(rootOf(project), name, version)[0]?.evaluation;
      if (!newest) return null;
      const { verdict, digest, at, gates } = newest;
      return {
        verdict,
        digest,
        at,
        passed: gates.filter((gate) => gate.verdict === 'pass').length,
        total: gates.length,
      };
    },
  };
  return service;
}

/** Warnings do not count. */
function overall(results: Evaluation['gates']): Verdict {
  return worst(results.flatMap(({ severity, verdict }) => (severity === 'warning' ? [] : [verdict])));
}

/** The aliases that gates compare with, the champion first. */
function aliasesOf(gates: readonly NamedGate[], champion: string): string[] {
  const named = gates.flatMap(({ gate }) =>
    'data_diff' in gate
      ? [gate.to ?? champion]
      : 'metric' in gate && gate.not_worse_than !== undefined
        ? [gate.not_worse_than]
        : [],
  );
  return [...new Set(named)].sort((a, b) => Number(b === champion) - Number(a === champion));
}
