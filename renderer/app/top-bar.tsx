import { ActionIcon, Kbd as MantineKbd, UnstyledButton, useComputedColorScheme } from '@mantine/core';
import { IconMoon, IconSearch, IconSun } from '@tabler/icons-react';
import { Link, useParams } from '@tanstack/react-router';
import { JobTray } from '../features/jobs/job-tray.tsx';
import { isMac } from '../lib/platform.ts';
import { Tip } from '../ui/tip.tsx';
import { useActions } from './actions.ts';
import { BranchMark } from './branch-mark.tsx';
import { Logo } from './logo.tsx';
import { MachineMeter } from './machine-meter.tsx';
import { ProjectSwitcher } from './project-switcher.tsx';
import classes from './top-bar.module.css';

/** Where one is on the left, search in the middle, the machine and its work on the right. */
export function TopBar() {
  const { project } = useParams({ strict: false }) as { project?: string };
  const actions = useActions();
  const scheme = useComputedColorScheme('light');
  const other = scheme === 'dark' ? 'light' : 'dark';
  return (
    <div className={classes.bar}>
      <Link to="/" className={classes.logo} aria-label="Assay: all projects">
        <Logo />
      </Link>
      <div className={classes.place}>
        <ProjectSwitcher />
        {project ? <BranchMark project={project} /> : null}
      </div>
      <UnstyledButton className={classes.search} onClick={actions.palette} aria-label="Search and commands">
        <IconSearch size={14} stroke={1.8} aria-hidden />
        <span>Search or do…</span>
        <MantineKbd size="xs">{isMac ? '⌘K' : 'Ctrl K'}</MantineKbd>
      </UnstyledButton>
      <div className={classes.tools}>
        <MachineMeter project={project} />
        <JobTray />
        <Tip label={`Use the ${other} theme`}>
          <ActionIcon aria-label={`Use the ${other} theme`} onClick={actions.theme}>
            {scheme === 'dark' ? <IconSun size={18} stroke={1.6} /> : <IconMoon size={18} stroke={1.6} />}
          </ActionIcon>
        </Tip>
      </div>
    </div>
  );
}
