import { axis, baseLayout, type ChartTheme, type Figure } from './figure.ts';

/** Counts between edges: `edges` is one longer than `counts` and ascends. */
export type Histogram = { readonly edges: readonly number[]; readonly counts: readonly number[] };

/** A histogram as steps of filled bars, each as wide as its bin. */
export function histogramFigure({ edges, counts }: Histogram, theme: ChartTheme, color: string = theme.accent): Figure {
  return {
    data: [
      {
        type: 'bar',
        x: counts.map((_, i) => (edges[i]! + edges[i + 1]!) / 2),
        width: counts.map((_, i) => edges[i + 1]! - edges[i]!),
        y: [...counts],
        marker: { color, line: { width: 0 } },
        customdata: counts.map((_, i) => [edges[i]!, edges[i + 1]!]),
        hovertemplate: '%{customdata[0]:.6~g} to %{customdata[1]:.6~g}<br>%{y:,} values<extra></extra>',
      },
    ],
    layout: {
      ...baseLayout(theme, 'histogram'),
      hovermode: 'closest',
      hoverlabel: { bgcolor: theme.ground, bordercolor: theme.line, font: { color: theme.text, size: 11 } },
      bargap: 0,
      xaxis: axis(theme),
      yaxis: axis(theme, { rangemode: 'tozero' }),
    },
  };
}
