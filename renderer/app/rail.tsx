import {
  IconCube,
  IconDatabase,
  IconListDetails,
  IconPlayerPlay,
  IconServerBolt,
  IconSettings,
} from '@tabler/icons-react';
import { Link, type LinkProps, useLocation, useParams } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { Kbd } from '../ui/kbd.tsx';
import { Tip } from '../ui/tip.tsx';
import classes from './rail.module.css';

const ICON = { size: 20, stroke: 1.6 };

type ItemProps = { icon: ReactNode; label: string; keys: string; also?: readonly string[] } & LinkProps;

/** @param also other pages of the same room, by the last part of their address */
function Item({ icon, label, keys, also = [], ...link }: ItemProps) {
  const inRoom = useLocation({ select: ({ pathname }) => also.includes(pathname.split('/')[3] ?? '') });
  return (
    <Tip
      position="right"
      label={
        <>
          {label} <Kbd keys={keys} />
        </>
      }
    >
      <Link
        {...link}
        className={classes.item}
        activeProps={{ 'aria-current': 'page' }}
        {...(inRoom ? { 'aria-current': 'page' as const } : {})}
      >
        {icon}
        <span>{label}</span>
      </Link>
    </Tip>
  );
}

/** The rooms of the open project; without one, only the settings. */
export function Rail() {
  const { project } = useParams({ strict: false }) as { project?: string };
  const params = { project: project ?? '' };
  return (
    <nav className={classes.rail} aria-label="Pages">
      {project ? (
        <>
          <Item to="/p/$project/runs" params={params} icon={<IconListDetails {...ICON} />} label="Runs" keys="g r" />
          <Item to="/p/$project/data" params={params} icon={<IconDatabase {...ICON} />} label="Data" keys="g d" />
          <Item
            to="/p/$project/models"
            params={params}
            icon={<IconCube {...ICON} />}
            label="Models"
            keys="g m"
            also={['lineage', 'targets', 'audit']}
          />
          <Item to="/p/$project/start" params={params} icon={<IconPlayerPlay {...ICON} />} label="Start" keys="n" />
          <Item to="/p/$project/queue" params={params} icon={<IconServerBolt {...ICON} />} label="Queue" keys="g q" />
        </>
      ) : null}
      <span className={classes.gap} />
      {project ? (
        <Item to="/p/$project/settings" params={params} icon={<IconSettings {...ICON} />} label="Settings" keys="g s" />
      ) : (
        <Item to="/settings" icon={<IconSettings {...ICON} />} label="Settings" keys="g s" />
      )}
    </nav>
  );
}
