import { useCallback, useDeferredValue, useMemo, useRef, useState } from 'react';
import { plural } from '../lib/format.ts';
import { ErrorState } from '../ui/error-state.tsx';
import { LoadingBox } from '../ui/loading.tsx';
import { ChartCard, ChartMessage } from './chart-card.tsx';
import { useChartView } from './chart-view.ts';
import { seriesCsv } from './export-chart.ts';
import { barFigure } from './figures/bar.ts';
import type { Figure } from './figures/figure.ts';
import { lineFigure } from './figures/line.ts';
import { type ChartRun, type Line, makeLine, stepRange } from './figures/line-data.ts';
import { withUnit } from './figures/units.ts';
import { xScale } from './figures/x-axis.ts';
import { LineChart, type XRange } from './line-chart.tsx';
import type { PlotElement } from './load-plotly.ts';
import { Plot } from './plot.tsx';
import { pointsToAsk, pointsToDraw } from './point-budget.ts';
import { useChartTheme } from './use-chart-theme.ts';
import { allPoints, useSeries } from './use-series.ts';
import { useSmoothing } from './use-smoothing.ts';
import { useVisible } from './use-visible.ts';

type Props = { project: string; runs: readonly ChartRun[]; metric: string; height?: number };

/** One metric of several runs. Draws nothing while it is far from the screen. */
export function MetricChart(props: Props) {
  const holder = useRef<HTMLDivElement>(null);
  const visible = useVisible(holder);
  const height = props.height ?? 220;
  return (
    <div ref={holder} style={{ minWidth: 0, minHeight: height + 34 }}>
      {visible ? <VisibleChart {...props} height={height} width={holder.current?.clientWidth ?? 400} /> : null}
    </div>
  );
}

function VisibleChart({ project, runs, metric, height, width }: Props & { height: number; width: number }) {
  const view = useChartView();
  // the slider must not wait for the charts
  const weight = useDeferredValue(useSmoothing().weight);
  const theme = useChartTheme();
  const [steps, setSteps] = useState<XRange | null>(null);
  const [resets, setResets] = useState(0);
  const [full, setFull] = useState(false);
  const plot = useRef<PlotElement | null>(null);

  const ids = useMemo(() => runs.map((run) => run.id), [runs]);
  const shownWidth = full ? window.innerWidth : width;
  const asked = { project, runs: ids, metric, steps: warmUp(steps, weight) };
  const query = useSeries({ ...asked, maxPoints: pointsToAsk(shownWidth, ids.length, weight) });

  const lines = useMemo(() => {
    const byId = new Map(runs.map((run) => [run.id, run]));
    const options = { x: view.x, smoothing: weight, maxPoints: pointsToDraw(shownWidth, runs.length) };
    return (query.data ?? []).flatMap(({ run, series }): Line[] => {
      const known = byId.get(run);
      return known && series.step.length > 0 ? [makeLine(known, series, options)] : [];
    });
  }, [query.data, runs, view.x, weight, shownWidth]);

  const single = steps === null && lines.length > 0 && lines.every((line) => line.count === 1);
  const scale = useMemo(() => xScale(view.x, longest(lines)), [view.x, lines]);
  const revision = `${view.x} ${scale.title} ${view.logX} ${view.logY} ${view.ignoreOutliers} ${resets}`;
  const logX = view.logX && view.x !== 'wall';
  const { logY, ignoreOutliers } = view;
  const figure = useMemo(
    () =>
      withUnit(
        single
          ? barFigure(lines, theme, revision)
          : lineFigure(lines, { scale, logX, logY, ignoreOutliers, theme, revision }),
        metric,
      ),
    [single, lines, scale, logX, logY, ignoreOutliers, theme, revision, metric],
  );
  const reset = useCallback(() => {
    setSteps(null);
    setResets((count) => count + 1);
  }, []);

  const body = (): React.ReactNode => {
    if (query.isError && !query.data) {
      return (
        <ErrorState error={query.error} title="These points could not be loaded" onRetry={() => query.refetch()} />
      );
    }
    if (!query.data) return <LoadingBox height="100%" />;
    if (lines.length === 0) return <ChartMessage>None of these runs has points here.</ChartMessage>;
    if (single) return <Plot figure={figure} label={`${metric}, one value of each run`} />;
    return (
      <LineChart
        lines={lines}
        figure={figure}
        scale={scale}
        logX={logX}
        label={`${metric} of ${plural(lines.length, 'run')}`}
        onZoom={(range) => setSteps(view.x === 'step' ? range : (stepRange(lines, range.from, range.to) ?? steps))}
        onReset={reset}
        onDrawn={(element) => {
          plot.current = element;
        }}
      />
    );
  };

  return (
    <ChartCard
      title={metric}
      note={lines.length > 0 && lines.length < runs.length ? `${lines.length} of ${runs.length} runs` : undefined}
      height={height}
      onFull={setFull}
      onReset={steps ? reset : undefined}
      picture={() => (lines.length > 0 ? asShown(figure, single ? null : plot.current) : undefined)}
      csv={async () => {
        const names = new Map(runs.map((run) => [run.id, run]));
        const all = await allPoints({ ...asked, steps });
        return seriesCsv(
          metric,
          all.map(({ run, series }) => ({ run: names.get(run) ?? { id: run, name: run }, series })),
        );
      }}
    >
      {body}
    </ChartCard>
  );
}

function longest(lines: readonly Line[]): number {
  return lines.reduce((most, { x }) => Math.max(most, x[x.length - 1] ?? 0), 0);
}

/** An average needs what was before: a smoothed zoom asks for as much again to its left. */
function warmUp(steps: XRange | null, weight: number): XRange | null {
  return steps && weight > 0 ? { from: steps.from - (steps.to - steps.from), to: steps.to } : steps;
}

/** The figure with the ranges that are on the screen. */
function asShown(figure: Figure, plot: PlotElement | null): Figure {
  const shown = plot?._fullLayout;
  if (!shown) return figure;
  const fixed = (name: 'xaxis' | 'yaxis') => ({
    ...(figure.layout[name] as object),
    range: shown[name].range,
    autorange: false,
  });
  return { data: figure.data, layout: { ...figure.layout, xaxis: fixed('xaxis'), yaxis: fixed('yaxis') } };
}
