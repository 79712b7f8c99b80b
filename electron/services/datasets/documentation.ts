import type { Documentation } from '../../../shared/contract/datasets.ts';
import type { Out } from './dvc-file.ts';

/** What is written about a version, with values of `meta` that are no text as JSON. */
export function documentationOf({ desc, type, labels, meta }: Out): Documentation {
  const entries = meta !== null && typeof meta === 'object' && !Array.isArray(meta) ? Object.entries(meta) : [];
  return {
    desc,
    type,
    labels: [...labels],
    meta: Object.fromEntries(
      entries.map(([key, value]) => [key, typeof value === 'string' ? value : JSON.stringify(value)]),
    ),
  };
}
