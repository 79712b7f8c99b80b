import { useLayoutEffect, useRef } from 'react';
import { createPortal } from 'react-dom';
import { formatDateTime, formatDuration, formatNumber } from '../lib/format.ts';
import classes from './chart.module.css';
import type { XKind } from './figures/x-axis.ts';
import { cutRows, type HoverRow, shown } from './hover-rows.ts';

const MAX_ROWS = 14;
const GAP = 14;
const DIGITS = 6;

export type Readout = { rows: readonly HoverRow[]; nearest: HoverRow | null; left: number; top: number };

/** What the runs have at the cursor, beside the pointer; greatest first, the nearest run in bold. */
export function HoverReadout({ readout, kind }: { readout: Readout; kind: XKind }) {
  const box = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    const element = box.current;
    if (!element) return;
    const { width, height } = element.getBoundingClientRect();
    const right = readout.left + GAP + width > window.innerWidth;
    const left = right ? Math.max(4, readout.left - GAP - width) : readout.left + GAP;
    const top = Math.max(4, Math.min(readout.top + GAP, window.innerHeight - height - 4));
    element.style.transform = `translate(${left}px, ${top}px)`;
  }, [readout]);
  const { rows, more } = cutRows(readout.rows, readout.nearest, MAX_ROWS);
  return createPortal(
    <div ref={box} className={classes.readout} role="presentation">
      <Head row={readout.nearest ?? readout.rows[0]!} kind={kind} />
      {rows.map((row) => (
        <div
          key={row.line.run.id}
          className={classes.readoutRow}
          data-nearest={row === readout.nearest && rows.length > 1 ? '' : undefined}
        >
          <span className={classes.swatch} style={{ background: row.line.run.color }} />
          <span className={classes.name}>{row.line.run.name}</span>
          <span className={classes.faint}>{row.smoothed === null ? '' : formatNumber(row.raw, DIGITS)}</span>
          <span className={classes.value}>{formatNumber(shown(row), DIGITS)}</span>
        </div>
      ))}
      {more > 0 ? <div className={classes.faint}>and {more} more</div> : null}
    </div>,
    document.body,
  );
}

function Head({ row, kind }: { row: HoverRow; kind: XKind }) {
  const step = `step ${formatNumber(row.step, 8)}`;
  return (
    <div className={classes.readoutHead}>
      <span>
        {kind === 'relative'
          ? `after ${formatDuration(row.x * 1000)}`
          : kind === 'wall'
            ? formatDateTime(row.x * 1000)
            : step}
      </span>
      <span>{kind === 'step' ? formatDateTime(row.time * 1000) : step}</span>
    </div>
  );
}
