import { traceUid } from './figures/line.ts';
import type { Line } from './figures/line-data.ts';
import type { XScale } from './figures/x-axis.ts';
import { nearestIndex } from './hover-rows.ts';
import type { PlotElement } from './load-plotly.ts';

/**
 * Draws the run that is pointed at over a veil that dims the others. The chart below is not touched: dimming a hundred traces one by one
 * would paint all of them anew at each move.
 * @param line undefined takes the veil away
 */
export function raiseLine(area: HTMLElement, plot: PlotElement | null, line: Line | undefined): void {
  const layout = plot?._fullLayout;
  const drawn = line
    ? plot?.querySelector(`.trace${traceUid(line.run.id, 'line')} path.js-line`)?.getAttribute('d')
    : null;
  const path = area.querySelector('path');
  if (!layout || !line || !drawn || !path) {
    area.style.visibility = 'hidden';
    return;
  }
  const { xaxis, yaxis } = layout;
  area.style.visibility = 'visible';
  area.style.transform = `translate(${xaxis._offset}px, ${yaxis._offset}px)`;
  area.style.width = `${xaxis._length}px`;
  area.style.height = `${yaxis._length}px`;
  path.setAttribute('d', drawn);
  path.setAttribute('stroke', line.run.color);
}

/** Puts the dot on the point of `run` (or of the only line) nearest to `x`; hides it where there is none in sight. */
export function placeDot(
  dot: HTMLElement,
  plot: PlotElement | null,
  lines: readonly Line[],
  scale: XScale,
  x: number | null,
  run: string | null,
): void {
  const layout = plot?._fullLayout;
  const line = run === null && lines.length === 1 ? lines[0] : lines.find((one) => one.run.id === run);
  const index = layout && line && x !== null ? nearestIndex(line.x, x) : -1;
  if (!layout || !line || index < 0) {
    dot.style.visibility = 'hidden';
    return;
  }
  const left = layout.xaxis.d2p(scale.toAxis(line.x[index]!));
  const top = layout.yaxis.d2p((line.smoothed ?? line.raw)[index]!);
  const inside = left >= -1 && left <= layout.xaxis._length + 1 && top >= -1 && top <= layout.yaxis._length + 1;
  dot.style.visibility = inside ? 'visible' : 'hidden';
  if (!inside) return;
  dot.style.background = line.run.color;
  dot.style.transform = `translate(${layout.xaxis._offset + left}px, ${layout.yaxis._offset + top}px)`;
}
