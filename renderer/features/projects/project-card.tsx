import { ActionIcon, Badge, Menu, Progress, Text } from '@mantine/core';
import { IconCopy, IconDots, IconFolder, IconFolderOff, IconFolderShare, IconTrash } from '@tabler/icons-react';
import { useMutation, useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { Project } from '../../../shared/contract/projects.ts';
import { api } from '../../lib/client.ts';
import { formatAgo, plural } from '../../lib/format.ts';
import { desktop, showInFolder } from '../../lib/platform.ts';
import { confirm } from '../../ui/confirm.tsx';
import { notifyError } from '../../ui/notify.ts';
import classes from './project-card.module.css';

/** One recent project: where it is, how its runs are, and what is being done to it. */
export function ProjectCard({ project }: { project: Project }) {
  const state = useQuery({
    ...api.projects.state.queryOptions({ input: { project: project.id } }),
    enabled: project.exists,
  }).data;
  const job = useQuery(api.jobs.list.queryOptions()).data?.find(
    (one) => one.project === project.id && one.state === 'running',
  );
  return (
    <div className={classes.card} data-gone={!project.exists || undefined}>
      {project.exists ? (
        <IconFolder size={20} stroke={1.5} className={classes.icon} aria-hidden />
      ) : (
        <IconFolderOff size={20} stroke={1.5} className={classes.icon} aria-hidden />
      )}
      <div className={classes.text}>
        <div className={classes.first}>
          {project.exists ? (
            <Link to="/p/$project/runs" params={{ project: project.id }} className={classes.name}>
              {project.name}
            </Link>
          ) : (
            <span className={classes.name}>{project.name}</span>
          )}
          {project.example ? (
            <Badge variant="light" color="gray">
              Example
            </Badge>
          ) : null}
          {!project.exists ? (
            <Badge variant="light" color="gray">
              Folder is gone
            </Badge>
          ) : null}
          {project.exists && !project.trusted ? (
            <Badge variant="light" color="gray" c="var(--assay-warn)">
              Not trusted
            </Badge>
          ) : null}
        </div>
        <Text size="xs" c="dimmed" truncate title={project.root}>
          {project.root}
        </Text>
        {job ? (
          <div className={classes.job}>
            <Progress
              size="xs"
              w={160}
              value={job.total > 0 ? (100 * job.done) / job.total : 100}
              animated={job.total === 0}
              aria-label={job.title}
            />
            <Text size="xs" c="dimmed" truncate>
              {job.title}
              {job.total > 0 ? `: ${job.done} of ${job.total} ${job.unit}` : ''}
            </Text>
          </div>
        ) : null}
      </div>
      <div className={classes.facts}>
        {state ? (
          <span>
            {plural(state.runs.total, 'run')}
            {state.runs.active > 0 ? <b className={classes.active}> · {state.runs.active} running</b> : null}
          </span>
        ) : null}
        <Text span size="xs" c="dimmed">
          opened {formatAgo(project.openedAt)}
        </Text>
      </div>
      <CardMenu project={project} />
    </div>
  );
}

function CardMenu({ project }: { project: Project }) {
  const forget = useMutation(
    api.projects.forget.mutationOptions({
      onError: (error) => notifyError('The project was not taken off the list', error),
    }),
  );
  const onForget = async (): Promise<void> => {
    const sure = await confirm({
      title: `Take ${project.name} off the list?`,
      body: 'Its folder and its runs stay as they are. Open the folder again to have it back.',
      confirm: 'Take it off',
    });
    if (sure) forget.mutate({ project: project.id });
  };
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <ActionIcon aria-label={`More about ${project.name}`} className={classes.more}>
          <IconDots size={16} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item
          leftSection={<IconCopy size={16} stroke={1.6} />}
          onClick={() => void navigator.clipboard.writeText(project.root)}
        >
          Copy the path
        </Menu.Item>
        {desktop() && project.exists ? (
          <Menu.Item
            leftSection={<IconFolderShare size={16} stroke={1.6} />}
            onClick={() => void showInFolder(project.root)}
          >
            Show in the file manager
          </Menu.Item>
        ) : null}
        <Menu.Item leftSection={<IconTrash size={16} stroke={1.6} />} onClick={() => void onForget()}>
          Take off the list
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
