import { useDebouncedValue } from '@mantine/hooks';
import {
  IconCloudUpload,
  IconCube,
  IconDatabase,
  IconFolder,
  IconFolderOpen,
  IconHistory,
  IconKeyboard,
  IconLayoutGrid,
  IconListDetails,
  IconPlayerPlay,
  IconRefresh,
  IconServerBolt,
  IconSettings,
  IconSitemap,
  IconSunMoon,
} from '@tabler/icons-react';
import { keepPreviousData, useMutation, useQuery } from '@tanstack/react-query';
import { useNavigate, useParams } from '@tanstack/react-router';
import { api } from '../lib/client.ts';
import { formatAgo } from '../lib/format.ts';
import { notifyDone, notifyError } from '../ui/notify.ts';
import { StatusDot, statusWord } from '../ui/status-badge.tsx';
import { useActions } from './actions.ts';
import { asTextFilter, type Command } from './palette-rank.ts';
import { type Action, SHORTCUTS } from './shortcuts.ts';

const ICON = { size: 16, stroke: 1.6 };
const MOST_RUNS = 8;

const ICONS: Record<Exclude<Action, 'palette'>, Command['icon']> = {
  newRun: <IconPlayerPlay {...ICON} />,
  open: <IconFolderOpen {...ICON} />,
  theme: <IconSunMoon {...ICON} />,
  help: <IconKeyboard {...ICON} />,
  runs: <IconListDetails {...ICON} />,
  data: <IconDatabase {...ICON} />,
  models: <IconCube {...ICON} />,
  lineage: <IconSitemap {...ICON} />,
  targets: <IconCloudUpload {...ICON} />,
  audit: <IconHistory {...ICON} />,
  queue: <IconServerBolt {...ICON} />,
  settings: <IconSettings {...ICON} />,
  projects: <IconLayoutGrid {...ICON} />,
};

const ALSO: Partial<Record<Action, string>> = {
  newRun: 'train launch execute new',
  theme: 'theme colour appearance',
  help: 'keyboard shortcuts help',
  data: 'datasets versions diff tables',
  models: 'registry versions approval gates champion',
  lineage: 'graph provenance where from',
  targets: 'push registry mlflow oci hugging face deploy',
  audit: 'log history chain who',
  queue: 'gpu cpu memory machine',
  settings: 'preferences interpreter trust',
};

/** Pages, projects and commands that make sense where one is. */
export function useCommands(): Command[] {
  const { project } = useParams({ strict: false }) as { project?: string };
  const navigate = useNavigate();
  const actions = useActions();
  const projects = useQuery(api.projects.list.queryOptions()).data ?? [];
  const reindex = useMutation(
    api.projects.reindex.mutationOptions({
      onSuccess: () => notifyDone('The index is being rebuilt from the files of the runs.'),
      onError: (error) => notifyError('The index was not rebuilt', error),
    }),
  );

  const fixed = (Object.keys(ICONS) as (keyof typeof ICONS)[])
    .filter((action) => project || !SHORTCUTS[action].needsProject)
    .map((action): Command => {
      const { label, group, keys } = SHORTCUTS[action];
      const also = ALSO[action];
      return { id: action, label, group, keys, icon: ICONS[action], run: actions[action], ...(also ? { also } : {}) };
    });
  const rebuild: Command[] = project
    ? [
        {
          id: 'reindex',
          group: 'Do',
          label: 'Rebuild the index',
          also: 'reindex repair',
          icon: <IconRefresh {...ICON} />,
          run: () => reindex.mutate({ project }),
        },
      ]
    : [];
  const others = projects
    .filter((one) => one.exists && one.id !== project)
    .map(
      (one): Command => ({
        id: `project-${one.id}`,
        group: 'Projects',
        label: one.name,
        detail: one.root,
        icon: <IconFolder {...ICON} />,
        run: () => void navigate({ to: '/p/$project/runs', params: { project: one.id } }),
      }),
    );
  return [...fixed, ...rebuild, ...others];
}

/** Runs of the open project that have the typed words; without words none. Asks the host, 120 ms after the last key. */
export function useFoundRuns(query: string, enabled: boolean): Command[] {
  const { project = '' } = useParams({ strict: false }) as { project?: string };
  const navigate = useNavigate();
  const [filter] = useDebouncedValue(asTextFilter(query), 120);
  const found = useQuery({
    ...api.runs.list.queryOptions({ input: { project, filter, limit: MOST_RUNS, metrics: [], params: [] } }),
    enabled: enabled && project !== '' && filter !== '',
    placeholderData: keepPreviousData,
  }).data;
  if (filter === '' || query.trim() === '') return [];
  return (found?.rows ?? []).map((run) => ({
    id: `run-${run.id}`,
    group: 'Runs',
    label: run.name,
    detail: `${statusWord(run.status)} · ${run.experiment} · ${formatAgo(run.createdAt)}`,
    icon: <StatusDot status={run.status} />,
    run: () => void navigate({ to: '/p/$project/runs/$run', params: { project, run: run.id } }),
  }));
}
