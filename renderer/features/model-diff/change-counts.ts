import type { VersionDiff } from '../../../shared/contract/models.ts';
import type { Tab } from './use-model-diff-place.ts';

/** How much differs under each tab; 0 where both versions are the same. Pure. */
export function changeCounts(diff: VersionDiff): Record<Tab, number> {
  const changed = (list: readonly { change: string }[]): number => list.filter((one) => one.change !== 'same').length;
  return {
    metrics: diff.metrics.filter((one) => one.from !== one.to).length,
    params: changed(diff.params) + changed(diff.packages) + diff.facts.filter((fact) => fact.from !== fact.to).length,
    data: changed(diff.data),
    code: diff.code.files.length,
    files: changed(diff.files),
    card: diff.card.from === diff.card.to ? 0 : 1,
  };
}

/** `2 metrics, 1 dataset and the code differ`; `Nothing differs` when both are the same. */
export function verdictOf(counts: Record<Tab, number>): string {
  const count = (n: number, one: string, many: string): string[] => (n === 0 ? [] : [`${n} ${n === 1 ? one : many}`]);
  const parts = [
    ...count(counts.metrics, 'metric', 'metrics'),
    ...count(counts.params, 'param, package or fact', 'params, packages and facts'),
    ...count(counts.data, 'dataset', 'datasets'),
    ...count(counts.code, 'code file', 'code files'),
    ...count(counts.files, 'model file', 'model files'),
    ...(counts.card > 0 ? ['the card'] : []),
  ];
  if (parts.length === 0) return 'Nothing differs';
  const last = parts.pop()!;
  const sum = Object.values(counts).reduce((a, b) => a + b, 0);
  return `${parts.length > 0 ? `${parts.join(', ')} and ` : ''}${last} ${sum === 1 ? 'differs' : 'differ'}`;
}
