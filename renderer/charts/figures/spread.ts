import { type BothSpreads, shares } from '../spread-shapes.ts';
import { escapeText, shorten } from './bar.ts';
import { axis, baseLayout, type ChartTheme, type Figure, type Trace } from './figure.ts';

/** A column's distributions before and after over each other, as shares of the rows of each side; counts are in the hover. */
export function spreadFigure(spread: BothSpreads, theme: ChartTheme): Figure {
  const common = {
    ...baseLayout(theme, 'spread'),
    hovermode: 'x unified',
    hoverlabel: { bgcolor: theme.ground, bordercolor: theme.line, font: { color: theme.text, size: 11 } },
    yaxis: axis(theme, { rangemode: 'tozero', tickformat: '.0%' }),
  };
  if (spread.kind === 'category') {
    const names = [...spread.values, 'all others'];
    const bar = (counts: readonly number[], other: number, color: string, name: string): Trace => ({
      type: 'bar',
      name,
      x: names.map((_, at) => at),
      y: shares([...counts, other]),
      customdata: [...counts, other],
      marker: { color },
      hovertemplate: `${name}: %{y:.2%} (%{customdata:,} rows)<extra></extra>`,
    });
    return {
      data: [
        bar(spread.before, spread.otherBefore, theme.before, 'before'),
        bar(spread.after, spread.otherAfter, theme.after, 'after'),
      ],
      layout: {
        ...common,
        barmode: 'group',
        bargap: 0.25,
        margin: { l: 48, r: 12, t: 6, b: 72 },
        xaxis: axis(theme, {
          tickmode: 'array',
          tickvals: names.map((_, at) => at),
          ticktext: names.map((name) => escapeText(shorten(name === '' ? '(empty)' : name, 18))),
          showgrid: false,
          tickangle: names.length > 8 ? -35 : 0,
        }),
      },
    };
  }
  const middle = spread.before.map((_, at) => (spread.edges[at]! + spread.edges[at + 1]!) / 2);
  const width = spread.before.map((_, at) => spread.edges[at + 1]! - spread.edges[at]!);
  const time = spread.kind === 'time';
  const x = time ? middle.map((ms) => new Date(ms).toISOString()) : middle;
  const [before, after] = [shares(spread.before), shares(spread.after)];
  return {
    data: [
      {
        type: 'bar',
        x,
        width,
        y: after,
        customdata: spread.after.map((count, at) => [before[at]!, spread.before[at]!, count]),
        marker: { color: theme.after, opacity: 0.4, line: { width: 0 } },
        hovertemplate:
          'before %{customdata[0]:.2%} (%{customdata[1]:,} rows)<br>after %{y:.2%} (%{customdata[2]:,} rows)<extra></extra>',
      },
      {
        type: 'scatter',
        mode: 'lines',
        x: time ? spread.edges.map((ms) => new Date(ms).toISOString()) : [...spread.edges],
        y: [...before, before.at(-1) ?? 0],
        line: { shape: 'hv', color: theme.before, width: 2 },
        hoverinfo: 'skip',
      },
    ],
    layout: { ...common, hovermode: 'x', bargap: 0, xaxis: axis(theme, time ? { type: 'date' } : {}) },
  };
}
