import type { Layout, Trace } from './figures/figure.ts';

/** An axis as plotly works it out; only what the cursor needs. `d2p` turns data into pixels from `_offset`, `p2d` back. */
export type PlotAxis = {
  readonly _offset: number;
  readonly _length: number;
  readonly range: readonly [number | string, number | string];
  d2p(value: number): number;
  p2d(pixel: number): number | string;
};

/** The element that plotly drew into. */
export type PlotElement = HTMLDivElement & {
  readonly _fullLayout?: { readonly xaxis: PlotAxis; readonly yaxis: PlotAxis };
  on(event: 'plotly_relayout', listener: (change: Record<string, unknown>) => void): void;
  on(event: 'plotly_doubleclick', listener: () => void): void;
  /** a listener that returns false keeps plotly from going into the box itself */
  on(event: 'plotly_treemapclick', listener: (click: { points: readonly { id?: string }[] }) => boolean): void;
  removeAllListeners?(event: string): void;
};

type ImageOptions = { format: 'png' | 'svg'; width: number; height: number; scale?: number };

/** The few functions of plotly that are used here. */
export type Plotly = {
  react(
    element: HTMLElement,
    data: readonly Trace[],
    layout: Layout,
    config: Record<string, unknown>,
  ): Promise<PlotElement>;
  purge(element: HTMLElement): void;
  /** A `data:` URL. */
  toImage(
    figure: { data: readonly Trace[]; layout: Layout; config?: Record<string, unknown> },
    options: ImageOptions,
  ): Promise<string>;
};

let loading: Promise<Plotly> | undefined;

/** The strict bundle (it needs no `unsafe-eval`), fetched when the first chart is drawn. A failed load may be tried again. */
export function loadPlotly(): Promise<Plotly> {
  loading ??= import('plotly.js/dist/plotly-strict.min.js').then(
    (module) => module.default,
    (error: unknown) => {
      loading = undefined;
      throw error;
    },
  );
  return loading;
}
