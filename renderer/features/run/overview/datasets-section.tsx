import { Link } from '@tanstack/react-router';
import type { DatasetUse } from '../../../../shared/contract/runs.ts';
import { diffSearch, shortHash, sideOfUse } from '../../../lib/data-links.ts';
import { formatBytes } from '../../../lib/format.ts';
import { CopyButton } from '../../../ui/copy-button.tsx';
import classes from './overview.module.css';
import { Section } from './section.tsx';

/** The data that the run read, in the versions that were recorded, each a click away from what changed since. */
export function DatasetsSection({ project, datasets }: { project: string; datasets: readonly DatasetUse[] }) {
  if (datasets.length === 0) return null;
  return (
    <Section title="Data used" amount={datasets.length}>
      <div className={classes.scroll}>
        <table className={classes.table}>
          <thead>
            <tr>
              <th>Path</th>
              <th>Role</th>
              <th style={{ textAlign: 'right' }}>Size</th>
              <th>Version</th>
              <th aria-label="What to do" />
            </tr>
          </thead>
          <tbody>
            {datasets.map((one) => (
              <DatasetRow key={`${one.path} ${one.role}`} project={project} one={one} />
            ))}
          </tbody>
        </table>
      </div>
    </Section>
  );
}

function DatasetRow({ project, one }: { project: string; one: DatasetUse }) {
  const side = sideOfUse(one);
  return (
    <tr>
      <td>
        {side?.kind === 'version' ? (
          <Link
            to="/p/$project/data"
            params={{ project }}
            search={{ path: one.path, rev: side.rev, tab: 'preview' }}
            className={classes.link}
          >
            {one.path}
          </Link>
        ) : (
          one.path
        )}
      </td>
      <td>{one.role ?? ''}</td>
      <td className={classes.number}>{one.size === null ? '' : formatBytes(one.size)}</td>
      <td title={one.hash ?? 'No hash was recorded'}>
        <span className={classes.withButton}>
          {one.version ?? shortHash(one.hash)}
          {one.hash ? <CopyButton value={one.hash} label="Copy the hash" /> : null}
        </span>
      </td>
      <td>
        {side ? (
          <Link
            to="/p/$project/diff"
            params={{ project }}
            search={diffSearch(side, { kind: 'version', path: one.path, rev: null })}
            className={classes.link}
          >
            What changed since
          </Link>
        ) : null}
      </td>
    </tr>
  );
}
