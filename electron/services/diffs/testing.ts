import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { DiffSettings, type OpenedDiff, RowFilter } from '../../../shared/contract/diffs.ts';
import type { DataSide } from '../../../shared/contract/tables.ts';
import { systemClock } from '../../platform/clock.ts';
import { silentLog } from '../../platform/log.ts';
import { createDatasets } from '../datasets/service.ts';
import { createEvents } from '../events.ts';
import { createGit } from '../git/service.ts';
import { createJobs } from '../jobs/service.ts';
import { createDiffs } from './service.ts';

const author = { name: 'Ada', email: 'ada@example.invalid' };
const project = 'p';

export type DiffWorld = Awaited<ReturnType<typeof makeDiffWorld>>;

/** A project with a real git repository, and the services that compare its data. `restart` ends them and makes others. */
export async function makeDiffWorld() {
  const top = mkdtempSync(join(tmpdir(), 'assay diffs "ü" '));
  const root = join(top, 'project');
  mkdirSync(root);
  const projects = { get: () => ({ root }) };
  const git = createGit({ log: silentLog });
  await git.init(root);
  const datasets = createDatasets({ projects, git } as never);

  const start = () => {
    const events = createEvents();
    const jobs = createJobs({ folder: join(top, 'home'), events, log: silentLog, clock: systemClock });
    return {
      events,
      jobs,
      diffs: createDiffs({ projects, datasets, jobs, events, log: silentLog, clock: systemClock }),
    };
  };
  let now = start();
  const stop = async (): Promise<void> => {
    await now.jobs.dispose();
    await now.diffs.dispose();
  };

  const rows = (
    id: string,
    filter: Partial<RowFilter> = {},
    more: { offset?: number; limit?: number; columns?: string[] } = {},
  ) => now.diffs.rows({ project, id, filter: RowFilter.parse(filter), offset: 0, limit: 100, ...more });

  return {
    project,
    root,
    services: () => now,
    put(path: string, text: string | Uint8Array): void {
      mkdirSync(dirname(join(root, path)), { recursive: true });
      writeFileSync(join(root, path), text);
    },
    add: (...paths: string[]) => datasets.add({ project, paths: paths.map((path) => join(root, path)) }),
    commit: async (message: string): Promise<string> => (await git.commitAll(root, message, author))!,
    open: (before: DataSide, after: DataSide, settings: Partial<DiffSettings> = {}): Promise<OpenedDiff> =>
      now.diffs.open({ project, before, after, settings: DiffSettings.parse(settings) }),
    /** The comparison when its job has ended. */
    async finished(opened: OpenedDiff | Promise<OpenedDiff>): Promise<OpenedDiff> {
      const { id, job } = await opened;
      if (job) for await (const _ of now.jobs.watch(job));
      return now.diffs.get({ project, id });
    },
    rows,
    /** One line for each row: `~` changed, `+`, `-`, `=`, with `!` where it moved; cells as `old→now` where they changed. */
    async lines(id: string, filter: Partial<RowFilter> = {}, more: Parameters<typeof rows>[2] = {}): Promise<string[]> {
      const page = await rows(id, filter, more);
      return page.rows.map(({ kind, moved, cells, skipped }) => {
        if (kind === 'gap') return `… ${skipped}`;
        const sign = { changed: '~', added: '+', removed: '-', unchanged: '=' }[kind];
        const shown = cells.map(({ old, now: is, changed }) =>
          changed ? `${old}→${is}` : String(is === undefined ? old : is),
        );
        return `${sign}${moved ? '!' : ''} ${shown.join(' ')}`;
      });
    },
    async restart(): Promise<void> {
      await stop();
      now = start();
    },
    async dispose(): Promise<void> {
      await stop();
      await datasets.dispose();
      await git.dispose();
      rmSync(top, { recursive: true, force: true });
    },
  };
}

export const version = (path: string, rev: string | null): DataSide => ({ kind: 'version', path, rev });
