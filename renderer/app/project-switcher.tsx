import { Menu, Text, UnstyledButton } from '@mantine/core';
import { IconCheck, IconChevronDown, IconFolderOpen, IconLayoutGrid } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useParams } from '@tanstack/react-router';
import { api } from '../lib/client.ts';
import { useActions } from './actions.ts';
import classes from './project-switcher.module.css';

const SHOWN = 9;

/** The open project's name; its menu leads to the others. */
export function ProjectSwitcher() {
  const { project } = useParams({ strict: false }) as { project?: string };
  const navigate = useNavigate();
  const actions = useActions();
  const projects = useQuery(api.projects.list.queryOptions()).data ?? [];
  const state = useQuery({
    ...api.projects.state.queryOptions({ input: { project: project ?? '' } }),
    enabled: project !== undefined,
  }).data;
  const listed = projects.find((one) => one.id === project);
  const name = project ? (listed?.name ?? state?.project.name ?? '…') : 'Projects';
  return (
    <Menu position="bottom-start" width={300} withinPortal>
      <Menu.Target>
        <UnstyledButton className={classes.button} aria-label={`Project: ${name}`}>
          <span className={classes.name}>{name}</span>
          <IconChevronDown size={14} aria-hidden />
        </UnstyledButton>
      </Menu.Target>
      <Menu.Dropdown>
        {projects.length > 0 ? <Menu.Label>Recent</Menu.Label> : null}
        {projects.slice(0, SHOWN).map((one) => (
          <Menu.Item
            key={one.id}
            disabled={!one.exists}
            rightSection={one.id === project ? <IconCheck size={14} /> : null}
            onClick={() => void navigate({ to: '/p/$project/runs', params: { project: one.id } })}
          >
            <Text truncate>{one.name}</Text>
            <Text size="xs" c="dimmed" truncate title={one.root}>
              {one.exists ? one.root : `${one.root} (gone)`}
            </Text>
          </Menu.Item>
        ))}
        {projects.length > 0 ? <Menu.Divider /> : null}
        <Menu.Item leftSection={<IconFolderOpen size={16} stroke={1.6} />} onClick={actions.open}>
          Open a folder…
        </Menu.Item>
        <Menu.Item leftSection={<IconLayoutGrid size={16} stroke={1.6} />} component={Link} to="/">
          All projects
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
