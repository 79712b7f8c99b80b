import { useMemo } from 'react';
import { histogramFigure } from '../../../charts/figures/histogram.ts';
import { Plot } from '../../../charts/plot.tsx';
import { useChartTheme } from '../../../charts/use-chart-theme.ts';
import { formatCount, plural } from '../../../lib/format.ts';
import { ErrorState } from '../../../ui/error-state.tsx';
import { LoadingRows } from '../../../ui/loading.tsx';
import type { PreviewProps } from './artifact-preview.tsx';
import classes from './artifacts.module.css';
import { JsonTree } from './json-tree.tsx';
import { asHistogram, type HistogramData } from './preview-kind.ts';
import { TextPreview } from './text-preview.tsx';
import { useArtifactText } from './use-artifact-text.ts';

const MAX_BYTES = 8_388_608;

/** A JSON file as a tree that folds, a histogram as a chart; what is too large or not JSON is shown as text. */
export function JsonPreview(props: PreviewProps) {
  const query = useArtifactText(props, MAX_BYTES);
  const parsed = useMemo(() => parse(query.data?.text), [query.data]);
  if (query.error)
    return <ErrorState error={query.error} title="The file could not be read" onRetry={() => void query.refetch()} />;
  if (!query.data) return <LoadingRows rows={12} height={18} />;
  if (query.data.cut || !parsed) return <TextPreview {...props} />;
  const histogram = asHistogram(parsed.value);
  if (histogram) return <HistogramPreview histogram={histogram} label={props.artifact.key ?? props.artifact.path} />;
  return (
    <div className={classes.json}>
      <JsonTree value={parsed.value} />
    </div>
  );
}

function parse(text: string | undefined): { value: unknown } | null {
  try {
    return text === undefined ? null : { value: JSON.parse(text) };
  } catch {
    return null;
  }
}

function HistogramPreview({ histogram, label }: { histogram: HistogramData; label: string }) {
  const theme = useChartTheme();
  const figure = useMemo(() => histogramFigure(histogram, theme), [histogram, theme]);
  const total = histogram.counts.reduce((sum, count) => sum + count, 0);
  return (
    <>
      <div className={classes.chart}>
        <Plot figure={figure} label={`Histogram of ${label}`} />
      </div>
      <div className={classes.caption}>
        {formatCount(total)} values in {plural(histogram.counts.length, 'bin')}
        {histogram.nonFinite > 0 ? `, and ${formatCount(histogram.nonFinite)} NaN or infinite` : ''}
      </div>
    </>
  );
}
