import { IconAlertTriangle, IconInfoCircle } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import classes from './notice.module.css';

type Props = {
  tone?: 'warn' | 'bad' | 'info';
  /** What can be done about it. */
  action?: ReactNode;
  children: ReactNode;
};

/** A sentence that must not be missed, in the place it is about. */
export function Notice({ tone = 'warn', action, children }: Props) {
  const Icon = tone === 'info' ? IconInfoCircle : IconAlertTriangle;
  return (
    <div className={classes.notice} data-tone={tone} role={tone === 'bad' ? 'alert' : 'status'}>
      <Icon size={16} stroke={1.7} className={classes.icon} aria-hidden />
      <div className={classes.text}>{children}</div>
      {action}
    </div>
  );
}
