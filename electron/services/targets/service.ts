import type { Receipt } from '../../../shared/contract/targets.ts';
import { messageOf } from '../../../shared/errors.ts';
import type { PushAsk } from './outgoing.ts';
import type { TargetsDeps, TargetWork } from './ports.ts';
import { createPull, type PullAsk } from './pull.ts';
import { createPush, type Outcome } from './push.ts';
import { lastReceipts, receiptFindings, receiptsOf } from './receipts.ts';
import { createRollback, type RollbackAsk } from './rollback.ts';
import { createSettings } from './settings.ts';

const KEPT = 100;

export type TargetsService = ReturnType<typeof createTargets>;

/** The engine of pushes: which target a version may go to, getting it there, proof that it is there, and the way back. */
export function createTargets(deps: TargetsDeps) {
  const { projects, registry, jobs, facts, audit } = deps;
  facts.add({
    pushedTo: async (project) => {
      const { root } = projects.get(project);
      return ({ name, version, digest }) =>
        lastReceipts(root, name, version)
          .flatMap((one) => (one.definition === digest ? [one.target] : []))
          .sort();
    },
    verify: async (project, { name, version, digest }) => {
      const pushes = audit.events(project, { action: 'pushed', model: name, version });
      const told = new Set(pushes.map(({ data }) => data.receipt));
      return receiptFindings(projects.get(project).root, name, version, digest, told);
    },
  });
  const settings = createSettings(deps);
  const { plan, push, verify } = createPush(deps, settings);
  const rollback = createRollback(deps, settings);
  const pull = createPull(deps, settings);
  const outcomes = new Map<string, Outcome>();

  const asJob = (
    title: string,
    project: string,
    unit: string,
    work: (work: TargetWork) => Promise<Outcome>,
  ): string => {
    const job: string = jobs.start({ title, project, unit }, async ({ progress, signal }) => {
      outcomes.set(job, await work({ signal, onProgress: progress }));
      for (const old of [...outcomes.keys()].slice(0, -KEPT)) outcomes.delete(old);
    });
    return job;
  };

  return {
    list: settings.list,
    setSecret: settings.setSecret,
    plan,
    /** These work until they are done; those of `start` are jobs. */
    push,
    verify,
    rollback,
    pull,
    start: {
      push: (ask: PushAsk): string =>
        asJob(`Push ${ask.name}@${ask.version} to ${ask.target}`, ask.project, 'bytes', (work) => push(ask, work)),
      verify: (ask: PushAsk): string =>
        asJob(`Read ${ask.name}@${ask.version} back from ${ask.target}`, ask.project, 'bytes', (work) =>
          verify(ask, work),
        ),
      rollback: (ask: RollbackAsk): string =>
        asJob(`Roll ${ask.name} back`, ask.project, 'targets', (work) => rollback(ask, work)),
      pull: (ask: PullAsk): string =>
        asJob(`Pull ${ask.name}@${ask.version} from ${ask.target}`, ask.project, 'bytes', (work) => pull(ask, work)),
    },
    /** What a job left; null before it ended well. */
    result(job: string): { receipts: Receipt[]; lines: string[] } | null {
      const outcome = outcomes.get(job);
      return outcome ? { receipts: [...outcome.receipts], lines: [...outcome.lines] } : null;
    },
    /** Receipts of a version, of a model or of all, newest first. */
    async receipts(project: string, name?: string, version?: string): Promise<Receipt[]> {
      const { root } = projects.get(project);
      const all: Receipt[] = [];
      for (const model of name === undefined ? await registry.names(project) : [name])
        for (const one of version === undefined ? await registry.versions(project, model) : [version])
          all.push(...receiptsOf(root, model, one));
      return all.sort((a, b) => b.at - a.at);
    },
    remote: (project: string, target: string, name: string, signal: AbortSignal) =>
      settings.using(project, target, (driver) => driver.remote(name, signal)),
    async test(project: string, target: string, signal: AbortSignal): Promise<{ ok: boolean; message: string }> {
      try {
        return { ok: true, message: await settings.using(project, target, (driver) => driver.test(signal)) };
      } catch (error) {
        return { ok: false, message: messageOf(error) };
      }
    },
  };
}
