/** One trace as plotly takes it. */
export type Trace = Readonly<Record<string, unknown>>;
export type Layout = Readonly<Record<string, unknown>>;

/** What plotly draws: pure data, made by the functions of this folder. */
export type Figure = { readonly data: readonly Trace[]; readonly layout: Layout };

/** Colours of the scheme in use, as plotly takes them (it cannot read CSS variables). */
export type ChartTheme = {
  readonly text: string;
  readonly muted: string;
  readonly line: string;
  readonly ground: string;
  readonly accent: string;
  /** the two sides of a comparison */
  readonly before: string;
  readonly after: string;
  readonly font: string;
};

/**
 * What all charts share: quiet axes, no legend, no title, hover drawn by ourselves.
 * @param uirevision as long as it stays the same, new data keeps the person's zoom
 */
export function baseLayout(theme: ChartTheme, uirevision: string): Record<string, unknown> {
  return {
    paper_bgcolor: 'rgba(0,0,0,0)',
    plot_bgcolor: 'rgba(0,0,0,0)',
    font: { family: theme.font, size: 11, color: theme.muted },
    margin: { l: 54, r: 16, t: 6, b: 34 },
    showlegend: false,
    hovermode: false,
    dragmode: 'zoom',
    uirevision,
    newselection: { line: { width: 0 } },
    modebar: { remove: ['all'] },
  };
}

/** An axis in the house's style; `more` wins. */
export function axis(theme: ChartTheme, more: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    gridcolor: theme.line,
    gridwidth: 1,
    zeroline: false,
    linecolor: theme.line,
    showline: false,
    ticks: '',
    ticklabelstandoff: 3,
    tickfont: { size: 11, color: theme.muted },
    exponentformat: 'e',
    separatethousands: true,
    nticks: 6,
    ...more,
  };
}
