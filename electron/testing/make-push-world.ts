import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Review } from '../../shared/contract/reviews.ts';
import { systemClock } from '../platform/clock.ts';
import { silentLog } from '../platform/log.ts';
import { createAudit } from '../services/audit/service.ts';
import { createEvents } from '../services/events.ts';
import { createJobs } from '../services/jobs/service.ts';
import { createFacts } from '../services/models/facts.ts';
import { parseDefinition } from '../services/projects/definition.ts';
import { createSecrets } from '../services/secrets/service.ts';
import type { Driver } from '../services/targets/driver.ts';
import { openTarget } from '../services/targets/open.ts';
import { createTargets } from '../services/targets/service.ts';
import { fileRegistry } from './file-registry.ts';
import { makeProject } from './make-project.ts';

/** The card of every version here; drivers only carry it. */
export const CARD = '---\nlicense: mit\n---\n\n# churn\n';

/**
 * The engine of pushes with its real neighbours (audit log, secrets, jobs), over plain files, at a project that exists or a new one.
 * @param root a project that another process made
 */
export function makePushWorld(root?: string) {
  const made = root === undefined ? makeProject() : null;
  const at = made?.root ?? root!;
  const project = { id: 'test', root: at };
  const projects = {
    get: () => project,
    definition: () => parseDefinition(readFileSync(join(at, 'assay.yaml'), 'utf8')),
  };
  if (made) {
    mkdirSync(join(at, '.git'));
    writeFileSync(join(at, '.git', 'config'), '[user]\n\tname = "A. Person"\n\temail = a@example.invalid\n');
    writeFileSync(join(at, 'assay.yaml'), 'targets:\n  shelf: {type: folder, path: out}\n');
  }
  const events = createEvents();
  const files = fileRegistry(at);
  const neverAsked = (): never => {
    throw new Error('git is not asked here');
  };
  const git = {
    fileHistory: neverAsked,
    trackedFiles: neverAsked,
    knownCommits: neverAsked,
    committedFiles: neverAsked,
  };
  const audit = createAudit({ projects, git, events, clock: systemClock });
  const card = { text: CARD };
  const facts = createFacts();
  const reviews = new Map<string, Pick<Review, 'state' | 'request' | 'decisions'>>();
  const drivers = new Map<string, Driver>();
  const folder = join(at, '..');
  const jobs = createJobs({ folder, events, log: silentLog, clock: systemClock });
  const secrets = createSecrets({ folder, log: silentLog, env: { ASSAY_KEYRING: 'off' } });
  const targets = createTargets({
    projects,
    registry: files.registry,
    review: async (_project, name, version) =>
      reviews.get(`${name}@${version}`) ?? { state: 'none', request: null, decisions: [] },
    card: async () => card.text,
    signing: {
      checkBundle: (_project, bundle) => ({
        valid: bundle === 'good',
        trusted: true,
        message: bundle === 'good' ? 'good, by a key of this project' : 'it is of other files',
      }),
      trusted: () => [],
    },
    notify: async () => {},
    facts,
    audit,
    secrets,
    open: async (declared, options) => drivers.get(options.name) ?? (await openTarget(declared, options)),
    retry: { attempts: 3, baseMs: 1, maxMs: 2 },
    jobs,
    events,
    log: silentLog,
    clock: systemClock,
  });

  return {
    root: at,
    ...files,
    targets,
    audit,
    secrets,
    facts,
    jobs,
    card,
    /** drivers that stand in for those of a target, by its name */
    drivers,
    reviews,
    declare: (yaml: string): void => writeFileSync(join(at, 'assay.yaml'), yaml),
    work: (signal: AbortSignal = new AbortController().signal) => ({ signal, onProgress: () => {} }),
    /** actions in the audit log, oldest first */
    actions: (): string[] => audit.events('test').map(({ action }) => action),
    async dispose(): Promise<void> {
      await jobs.dispose();
      if (made) made.dispose();
      else rmSync(at, { recursive: true, force: true });
    },
  };
}

export type PushWorld = ReturnType<typeof makePushWorld>;

/** A push of `churn@1.0.0` to `shelf`. */
export const ASK = { project: 'test', name: 'churn', version: '1.0.0', target: 'shelf' } as const;
