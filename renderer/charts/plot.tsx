import { useEffect, useRef, useState } from 'react';
import type { Figure } from './figures/figure.ts';
import { loadPlotly, type PlotElement, type Plotly } from './load-plotly.ts';
import { PlotBoundary } from './plot-boundary.tsx';

type Props = {
  figure: Figure;
  /** What is drawn, for screen readers. */
  label: string;
  /** After each drawing, with the element: its axes say where things are. */
  onDrawn?: (element: PlotElement) => void;
  /** The person zoomed or panned; plotly's own description of the change. */
  onRelayout?: (change: Record<string, unknown>) => void;
  onDoubleClick?: () => void;
  /** A box of a treemap was clicked; its id. */
  onBox?: (id: string) => void;
};

const CONFIG = { displayModeBar: false, responsive: false, doubleClick: false, showTips: false, scrollZoom: false };

/** The one place where plotly draws. Fills its parent; a new figure is drawn over the old one, and zoom stays while `uirevision` does. */
export function Plot(props: Props) {
  return (
    <PlotBoundary>
      <Drawing {...props} />
    </PlotBoundary>
  );
}

function Drawing({ figure, label, onDrawn, onRelayout, onDoubleClick, onBox }: Props) {
  const holder = useRef<HTMLDivElement>(null);
  const size = useSize(holder);
  const plotly = usePlotly();
  const listeners = useRef({ onDrawn, onRelayout, onDoubleClick, onBox });
  useEffect(() => {
    listeners.current = { onDrawn, onRelayout, onDoubleClick, onBox };
  });
  const [error, setError] = useState<unknown>(null);
  const drawn = useRef(false);

  useEffect(() => {
    const element = holder.current;
    if (!plotly || !element || !size) return;
    let current = true;
    plotly
      .react(element, figure.data, { ...figure.layout, width: size.width, height: size.height }, CONFIG)
      .then((made) => {
        if (!drawn.current) {
          drawn.current = true;
          made.on('plotly_relayout', (change) => listeners.current.onRelayout?.(change));
          made.on('plotly_doubleclick', () => listeners.current.onDoubleClick?.());
          made.on('plotly_treemapclick', ({ points }) => {
            if (points[0]?.id) listeners.current.onBox?.(points[0].id);
            return false;
          });
        }
        if (current) listeners.current.onDrawn?.(made);
      })
      .catch((reason: unknown) => setError(reason ?? new Error('plotly gave up')));
    return () => {
      current = false;
    };
  }, [plotly, figure, size]);

  useEffect(() => {
    const element = holder.current;
    return () => {
      drawn.current = false;
      if (element && plotly) plotly.purge(element);
    };
  }, [plotly]);

  if (error !== null) throw error;
  return <div ref={holder} role="img" aria-label={label} style={{ width: '100%', height: '100%', minWidth: 0 }} />;
}

function usePlotly(): Plotly | undefined {
  const [plotly, setPlotly] = useState<Plotly>();
  const [error, setError] = useState<unknown>(null);
  useEffect(() => {
    let live = true;
    loadPlotly().then(
      (loaded) => live && setPlotly(() => loaded),
      (reason: unknown) => live && setError(reason),
    );
    return () => {
      live = false;
    };
  }, []);
  if (error !== null) throw error;
  return plotly;
}

type Size = { width: number; height: number };

function useSize(holder: React.RefObject<HTMLDivElement | null>): Size | undefined {
  const [size, setSize] = useState<Size>();
  useEffect(() => {
    const element = holder.current;
    if (!element) return;
    let frame = 0;
    const observer = new ResizeObserver(() => {
      cancelAnimationFrame(frame);
      frame = requestAnimationFrame(() => {
        const width = element.clientWidth;
        const height = element.clientHeight;
        if (width < 40 || height < 40) return;
        setSize((before) => (before?.width === width && before.height === height ? before : { width, height }));
      });
    });
    observer.observe(element);
    return () => {
      cancelAnimationFrame(frame);
      observer.disconnect();
    };
  }, [holder]);
  return size;
}
