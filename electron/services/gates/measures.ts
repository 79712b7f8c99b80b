/** What can be made of a table of per-row results. */
export const MEASURES = [
  'accuracy',
  'precision',
  'recall',
  'f1',
  'auc',
  'log_loss',
  'mean',
  'mae',
  'mse',
  'rmse',
] as const;
export type Measure = (typeof MEASURES)[number];

/** The measure that a metric's name means (`val/accuracy`, `test_rmse`); null when it means none. */
export function measureNamed(metric: string): Measure | null {
  const words = wordsOf(metric);
  if (words.slice(-2).join('_') === 'log_loss' || words.at(-1) === 'logloss') return 'log_loss';
  const last = words.at(-1) ?? '';
  const known: Readonly<Record<string, Measure>> = { acc: 'accuracy', roc: 'auc' };
  return known[last] ?? MEASURES.find((measure) => measure === last && measure !== 'mean') ?? null;
}

const LOWER =
  /^(loss|logloss|error|errors|err|mae|mse|rmse|mape|smape|msle|rmsle|perplexity|ppl|wer|cer|fpr|fnr|brier|latency)$/;

/** True when less is better of a metric of this name: `val/loss`, `test_rmse`, `errorRate`. A gate's `better` says otherwise. */
export function lowerIsBetter(metric: string): boolean {
  return wordsOf(metric).some((word) => LOWER.test(word));
}

function wordsOf(metric: string): string[] {
  return metric
    .replaceAll(/([a-z])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter((word) => word !== '');
}
