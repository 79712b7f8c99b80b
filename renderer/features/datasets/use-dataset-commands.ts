import { notifications } from '@mantine/notifications';
import { useMemo } from 'react';
import type { Dataset, Documentation } from '../../../shared/contract/datasets.ts';
import { client } from '../../lib/client.ts';
import { plural } from '../../lib/format.ts';
import { confirm } from '../../ui/confirm.tsx';
import { notifyDone, notifyError } from '../../ui/notify.ts';

const MOST_LINES = 6;

/** Follows a job to its end and says what it left behind. A failure is told by the tray's own notice. Resolves to whether it was done. */
async function follow(job: string): Promise<boolean> {
  let state = 'running';
  for await (const now of await client.jobs.watch({ id: job })) state = now.state;
  if (state !== 'done') return false;
  const result = await client.datasets.result({ job });
  if (!result) return true;
  const { lines, broken } = result;
  const more = lines.length - MOST_LINES;
  const text = [
    ...lines.slice(0, MOST_LINES),
    ...(more > 0 ? [`… and ${plural(more, 'more line', 'more lines')}.`] : []),
  ];
  if (text.length > 0)
    notifications.show({
      message: text.join('\n'),
      style: { whiteSpace: 'pre-line' },
      color: broken.length > 0 ? 'red' : undefined,
      autoClose: broken.length > 0 ? false : 8000,
    });
  return true;
}

/** What can be done with datasets. Each says itself when it failed, and resolves to whether it was done. */
export function useDatasetCommands(project: string) {
  return useMemo(() => {
    const attempt = async (failure: string, action: () => Promise<unknown>): Promise<boolean> => {
      try {
        return (await action()) !== false;
      } catch (error) {
        notifyError(failure, error);
        return false;
      }
    };
    const asJob = (failure: string, start: () => Promise<{ job: string }>): Promise<boolean> =>
      attempt(failure, async () => follow((await start()).job));
    const at = (paths: readonly string[]) => ({ project, paths: [...paths] });

    return {
      add: (paths: readonly string[], kind: 'dvc' | 'lfs' = 'dvc') =>
        asJob('The data was not added', () => client.datasets.add({ ...at(paths), with: kind })),
      commit: (paths: readonly string[], message: string) =>
        attempt('Nothing was committed', async () => {
          const { commit } = await client.datasets.commit({ ...at(paths), message });
          notifyDone(`Committed as ${commit.slice(0, 8)}.`);
        }),
      /** Puts the recorded versions in place; asks first when changes would be lost. */
      async restore(datasets: readonly Pick<Dataset, 'path' | 'state'>[], rev: string | null = null): Promise<boolean> {
        const changed = datasets.filter((one) => one.state === 'modified' || one.state === 'new');
        if (changed.length > 0) {
          const sure = await confirm({
            title: rev === null ? 'Put the recorded version back?' : 'Put this version in place?',
            body: `Changes in ${changed.length === 1 ? changed[0]!.path : plural(changed.length, 'dataset')} that no version holds will be lost. Record them first to keep them.`,
            confirm: 'Replace the working copy',
            danger: true,
          });
          if (!sure) return false;
        }
        return asJob('The version was not put in place', () =>
          client.datasets.checkout({ ...at(datasets.map((one) => one.path)), rev, force: changed.length > 0 }),
        );
      },
      push: (paths: readonly string[], remote: string | null = null) =>
        asJob('The data was not pushed', () => client.datasets.push({ ...at(paths), remote })),
      pull: (paths: readonly string[], remote: string | null = null) =>
        asJob('The data was not pulled', () => client.datasets.pull({ ...at(paths), remote })),
      /** Brings an older version into the cache, to be looked at and compared; the working copy stays as it is. */
      fetch: (path: string, rev: string) =>
        asJob('The version was not fetched', () => client.datasets.pull({ ...at([path]), rev })),
      verify: (paths: readonly string[], repair = false) =>
        asJob('The data was not verified', () => client.datasets.verify({ ...at(paths), repair })),
      tag: (path: string, commit: string, name: string) =>
        attempt('The version was not tagged', () => client.datasets.tag({ project, path, commit, name })),
      untag: (tag: string) => attempt('The tag was not removed', () => client.datasets.untag({ project, tag })),
      rename: (path: string, to: string) =>
        attempt('The dataset was not renamed', () => client.datasets.rename({ project, path, to })),
      async untrack(path: string): Promise<boolean> {
        const sure = await confirm({
          title: `Stop tracking ${path}?`,
          body: 'The data stays where it is, and so do versions in commits. Only the record of what is there now goes, with your next commit.',
          confirm: 'Stop tracking',
        });
        return sure && attempt('It is still tracked', () => client.datasets.untrack({ project, path }));
      },
      describe: (
        path: string,
        change: Partial<Omit<Documentation, 'meta'>> & { meta?: Record<string, string | null> },
      ) => attempt('The documentation was not saved', () => client.datasets.describe({ project, path, ...change })),
      setRemote: (name: string, url: string, isDefault: boolean) =>
        attempt('The remote was not saved', () => client.datasets.setRemote({ project, name, url, isDefault })),
      removeRemote: (name: string) =>
        attempt('The remote was not removed', () => client.datasets.removeRemote({ project, name })),
      gc: (keep: { branches: boolean; tags: boolean; commits: boolean; runs: boolean }) =>
        asJob('The cache was not cleaned up', () => client.datasets.gc({ project, keep })),
      restoreTrash: (id: string) =>
        attempt('It was not brought back', () => client.datasets.restoreTrash({ project, id })),
      emptyTrash: (id: string) =>
        attempt('The trash was not emptied', () => client.datasets.emptyTrash({ project, id })),
    };
  }, [project]);
}

export type DatasetCommands = ReturnType<typeof useDatasetCommands>;
