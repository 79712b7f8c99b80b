import { escapeText, shorten } from './bar.ts';
import { axis, baseLayout, type ChartTheme, type Figure } from './figure.ts';

/** A table of numbers with named rows and columns, such as a confusion matrix (rows: what it is, columns: what was said). */
export type HeatMap = {
  readonly rows: readonly string[];
  readonly columns: readonly string[];
  /** `values[row][column]` */
  readonly values: readonly (readonly number[])[];
  readonly rowTitle?: string;
  readonly columnTitle?: string;
};

const WRITTEN_MAX = 400;

/** A heat map in one hue from the ground to the accent; numbers are written into the cells while there is room for them. */
export function heatMapFigure(map: HeatMap, theme: ChartTheme): Figure {
  const written = map.rows.length * map.columns.length <= WRITTEN_MAX;
  const title = (text: string | undefined) => ({ text: text ?? '', standoff: 6, font: { size: 11 } });
  const names = (all: readonly string[]) => ({
    tickmode: 'array',
    tickvals: all.map((_, i) => i),
    ticktext: all.map((name) => escapeText(shorten(name, 16))),
    showgrid: false,
    automargin: true,
  });
  return {
    data: [
      {
        type: 'heatmap',
        z: map.values,
        colorscale: [
          [0, theme.ground],
          [1, theme.accent],
        ],
        xgap: 1,
        ygap: 1,
        showscale: !written,
        colorbar: { thickness: 8, outlinewidth: 0, tickfont: { size: 10 } },
        ...(written
          ? {
              text: map.values.map((row) => row.map((value) => String(Number(value.toPrecision(4))))),
              texttemplate: '%{text}',
            }
          : {}),
        customdata: map.rows.map((row) => map.columns.map((column) => [escapeText(row), escapeText(column)])),
        hovertemplate: '%{customdata[0]} → %{customdata[1]}<br>%{z}<extra></extra>',
      },
    ],
    layout: {
      ...baseLayout(theme, 'heat-map'),
      hovermode: 'closest',
      hoverlabel: { bgcolor: theme.ground, bordercolor: theme.line, font: { color: theme.text, size: 11 } },
      xaxis: axis(theme, { ...names(map.columns), title: title(map.columnTitle), side: 'bottom' }),
      yaxis: axis(theme, { ...names(map.rows), title: title(map.rowTitle), autorange: 'reversed' }),
    },
  };
}
