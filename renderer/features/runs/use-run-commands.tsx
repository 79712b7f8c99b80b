import { Button } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useQueryClient } from '@tanstack/react-query';
import { useMemo } from 'react';
import type { RunPage, RunPatch, RunRow } from '../../../shared/contract/runs.ts';
import { api, client } from '../../lib/client.ts';
import { formatBytes, plural } from '../../lib/format.ts';
import { confirm } from '../../ui/confirm.tsx';
import { notifyDone, notifyError } from '../../ui/notify.ts';
import { patchRow } from './patch-row.ts';

/** What can be done with runs of the table. Each says itself when it failed, and resolves to whether it was done. */
export function useRunCommands(project: string) {
  const queries = useQueryClient();
  return useMemo(() => {
    const attempt = async (failure: string, action: () => Promise<unknown>): Promise<boolean> => {
      try {
        await action();
        return true;
      } catch (error) {
        notifyError(failure, error);
        return false;
      }
    };
    /** Shows a change before the host has confirmed it; the event that follows brings the truth. */
    const showNow = (runs: ReadonlySet<string>, patch: RunPatch): void => {
      queries.setQueriesData<RunPage>({ queryKey: api.runs.list.key() }, (page) =>
        page?.rows?.some((row) => runs.has(row.id))
          ? { ...page, rows: page.rows.map((row): RunRow => (runs.has(row.id) ? patchRow(row, patch) : row)) }
          : page,
      );
    };
    const restore = (runs: readonly string[]): Promise<boolean> =>
      attempt(`${subject(runs)} not restored`, () => client.runs.restore({ project, runs: [...runs] }));

    return {
      async update(runs: readonly string[], patch: RunPatch): Promise<boolean> {
        if (runs.length === 0) return true;
        showNow(new Set(runs), patch);
        const done = await attempt('The change was not saved', () =>
          client.runs.update({ project, runs: [...runs], patch }),
        );
        if (!done) await queries.invalidateQueries({ queryKey: api.runs.list.key() });
        return done;
      },
      stop: (runs: readonly string[]): Promise<boolean> =>
        attempt(`${subject(runs)} not stopped`, () => client.runs.stop({ project, runs: [...runs] })),
      /** To the trash, with the way back in the message. */
      async remove(runs: readonly string[]): Promise<boolean> {
        const done = await attempt(`${subject(runs)} not deleted`, () =>
          client.runs.delete({ project, runs: [...runs] }),
        );
        if (done) offerUndo(runs.length, () => void restore(runs));
        return done;
      },
      restore,
      async purge(runs: readonly string[]): Promise<boolean> {
        const what = plural(runs.length, 'run');
        const sure = await confirm({
          title: `Remove ${what} for good?`,
          body: `Their folders under .assay/runs go with everything in them: metrics, params, logs, captured changes and artifacts. There is no way back.`,
          confirm: `Remove ${what}`,
          danger: true,
        });
        if (!sure) return false;
        return attempt(`${subject(runs)} not removed`, async () => {
          const { purged, freedBytes } = await client.runs.purge({ project, runs: [...runs] });
          notifyDone(`${plural(purged, 'run')} removed, ${formatBytes(freedBytes)} freed.`);
        });
      },
    };
  }, [project, queries]);
}

export type RunCommands = ReturnType<typeof useRunCommands>;

function subject(runs: readonly string[]): string {
  return runs.length === 1 ? 'The run was' : 'The runs were';
}

function offerUndo(count: number, undo: () => void): void {
  const id = `deleted-runs-${Date.now()}`;
  const onClick = (): void => {
    notifications.hide(id);
    undo();
  };
  notifications.show({
    id,
    autoClose: 8000,
    title: `${plural(count, 'run')} moved to the trash`,
    message: (
      <Button size="compact-xs" variant="default" mt={4} onClick={onClick}>
        Undo
      </Button>
    ),
  });
}
