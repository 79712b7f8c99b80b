import { useComputedColorScheme } from '@mantine/core';
import { IconDatabase } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import type { DatasetUse, RunDetail } from '../../../shared/contract/runs.ts';
import { diffSearch, shortHash, sideOfUse } from '../../lib/data-links.ts';
import { formatBytes } from '../../lib/format.ts';
import { runColor } from '../../lib/run-color.ts';
import { EmptyState } from '../../ui/empty-state.tsx';
import classes from './compare-page.module.css';
import { dataRows } from './data-rows.ts';

type Props = { project: string; runs: readonly RunDetail[]; base: string | null };

/** Which version of which data each run read. Where it is not the baseline's, a click shows what changed. */
export function DataComparison({ project, runs, base }: Props) {
  const scheme = useComputedColorScheme('light');
  const rows = dataRows(runs);
  const baseAt = Math.max(
    0,
    runs.findIndex((run) => run.id === base),
  );
  if (rows.length === 0)
    return (
      <EmptyState icon={<IconDatabase size={32} stroke={1.5} />} title="No data was recorded">
        A script says what it reads with assay.dataset(path); the start page and stages of dvc.yaml say it too.
      </EmptyState>
    );
  return (
    <div className={classes.dataScroll}>
      <table className={classes.table}>
        <thead>
          <tr>
            <th>Data</th>
            {runs.map((run) => (
              <th key={run.id}>
                <span className={classes.chipName}>
                  <span className={classes.swatch} style={{ background: runColor(run, scheme) }} />
                  <span className={classes.ellipsis}>{run.name}</span>
                </span>
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map(({ path, uses }) => (
            <tr key={path}>
              <th scope="row">{path}</th>
              {uses.map((use, at) => (
                <td key={runs[at]!.id}>
                  <Use project={project} use={use} base={at === baseAt ? null : (uses[baseAt] ?? null)} />
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Use({ project, use, base }: { project: string; use: DatasetUse | null; base: DatasetUse | null }) {
  if (!use) return <span className={classes.commit}>not read</span>;
  const [before, after] = [base && sideOfUse(base), sideOfUse(use)];
  const differs = base !== null && base.hash !== use.hash;
  return (
    <>
      <code title={use.hash ?? 'No hash was recorded'}>{use.version ?? shortHash(use.hash)}</code>
      {use.size === null ? null : <span className={classes.dataSize}> {formatBytes(use.size)}</span>}
      {differs && before && after ? (
        <div>
          <Link
            to="/p/$project/diff"
            params={{ project }}
            search={diffSearch(before, after)}
            className={classes.dataLink}
            aria-label={`What changed in ${use.path} from the baseline`}
          >
            What changed
          </Link>
        </div>
      ) : null}
    </>
  );
}
