import { axis, baseLayout, type ChartTheme, type Figure } from './figure.ts';
import type { Line } from './line-data.ts';

const LABEL_LENGTH = 22;

/** One bar a run, for a metric that every run has a single value of, in the order given, the first on top. */
export function barFigure(lines: readonly Line[], theme: ChartTheme, revision: string): Figure {
  const rows = lines.filter((line) => line.raw.length > 0);
  const values = rows.map((line) => line.raw[line.raw.length - 1]!);
  const crowded = rows.length > 14;
  return {
    data: [
      {
        type: 'bar',
        showlegend: false,
        orientation: 'h',
        y: rows.map((_, i) => i),
        x: values.map((value) => (Number.isFinite(value) ? value : null)),
        marker: { color: rows.map((line) => line.run.color) },
        text: crowded ? undefined : values.map((value) => label(value)),
        textposition: 'auto',
        insidetextanchor: 'end',
        customdata: rows.map((line, i) => [escapeText(line.run.name), label(values[i]!, 17)]),
        hovertemplate: '%{customdata[0]}<br><b>%{customdata[1]}</b><extra></extra>',
        cliponaxis: false,
      },
    ],
    layout: {
      ...baseLayout(theme, revision),
      hovermode: 'closest',
      hoverlabel: {
        bgcolor: theme.ground,
        bordercolor: theme.line,
        font: { color: theme.text, size: 11 },
        align: 'left',
      },
      margin: { l: crowded ? 12 : 132, r: 24, t: 6, b: 28 },
      bargap: 0.3,
      xaxis: axis(theme, { rangemode: 'tozero' }),
      yaxis: axis(theme, {
        autorange: 'reversed',
        showgrid: false,
        fixedrange: true,
        tickmode: 'array',
        tickvals: crowded ? [] : rows.map((_, i) => i),
        ticktext: rows.map((line) => escapeText(shorten(line.run.name))),
      }),
      annotations: values.flatMap((value, i) =>
        Number.isFinite(value) || crowded
          ? []
          : [{ x: 0, y: i, text: label(value), showarrow: false, xanchor: 'left', font: { color: theme.text } }],
      ),
    },
  };
}

function label(value: number, digits = 5): string {
  if (!Number.isFinite(value)) return Number.isNaN(value) ? 'NaN' : value > 0 ? '∞' : '-∞';
  return String(Number(value.toPrecision(digits)));
}

/** Keeps both ends of a long name, where names of runs differ. */
export function shorten(name: string, length = LABEL_LENGTH): string {
  if (name.length <= length) return name;
  const head = Math.ceil((length - 1) / 2);
  return `${name.slice(0, head)}…${name.slice(name.length - (length - 1 - head))}`;
}

/** Plotly reads a little HTML in texts; names are shown as they are. */
export function escapeText(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
