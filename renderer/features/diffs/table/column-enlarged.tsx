import { Modal } from '@mantine/core';
import { useMemo } from 'react';
import type { ColumnDrift, TableDiff } from '../../../../shared/contract/diffs.ts';
import { spreadFigure } from '../../../charts/figures/spread.ts';
import { Plot } from '../../../charts/plot.tsx';
import { useChartTheme } from '../../../charts/use-chart-theme.ts';
import { errorText } from '../../../lib/errors.ts';
import { LoadingBox } from '../../../ui/loading.tsx';
import { useDiffsStore } from '../diffs-store.ts';
import type { ViewProps } from '../view-props.ts';
import { byImpact, driftWords, notNumberWords } from './impact.ts';
import { StatsTable } from './stats-table.tsx';
import classes from './table.module.css';
import { batchOf, useColumnDrift } from './use-column-drift.ts';

/** One column's distributions drawn large, its numbers on both sides, and the drift test by name. */
export function ColumnEnlarged({ place, opened, diff }: ViewProps<TableDiff>) {
  const { enlarged, enlarge } = useDiffsStore();
  const names = useMemo(() => byImpact(diff.columns).map((column) => column.name), [diff.columns]);
  const batch = enlarged === null ? [] : batchOf(names, names.indexOf(enlarged), diff.rows.after);
  const { drift, error } = useColumnDrift(place.project, opened.id, batch, enlarged !== null);
  const column = enlarged === null ? undefined : drift(enlarged);
  return (
    <Modal opened={enlarged !== null} onClose={() => enlarge(null)} title={enlarged} size={820} centered>
      {column ? <Enlarged drift={column} /> : error ? <p>{errorText(error)}</p> : <LoadingBox height={320} />}
    </Modal>
  );
}

function Enlarged({ drift }: { drift: ColumnDrift }) {
  const theme = useChartTheme();
  const odd = [drift.before, drift.after]
    .filter((stats) => stats !== null && (stats.notNumbers?.count ?? 0) > 0)
    .map((stats) => notNumberWords(stats!))
    .join(' and ');
  const figure = useMemo(() => (drift.spread ? spreadFigure(drift.spread, theme) : null), [drift.spread, theme]);
  return (
    <div className={classes.enlarged}>
      {figure ? (
        <>
          <div className={classes.legend}>
            <span data-side="before">before</span>
            <span data-side="after">after</span>
            {odd ? <em>without {odd}</em> : null}
            {drift.spread?.kind === 'text' ? <em>by length in characters</em> : null}
          </div>
          <div className={classes.enlargedPlot}>
            <Plot figure={figure} label={`Distributions of ${drift.column} before and after`} />
          </div>
        </>
      ) : (
        <p className={classes.nothing}>There is no distribution to draw for this type.</p>
      )}
      {drift.drift ? (
        <p className={classes.driftLine} data-drifted={drift.drift.drifted || undefined}>
          {drift.drift.drifted ? 'Drifted' : 'No drift'}. {driftWords(drift.drift)}
        </p>
      ) : null}
      <StatsTable before={drift.before} after={drift.after} />
    </div>
  );
}
