import type { ReactNode } from 'react';
import classes from './model-diff-page.module.css';

export type Line = { key: string; label: ReactNode; from: ReactNode; to: ReactNode; extra?: ReactNode; same: boolean };

type Props = { title: string; lines: readonly Line[]; onlyChanges: boolean; extra?: string };

/** What both versions say, side by side; what is equal steps back or is left out. */
export function ValueTable({ title, lines, onlyChanges, extra }: Props) {
  const shown = onlyChanges ? lines.filter((line) => !line.same) : lines;
  const hidden = lines.length - shown.length;
  return (
    <section className={classes.section} aria-label={title}>
      <h2 className={classes.title}>
        {title}
        <span>{hidden > 0 ? `${hidden} equal` : lines.length === 0 ? 'none' : ''}</span>
      </h2>
      {shown.length === 0 ? null : (
        <table className={classes.table}>
          <thead>
            <tr>
              <th>{''}</th>
              <th data-side="before">Before</th>
              <th data-side="after">After</th>
              <th>{extra ?? ''}</th>
            </tr>
          </thead>
          <tbody>
            {shown.map((line) => (
              <tr key={line.key} data-same={line.same || undefined}>
                <th scope="row">{line.label}</th>
                <td>{line.from}</td>
                <td>{line.to}</td>
                <td className={classes.extra}>{line.extra}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </section>
  );
}
