import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { api } from '../../../lib/client.ts';
import { formatAgo } from '../../../lib/format.ts';
import { ApprovalMark, GatesMark, PointerChips } from '../../../ui/models/marks.tsx';
import classes from './overview.module.css';
import { Section } from './section.tsx';

/** The model versions that the run became, each with where it stands. Nothing when it became none. */
export function ModelsSection({ project, run }: { project: string; run: string }) {
  const versions = useQuery(api.models.ofRun.queryOptions({ input: { project, run } })).data ?? [];
  if (versions.length === 0) return null;
  return (
    <Section title="Became" amount={versions.length}>
      <div className={classes.scroll}>
        <table className={classes.table}>
          <tbody>
            {versions.map((row) => (
              <tr key={`${row.model}@${row.version}`}>
                <td>
                  <Link
                    to="/p/$project/models/$name/$version"
                    params={{ project, name: row.model, version: row.version }}
                    className={classes.link}
                  >
                    {row.model} {row.version}
                  </Link>{' '}
                  <PointerChips {...row} />
                </td>
                <td>
                  <GatesMark gates={row.gates} />
                </td>
                <td>
                  <ApprovalMark row={row} />
                </td>
                <td className={classes.number}>{formatAgo(row.createdAt)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </Section>
  );
}
