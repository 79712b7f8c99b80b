import type { ReactNode } from 'react';
import { formatCount } from '../../../lib/format.ts';
import classes from './overview.module.css';

type Props = {
  title: string;
  amount?: number;
  /** Buttons at the right of the title. */
  tools?: ReactNode;
  children: ReactNode;
};

/** A titled part of a page about a run. */
export function Section({ title, amount, tools, children }: Props) {
  return (
    <section className={classes.section} aria-label={title}>
      <div className={classes.head}>
        <h2 className={classes.title}>
          {title} {amount === undefined ? null : <span className={classes.amount}>{formatCount(amount)}</span>}
        </h2>
        <div className={classes.space} />
        {tools}
      </div>
      {children}
    </section>
  );
}

/** Says in the place of a table that there is nothing to list, and how to have something. */
export function Nothing({ children }: { children: ReactNode }) {
  return <div className={classes.empty}>{children}</div>;
}
