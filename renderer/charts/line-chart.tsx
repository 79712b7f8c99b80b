import { type MouseEvent, useCallback, useEffect, useRef, useState } from 'react';
import classes from './chart.module.css';
import type { Figure } from './figures/figure.ts';
import type { Line } from './figures/line-data.ts';
import { axisNumber, type XScale } from './figures/x-axis.ts';
import { HoverReadout, type Readout } from './hover-readout.tsx';
import { hoverRows, nearestRow, shown } from './hover-rows.ts';
import { hoverStore, setHover } from './hover-store.ts';
import type { PlotElement } from './load-plotly.ts';
import { placeDot, raiseLine } from './overlay.ts';
import { Plot } from './plot.tsx';

/** A range of the shared x: steps, seconds since start or epoch seconds. */
export type XRange = { from: number; to: number };

type Props = {
  lines: readonly Line[];
  figure: Figure;
  scale: XScale;
  logX: boolean;
  label: string;
  /** The person dragged a box: ask for this range in full detail. */
  onZoom?: (range: XRange) => void;
  /** A double click: show everything again. */
  onReset?: () => void;
  onDrawn?: (element: PlotElement) => void;
};

const TOLERANCE_PX = 12;

/** A line figure with the cursor that all charts of the page share, and a read-out at the pointer. */
export function LineChart({ lines, figure, scale, logX, label, onZoom, onReset, onDrawn }: Props) {
  const plot = useRef<PlotElement | null>(null);
  const area = useRef<HTMLDivElement>(null);
  const cursor = useRef<HTMLDivElement>(null);
  const dot = useRef<HTMLDivElement>(null);
  const [readout, setReadout] = useState<Readout | null>(null);

  const place = useCallback(() => {
    const { kind, x, run } = hoverStore.getState();
    const layout = plot.current?._fullLayout;
    if (area.current)
      raiseLine(
        area.current,
        plot.current,
        lines.find((line) => line.run.id === run),
      );
    const at = layout && kind === scale.kind && x !== null ? layout.xaxis.d2p(scale.toAxis(x)) : Number.NaN;
    const inside = layout !== undefined && at >= -1 && at <= layout.xaxis._length + 1;
    if (cursor.current) {
      cursor.current.style.visibility = inside ? 'visible' : 'hidden';
      if (inside) {
        cursor.current.style.transform = `translate(${Math.round(layout.xaxis._offset + at)}px, ${layout.yaxis._offset}px)`;
        cursor.current.style.height = `${layout.yaxis._length}px`;
      }
    }
    if (dot.current) placeDot(dot.current, inside ? plot.current : null, lines, scale, x, run);
  }, [lines, scale]);

  useEffect(() => {
    place();
    return hoverStore.subscribe(place);
  }, [place]);

  const onMove = (event: MouseEvent<HTMLDivElement>): void => {
    const layout = plot.current?._fullLayout;
    if (!layout || event.buttons !== 0) {
      setReadout(null);
      return;
    }
    const box = event.currentTarget.getBoundingClientRect();
    const pointer = {
      x: event.clientX - box.left - layout.xaxis._offset,
      y: event.clientY - box.top - layout.yaxis._offset,
    };
    if (pointer.x < 0 || pointer.x > layout.xaxis._length || pointer.y < 0 || pointer.y > layout.yaxis._length) {
      onLeave();
      return;
    }
    const xAt = (pixel: number): number => scale.fromAxis(axisNumber(layout.xaxis.p2d(pixel), scale.kind));
    const x = xAt(pointer.x);
    const rows = hoverRows(lines, x, Math.abs(xAt(pointer.x + TOLERANCE_PX) - x));
    const nearest = nearestRow(
      rows,
      (row) => ({ x: layout.xaxis.d2p(scale.toAxis(row.x)), y: layout.yaxis.d2p(shown(row)) }),
      pointer,
    );
    setHover({ kind: scale.kind, x: nearest?.x ?? x, run: nearest && lines.length > 1 ? nearest.line.run.id : null });
    setReadout(rows.length > 0 ? { rows, nearest, left: event.clientX, top: event.clientY } : null);
  };
  const onLeave = (): void => {
    setHover(null);
    setReadout(null);
  };

  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: the cursor is an aid for the pointer; the numbers are in the CSV and the table
    <div className={classes.plot} onMouseMove={onMove} onMouseLeave={onLeave} onMouseDown={() => setReadout(null)}>
      <Plot
        figure={figure}
        label={label}
        onDrawn={(element) => {
          plot.current = element;
          place();
          onDrawn?.(element);
        }}
        onRelayout={(change) => {
          const range = zoomOf(change, scale, logX);
          if (range) onZoom?.(range);
        }}
        onDoubleClick={() => onReset?.()}
      />
      <div className={classes.overlay} aria-hidden>
        <div ref={area} className={classes.area}>
          <div className={classes.veil} />
          <svg className={classes.raised} aria-hidden="true">
            <path />
          </svg>
        </div>
        <div ref={cursor} className={classes.cursor} />
        <div ref={dot} className={classes.dot} />
      </div>
      {readout ? <HoverReadout readout={readout} kind={scale.kind} /> : null}
    </div>
  );
}

/** The x range of a zoom as plotly tells it; null when x did not change. */
function zoomOf(change: Record<string, unknown>, scale: XScale, logX: boolean): XRange | null {
  const ends = [change['xaxis.range[0]'], change['xaxis.range[1]']];
  if (ends.some((end) => typeof end !== 'number' && typeof end !== 'string')) return null;
  const [from, to] = ends.map((end) => {
    const value = axisNumber(end as number | string, scale.kind);
    return scale.fromAxis(logX ? 10 ** value : value);
  });
  return { from: from!, to: to! };
}
