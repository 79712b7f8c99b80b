import type { Figure, Trace } from './figure.ts';

type Unit = { readonly tickformat?: string; readonly ticksuffix: string };

/** What the runner measures says its unit at the end of its name. */
const UNITS: readonly (readonly [ending: string, unit: Unit])[] = [
  ['_bytes', { tickformat: '.3~s', ticksuffix: 'B' }],
  ['_percent', { ticksuffix: ' %' }],
  ['_watts', { ticksuffix: ' W' }],
  ['_celsius', { ticksuffix: ' °C' }],
];

const isSystem = (metric: string): boolean => metric.startsWith('system/');

/**
 * The figure of a metric that the runner measures, with its unit on the axis of values and seconds as what its steps are. Metrics of the script
 * stay as they are: nobody said what they are measured in.
 */
export function withUnit(figure: Figure, metric: string): Figure {
  if (!isSystem(metric)) return figure;
  const unit = UNITS.find(([ending]) => metric.endsWith(ending))?.[1] ?? { ticksuffix: '' };
  const isBar = figure.data[0]?.type === 'bar';
  const values = isBar ? 'xaxis' : 'yaxis';
  const layout: Record<string, unknown> = {
    ...figure.layout,
    // use of a machine is read against zero: a flat line of 19.2 MB would otherwise have an axis of equal labels
    [values]: { rangemode: 'tozero', ...(figure.layout[values] as object), ...unit },
  };
  const x = layout.xaxis as { title?: { text?: string } };
  if (!isBar && x.title?.text === 'step') layout.xaxis = { ...x, title: { ...x.title, text: 'seconds since start' } };
  const data = isBar
    ? figure.data.map(
        (trace): Trace => ({
          ...trace,
          texttemplate: `%{x${unit.tickformat ? `:${unit.tickformat}` : ''}}${unit.ticksuffix}`,
        }),
      )
    : figure.data;
  return { data, layout };
}
