import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import type { RunDetail } from '../../../../shared/contract/runs.ts';
import { shortId } from '../../../lib/format.ts';
import { StatusDot } from '../../../ui/status-badge.tsx';
import { useRun } from '../use-run.ts';
import classes from './overview.module.css';
import { Section } from './section.tsx';

/** The runs that this one belongs to: its parent, its children, its group, the run it repeats. */
export function RelatedSection({ project, run }: { project: string; run: RunDetail }) {
  const { parent, restartOf, group, children } = run;
  if (!parent && !restartOf && !group && children.length === 0) return null;
  return (
    <Section title="Related runs">
      <div className={classes.scroll}>
        <table className={classes.table}>
          <tbody>
            {restartOf ? (
              <Row label="Restart of">
                <NamedRun project={project} run={restartOf} />
              </Row>
            ) : null}
            {parent ? (
              <Row label="Part of">
                <NamedRun project={project} run={parent} />
              </Row>
            ) : null}
            {group ? (
              <Row label="Group">
                <Link
                  to="/p/$project/runs"
                  params={{ project }}
                  search={{ q: `group:"${group}"` }}
                  className={classes.link}
                >
                  {group}
                </Link>
              </Row>
            ) : null}
            {children.map((child, at) => (
              <Row key={child.id} label={at === 0 ? 'Children' : ''}>
                <StatusDot status={child.status} />{' '}
                <RunLink project={project} run={child.id}>
                  {child.name}
                </RunLink>
              </Row>
            ))}
          </tbody>
        </table>
      </div>
    </Section>
  );
}

function Row({ label, children }: { label: string; children: ReactNode }) {
  return (
    <tr>
      <td className={classes.key}>{label}</td>
      <td>{children}</td>
    </tr>
  );
}

function RunLink({ project, run, children }: { project: string; run: string; children: ReactNode }) {
  return (
    <Link to="/p/$project/runs/$run" params={{ project, run }} className={classes.link}>
      {children}
    </Link>
  );
}

/** A run that is known by its id alone; purged ones keep their id. */
function NamedRun({ project, run }: { project: string; run: string }) {
  const query = useRun(project, run);
  if (query.error) return <>{shortId(run)} (no longer there)</>;
  return (
    <RunLink project={project} run={run}>
      {query.data?.name ?? shortId(run)}
    </RunLink>
  );
}
