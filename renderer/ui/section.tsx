import type { ReactNode } from 'react';
import { formatCount } from '../lib/format.ts';
import classes from './section.module.css';

type Props = {
  title: string;
  amount?: number | undefined;
  /** Muted, behind the title. */
  detail?: ReactNode;
  /** Buttons at the right of the title. */
  tools?: ReactNode;
  children: ReactNode;
};

/** A titled part of a page. */
export function Section({ title, amount, detail, tools, children }: Props) {
  return (
    <section className={classes.section} aria-label={title}>
      <div className={classes.head}>
        <h2 className={classes.title}>
          {title} {amount === undefined ? null : <span className={classes.amount}>{formatCount(amount)}</span>}
        </h2>
        {detail ? <span className={classes.amount}>{detail}</span> : null}
        <div className={classes.space} />
        {tools}
      </div>
      {children}
    </section>
  );
}

/** Says in the place of a list that there is nothing, and how to have something. */
export function Nothing({ children }: { children: ReactNode }) {
  return <div className={classes.nothing}>{children}</div>;
}

/** A frame around a table that scrolls when it is long. `most` is its greatest height in px. */
export function TableBox({ most = 420, children }: { most?: number; children: ReactNode }) {
  return (
    <div className={classes.box} style={{ maxHeight: most }}>
      <table className={classes.table}>{children}</table>
    </div>
  );
}

/** A line of two: what it is, and what it says. */
export function Fact({ label, children }: { label: string; children: ReactNode }) {
  return (
    <tr>
      <td className={classes.key}>{label}</td>
      <td>{children}</td>
    </tr>
  );
}

/** The class of cells with numbers. */
export const numberCell = classes.number;
/** The class of cells that name what their line is about. */
export const keyCell = classes.key;
