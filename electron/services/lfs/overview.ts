import { lstatSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { Dataset, DatasetState, DatasetVersion, RemoteInfo } from '../../../shared/contract/datasets.ts';
import { messageOf } from '../../../shared/errors.ts';
import type { Log } from '../../platform/log.ts';
import type { Overview } from '../datasets/overview.ts';
import { type DataRules, nameProblem } from '../datasets/rules.ts';
import type { Events } from '../events.ts';
import type { Definition } from '../projects/definition.ts';
import { type LfsContext, projectPath, rawProblem } from './context.ts';
import type { Lfs } from './service.ts';
import { findObject } from './store.ts';

type Deps = {
  lfs: Lfs;
  /** rows of versions, which DVC's side of the page keeps */
  rows: Pick<Overview, 'rowsOf' | 'countFiles'>;
  definition(project: string): Definition | null;
  events: Events;
  log: Log;
};

export type LfsOverview = ReturnType<typeof createLfsOverview>;

type Pointed = { readonly path: string; readonly pointer: { readonly oid: string; readonly size: number } | null };

/** Files of Git LFS as the page of a project's datasets shows them. */
export function createLfsOverview({ lfs, rows, definition, events, log }: Deps) {
  const reading = new Set<string>();
  const counting = new Set<string>();

  /** Rows are counted behind the answer, one project at a time. */
  const countLater = (project: string, context: LfsContext, pointed: readonly Pointed[]): void => {
    if (counting.has(project)) return;
    const files = pointed.flatMap(({ path, pointer }) => {
      const file = pointer && pointer.size > 0 ? findObject(context.store, pointer) : null;
      return file && pointer ? [{ hash: pointer.oid, file, name: basename(path) }] : [];
    });
    counting.add(project);
    void rows
      .countFiles(project, context.named, files)
      .catch((error: unknown) => log.warn('rows could not be counted', { project, error: messageOf(error) }))
      .finally(() => counting.delete(project));
  };

  /** What must be read is read behind the answer; an event says when that is done. */
  const readLater = (project: string, paths: readonly string[]): void => {
    if (reading.has(project)) return;
    reading.add(project);
    void lfs
      .status({ project, paths })
      .then(() => events.changed('datasets', project))
      .catch((error: unknown) => log.warn('files of Git LFS could not be read', { project, error: messageOf(error) }))
      .finally(() => reading.delete(project));
  };

  const rulesOf = (project: string): DataRules | undefined => {
    try {
      return definition(project)?.data ?? undefined;
    } catch {
      // the project's page says what is wrong with it
      return undefined;
    }
  };

  return {
    /** What is in Git LFS, from what git's index remembers; `unknown` where a file must be read first. */
    async list(project: string): Promise<Dataset[]> {
      const found = await lfs.peek(project);
      if (!found) return [];
      const { context, all, tags } = found;
      const rules = rulesOf(project);
      const unread = all.filter((one) => one.state === 'unknown');
      if (unread.length > 0)
        readLater(
          project,
          unread.map((one) => join(context.named, projectPath(context, one.item.path) ?? '')),
        );
      countLater(
        project,
        context,
        all.map((one) => one.item),
      );
      return all.flatMap(({ item, state, inCache }): Dataset[] => {
        const path = projectPath(context, item.path);
        if (path === null) return [];
        const name = nameProblem(rules, path);
        return [
          {
            path,
            kind: 'lfs',
            recordedIn: path,
            folder: false,
            hash: item.pointer?.oid ?? null,
            size: item.pointer?.size ?? null,
            nfiles: null,
            rows: item.pointer && rows.rowsOf(project, context.named, item.pointer.oid),
            state,
            drift: driftOf(state, join(context.repository.top, item.path), item.pointer?.size ?? null),
            uncommitted: !item.committed,
            inCache,
            tags: tags.get(item.path) ?? [],
            problems: [...(name === null ? [] : [name]), ...(item.pointer ? [] : [rawProblem(path)])],
            documentation: { desc: null, type: null, labels: [], meta: {} },
          },
        ];
      });
    },

    /** The versions of one file; rows and runs that are not known yet are looked for behind the answer. */
    async history(project: string, path: string): Promise<DatasetVersion[]> {
      const { context, versions, own, learn } = await lfs.versions({ project, path });
      learn().then(
        (news) => news && events.changed('datasets', project),
        (error: unknown) => log.warn('files of Git LFS could not be read', { project, error: messageOf(error) }),
      );
      countLater(
        project,
        context,
        versions.flatMap(({ hash, size }) => (hash && size ? [{ path: own, pointer: { oid: hash, size } }] : [])),
      );
      return versions.map((one) => ({
        ...one,
        rows: one.hash === null ? null : rows.rowsOf(project, context.named, one.hash),
      }));
    },

    remotes: (project: string): Promise<RemoteInfo[]> => lfs.remotes(project),

    has: async (project: string, path: string): Promise<boolean> => (await lfs.has({ project, paths: [path] }))[0]!,
  };
}

function driftOf(state: DatasetState, full: string, size: number | null): Dataset['drift'] {
  const now = state === 'modified' ? lstatSync(full, { throwIfNoEntry: false })?.size : undefined;
  return now === undefined ? null : { size: now - (size ?? 0), nfiles: 0, files: null };
}
