import type { DatasetUse } from '../../../../shared/contract/runs.ts';
import { formatBytes } from '../../../lib/format.ts';
import { CopyButton } from '../../../ui/copy-button.tsx';
import classes from './overview.module.css';
import { Section } from './section.tsx';

/** The data that the run said it used. */
export function DatasetsSection({ datasets }: { datasets: readonly DatasetUse[] }) {
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
            </tr>
          </thead>
          <tbody>
            {datasets.map((one) => (
              <tr key={`${one.path} ${one.role}`}>
                <td>{one.path}</td>
                <td>{one.role ?? ''}</td>
                <td className={classes.number}>{one.size === null ? '' : formatBytes(one.size)}</td>
                <td title={one.hash ?? 'No hash was recorded'}>
                  <span className={classes.withButton}>
                    {one.version ?? shortHash(one.hash)}
                    {one.hash ? <CopyButton value={one.hash} label="Copy the hash" /> : null}
                  </span>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </Section>
  );
}

function shortHash(hash: string | null): string {
  if (!hash) return '';
  const [algorithm, digits = ''] = hash.split(':');
  return `${algorithm} ${digits.slice(0, 10)}…`;
}
