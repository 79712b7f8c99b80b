import type { RunRow } from '../../../shared/contract/runs.ts';
import { useNow } from '../../lib/use-now.ts';
import { StatusDot, statusWord } from '../../ui/status-badge.tsx';
import type { Column } from './columns.ts';
import classes from './runs-table.module.css';

const SLOW_MS = 20_000;

/** What a row says in a column. */
export function RunCell({ column, row }: { column: Column; row: RunRow }) {
  switch (column.id) {
    case 'status':
      return (
        <span className={classes.status} title={row.error ?? undefined}>
          <StatusDot status={row.status} />
          {statusWord(row.status)}
        </span>
      );
    case 'duration':
      return <Ticking column={column} row={row} everyMs={row.status === 'running' ? 1000 : 0} />;
    case 'startedAt':
    case 'endedAt':
      return <Ticking column={column} row={row} everyMs={SLOW_MS} />;
    case 'commit':
      return <Commit column={column} row={row} />;
    case 'tags':
      return <Tags row={row} />;
    default: {
      const now = 0;
      return (
        <span className={classes.clip} title={column.full(row, now) || undefined}>
          {column.text(row, now)}
        </span>
      );
    }
  }
}

function Ticking({ column, row, everyMs }: { column: Column; row: RunRow; everyMs: number }) {
  const now = useNow(everyMs);
  return (
    <span className={classes.clip} title={column.full(row, now) || undefined}>
      {column.text(row, now)}
    </span>
  );
}

function Commit({ column, row }: { column: Column; row: RunRow }) {
  const text = column.text(row, 0);
  if (text === '') return null;
  return (
    <span className={classes.clip} title={column.full(row, 0)}>
      <span className="mono">{text}</span>
      {row.git?.dirty ? <span className={classes.dirty}>+ changes</span> : null}
    </span>
  );
}

function Tags({ row }: { row: RunRow }) {
  return (
    <span className={classes.tags}>
      {Object.entries(row.tags).map(([key, value]) => {
        const text = value === '' ? key : `${key}: ${value}`;
        return (
          <span key={key} className={classes.tag} title={text}>
            {text}
          </span>
        );
      })}
    </span>
  );
}
