import { realpathSync } from 'node:fs';
import { join } from 'node:path';
import type { AuditAction, AuditEvent } from '../../../shared/contract/audit.ts';
import { AppError } from '../../../shared/errors.ts';
import { withFileLock } from '../../db/file-lock.ts';
import type { Clock } from '../../platform/clock.ts';
import type { Events } from '../events.ts';
import { type Identity, readIdentity } from '../git/identity.ts';
import { findRepository } from '../git/repository.ts';
import type { GitService } from '../git/service.ts';
import { auditFolder } from '../models/layout.ts';
import { makeAssayFolder } from '../projects/init.ts';
import { assayFolder } from '../projects/layout.ts';
import { appendEvent } from './append.ts';
import { canonicalJson } from './canonical.ts';
import { chainName, filesOf, headOf } from './chain.ts';
import { createEventReader } from './events.ts';
import { tailOf, writersOf } from './tail.ts';
import { type AuditReport, verifyAudit } from './verify.ts';

/** Far above any honest event; a chain is read as a whole. */
const MAX_DATA = 256_000;

export type NewAuditEvent = {
  readonly action: AuditAction;
  readonly model: string | null;
  readonly version: string | null;
  /** digests and words that belong to the action; never a secret */
  readonly data?: AuditEvent['data'];
};

export type AppendOptions = {
  /** do nothing when this person's event with the same action, model, version and data is there: for an action repeated after a kill */
  readonly once?: boolean;
};

/** An event that is on the disk, and the files that changed for it, from the project's folder: to be committed. */
export type Appended = { readonly event: AuditEvent; readonly files: readonly string[] };

export type EventFilter = {
  readonly model?: string | undefined;
  readonly version?: string | undefined;
  readonly action?: AuditAction | undefined;
};

type Deps = {
  projects: { get(id: string): { readonly root: string } };
  git: Pick<GitService, 'fileHistory' | 'trackedFiles' | 'knownCommits' | 'committedFiles'>;
  events: Events;
  clock: Clock;
};

export type AuditService = ReturnType<typeof createAudit>;

/** The log of everything that happened to a project's models: one hash chain per clone, in `models/audit/`. */
export function createAudit({ projects, git, events, clock }: Deps) {
  const read = createEventReader();

  const eventsOf = (project: string, { model, version, action }: EventFilter = {}): AuditEvent[] =>
    read(projects.get(project).root).filter(
      (event) =>
        (model === undefined || event.model === model) &&
        (version === undefined || event.version === version) &&
        (action === undefined || event.action === action),
    );

  const headsOf = (root: string): Record<string, string> => {
    const folder = auditFolder(root);
    return Object.fromEntries(
      writersOf(folder).flatMap((writer) => {
        const { head } = tailOf(join(folder, chainName(writer)));
        return head ? [[writer, head.hash]] : [];
      }),
    );
  };

  return {
    /**
     * Who git says the person at this machine is: every event names them.
     * @throws AppError BAD_REQUEST when git says nothing
     */
    identity: (project: string): Promise<Identity> => {
      const root = realpathSync(projects.get(project).root);
      const gitFolder = join(root, '.git');
      return readIdentity(findRepository(root) ?? { top: root, gitFolder, commonFolder: gitFolder });
    },

    /**
     * Appends an event to the chain of this clone; it is on the disk when this resolves.
     * @throws AppError BAD_REQUEST without an identity of git, UNAVAILABLE when it cannot be written (then nothing was)
     */
    async append(project: string, event: NewAuditEvent, { once = false }: AppendOptions = {}): Promise<Appended> {
      const { root } = projects.get(project);
      const { name, email } = await this.identity(project);
      const data = event.data ?? {};
      const text = canonicalJson(data);
      if (text.length > MAX_DATA) throw new AppError('BAD_REQUEST', 'This is too much for one line of the audit log.');
      makeAssayFolder(root);
      const appended = withFileLock(join(assayFolder(root), 'audit.lock'), (): Appended => {
        const { action, model, version } = event;
        const there =
          once &&
          eventsOf(project, { action }).find(
            (one) =>
              one.model === model &&
              one.version === version &&
              one.actor.email === email &&
              canonicalJson(one.data) === text,
          );
        if (there) return { event: there, files: filesOf(there.writer) };
        const at = new Date(clock.now()).toISOString();
        return appendEvent(root, { at, actor: { name, email }, action, model, version, data });
      });
      events.changed('models', project);
      return appended;
    },

    /** Events that fit, oldest first, over all writers: an event comes after those that its writer knew. Cheap to ask again. */
    events: eventsOf,

    /** The head of the whole log: changes with every event of any writer. */
    head: (project: string): string => headOf(headsOf(projects.get(project).root)),

    /** Newest first. */
    log(
      project: string,
      { offset = 0, limit = 100, ...filter }: EventFilter & { offset?: number; limit?: number } = {},
    ) {
      const found = eventsOf(project, filter).reverse();
      return { total: found.length, events: found.slice(offset, offset + limit), head: this.head(project) };
    },

    /** Checks every line of every chain against itself, the other chains, receipts, git's history and what this clone kept. */
    verify: (project: string): Promise<AuditReport> => verifyAudit(projects.get(project).root, git),
  };
}
