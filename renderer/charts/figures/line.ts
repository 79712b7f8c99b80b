import { escapeText, shorten } from './bar.ts';
import { axis, baseLayout, type ChartTheme, type Figure, type Trace } from './figure.ts';
import type { Line } from './line-data.ts';
import { robustRange } from './outliers.ts';
import type { XScale } from './x-axis.ts';

export type LineFigureOptions = {
  readonly scale: XScale;
  readonly logX: boolean;
  readonly logY: boolean;
  readonly ignoreOutliers: boolean;
  readonly theme: ChartTheme;
  /** A new one resets the zoom. */
  readonly revision: string;
};

/** More lines than this are drawn without the raw line behind each smoothed one. */
export const RAW_BEHIND_MAX = 30;
/** Up to so many lines are drawn a little stronger, and dashed where two have the same colour. */
const FEW = 12;
/** Marks of a long stretch of NaN stand no closer than the width divided by this. */
const MARKS_ACROSS = 48;

/** The `uid` of a run's trace, by which its element is found again to fade the others. */
export function traceUid(run: string, part: 'line' | 'raw'): string {
  return `${part}-${run}`;
}

/**
 * Several runs over each other: raw or smoothed lines (raw ones faint behind), gaps at NaN with a small cross at the lower edge,
 * infinities as triangles at the edges, and a dot for a point that has no neighbour to be joined with.
 */
export function lineFigure(lines: readonly Line[], options: LineFigureOptions): Figure {
  const { scale, logX, logY, theme } = options;
  const thin = lines.length > FEW;
  const data: Trace[] = [];
  const dashes = dashesOf(lines);
  const drawn = lines.map((line, i) => ({ line, x: line.x.map((x) => scale.toAxis(x)), dash: dashes[i]! }));
  for (const { line, x, dash } of drawn) {
    if (!line.smoothed || lines.length > RAW_BEHIND_MAX) continue;
    data.push(trace(line, x, line.raw, { part: 'raw', width: 1, opacity: 0.28, dash }));
  }
  for (const { line, x, dash } of drawn) {
    data.push(trace(line, x, line.smoothed ?? line.raw, { part: 'line', width: thin ? 1.25 : 1.75, opacity: 1, dash }));
  }
  data.push(...marks(drawn, logY));
  const robust = options.ignoreOutliers
    ? robustRange(
        lines.flatMap((line) => (line.smoothed ? [line.smoothed, line.raw] : [line.raw])),
        logY,
      )
    : null;
  const range = robust && { range: logY ? robust.map(Math.log10) : robust, autorange: false };
  return {
    data,
    layout: {
      ...baseLayout(theme, options.revision),
      xaxis: axis(theme, {
        type: scale.kind === 'wall' ? 'date' : logX ? 'log' : 'linear',
        title: { text: scale.title, standoff: 4, font: { size: 11, color: theme.muted } },
        ...(scale.kind === 'wall' ? { nticks: 4 } : {}),
        ...(logX ? LOG_TICKS : {}),
      }),
      yaxis: axis(theme, { type: logY ? 'log' : 'linear', ...(logY ? LOG_TICKS : {}), ...range }),
      yaxis2: { overlaying: 'y', range: [0, 1], fixedrange: true, visible: false },
    },
  };
}

const DASHES = ['solid', 'dash', 'dot', 'dashdot'] as const;

/**
 * A run's colour is its own everywhere, so of runs that happen to share one, the second is dashed, the third dotted, and so on. Among many
 * lines that would only be noise.
 */
function dashesOf(lines: readonly Line[]): string[] {
  const seen = new Map<string, number>();
  if (lines.length > FEW) return lines.map(() => 'solid');
  return lines.map(({ run }) => {
    const before = seen.get(run.color) ?? 0;
    seen.set(run.color, before + 1);
    return DASHES[before % DASHES.length]!;
  });
}

const LOG_TICKS = { dtick: undefined, exponentformat: 'power', minor: { showgrid: false } };

function trace(
  line: Line,
  x: Float64Array,
  y: Float64Array,
  style: { part: 'line' | 'raw'; width: number; opacity: number; dash: string },
): Trace {
  return {
    type: 'scatter',
    mode: 'lines',
    uid: traceUid(line.run.id, style.part),
    name: escapeText(shorten(line.run.name, 40)),
    x,
    y: finite(y),
    opacity: style.opacity,
    line: { color: line.run.color, width: style.width, dash: style.dash, simplify: true },
    connectgaps: false,
    showlegend: style.part === 'line',
    hoverinfo: 'skip',
  };
}

/** Infinities would stretch the axis; they are marked at its edge instead. */
function finite(y: Float64Array): Float64Array {
  return y.every((value) => Number.isFinite(value))
    ? y
    : y.map((value) => (Number.isFinite(value) ? value : Number.NaN));
}

type Marks = { x: number[]; y: number[]; color: string[]; symbol: string[] };
const none = (): Marks => ({ x: [], y: [], color: [], symbol: [] });

function marks(drawn: readonly { line: Line; x: Float64Array }[], logY: boolean): Trace[] {
  const edge = none();
  const alone = none();
  const add = (to: Marks, x: number, y: number, color: string, symbol: string): void => {
    to.x.push(x);
    to.y.push(y);
    to.color.push(color);
    to.symbol.push(symbol);
  };
  for (const { line, x } of drawn) {
    const y = line.smoothed ?? line.raw;
    const apart = ((x[x.length - 1] ?? 0) - (x[0] ?? 0)) / MARKS_ACROSS;
    let marked = Number.NEGATIVE_INFINITY;
    const shown = (i: number): boolean => Number.isFinite(y[i]) && (!logY || y[i]! > 0);
    for (let i = 0; i < y.length; i++) {
      const raw = line.raw[i]!;
      if (Number.isNaN(raw)) {
        if (Number.isNaN(line.raw[i - 1]) && x[i]! - marked < apart) continue;
        marked = x[i]!;
        add(edge, x[i]!, 0.03, line.run.color, 'x-thin-open');
      } else if (raw === Number.POSITIVE_INFINITY) add(edge, x[i]!, 0.97, line.run.color, 'triangle-up');
      else if (raw === Number.NEGATIVE_INFINITY) add(edge, x[i]!, 0.03, line.run.color, 'triangle-down');
      else if (shown(i) && !shown(i - 1) && !shown(i + 1)) add(alone, x[i]!, y[i]!, line.run.color, 'circle');
    }
  }
  const traces: Trace[] = [];
  if (alone.x.length > 0) traces.push(markTrace(alone, 'alone', 6, {}));
  if (edge.x.length > 0) traces.push(markTrace(edge, 'edge', 7, { yaxis: 'y2', cliponaxis: false }));
  return traces;
}

function markTrace({ x, y, color, symbol }: Marks, uid: string, size: number, more: Record<string, unknown>): Trace {
  const marker = { color, symbol, size, line: { color, width: 1 } };
  return { type: 'scatter', mode: 'markers', uid, x, y, marker, hoverinfo: 'skip', showlegend: false, ...more };
}
