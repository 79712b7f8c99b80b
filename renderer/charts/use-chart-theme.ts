import { useComputedColorScheme } from '@mantine/core';
import { useEffect, useState } from 'react';
import type { ChartTheme } from './figures/figure.ts';

const FALLBACK: ChartTheme = {
  text: '#1f242a',
  muted: '#6b7580',
  line: '#e4e7ea',
  ground: '#ffffff',
  accent: '#14707a',
  before: '#b3550b',
  after: '#1f62b5',
  font: 'system-ui, sans-serif',
};

/** The colours of the scheme in use, read from the page's CSS variables, renewed when the scheme changes. */
export function useChartTheme(): ChartTheme {
  const scheme = useComputedColorScheme('light', { getInitialValueInEffect: false });
  const [theme, setTheme] = useState<ChartTheme>(readTheme);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the variables change with the scheme, which is set on the document by now
  useEffect(() => {
    const frame = requestAnimationFrame(() => setTheme(readTheme()));
    return () => cancelAnimationFrame(frame);
  }, [scheme]);
  return theme;
}

function readTheme(): ChartTheme {
  const style = getComputedStyle(document.documentElement);
  const read = (name: string, fallback: string): string => style.getPropertyValue(name).trim() || fallback;
  return {
    text: read('--mantine-color-text', FALLBACK.text),
    muted: read('--assay-muted', FALLBACK.muted),
    line: read('--assay-line', FALLBACK.line),
    ground: read('--assay-ground', FALLBACK.ground),
    accent: read('--assay-accent', FALLBACK.accent),
    before: read('--assay-before', FALLBACK.before),
    after: read('--assay-after', FALLBACK.after),
    font: read('--mantine-font-family', FALLBACK.font),
  };
}
