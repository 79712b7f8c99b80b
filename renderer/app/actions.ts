import { useComputedColorScheme } from '@mantine/core';
import { spotlight } from '@mantine/spotlight';
import { useNavigate, useParams } from '@tanstack/react-router';
import { create } from 'zustand';
import { useOpenFolder } from '../features/projects/use-open-folder.ts';
import { useSettings } from '../lib/use-settings.ts';
import type { Action } from './shortcuts.ts';

type Room = 'runs' | 'data' | 'models' | 'lineage' | 'targets' | 'audit' | 'start' | 'queue';

/** Whether the list of shortcuts is open. */
export const useHelp = create<{ opened: boolean; set: (opened: boolean) => void }>((set) => ({
  opened: false,
  set: (opened) => set({ opened }),
}));

/** What each shortcut and command does; one that needs a project does nothing without one. */
export function useActions(): Record<Action, () => void> {
  const navigate = useNavigate();
  const { project } = useParams({ strict: false }) as { project?: string };
  const openFolder = useOpenFolder();
  const scheme = useComputedColorScheme('light');
  const { set } = useSettings();
  const inProject = (to: `/p/$project/${Room}`) => () => {
    if (project) void navigate({ to, params: { project } });
  };
  return {
    palette: spotlight.open,
    help: () => useHelp.getState().set(true),
    newRun: inProject('/p/$project/start'),
    open: () => void openFolder(),
    theme: () => set({ theme: scheme === 'dark' ? 'light' : 'dark' }),
    runs: inProject('/p/$project/runs'),
    data: inProject('/p/$project/data'),
    models: inProject('/p/$project/models'),
    lineage: inProject('/p/$project/lineage'),
    targets: inProject('/p/$project/targets'),
    audit: inProject('/p/$project/audit'),
    queue: inProject('/p/$project/queue'),
    settings: () => {
      void (project ? navigate({ to: '/p/$project/settings', params: { project } }) : navigate({ to: '/settings' }));
    },
    projects: () => void navigate({ to: '/' }),
  };
}
