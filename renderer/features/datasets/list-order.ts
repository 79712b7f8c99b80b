import type { Dataset } from '../../../shared/contract/datasets.ts';

export type ListKey = 'path' | 'state' | 'size' | 'nfiles' | 'rows';
export type ListSort = { key: ListKey; desc: boolean };

/** What waits for a person comes first. */
const STATES: readonly Dataset['state'][] = ['not in cache', 'deleted', 'modified', 'new', 'unknown', 'unchanged'];

/** Datasets whose path, description, state, tags or labels have every word of the filter, in any case. */
export function filterDatasets(datasets: readonly Dataset[], filter: string): Dataset[] {
  const words = filter.toLowerCase().split(/\s+/).filter(Boolean);
  return datasets.filter((one) => {
    const { desc, labels, type } = one.documentation;
    const text = [
      one.path,
      one.kind,
      one.state,
      one.uncommitted ? 'uncommitted' : '',
      desc,
      type,
      ...labels,
      ...one.tags,
    ]
      .join('\n')
      .toLowerCase();
    return words.every((word) => text.includes(word));
  });
}

/** In the order of a column; what is not known comes last, equals by path. */
export function sortDatasets(datasets: readonly Dataset[], { key, desc }: ListSort): Dataset[] {
  const rank = (one: Dataset): number | null =>
    key === 'state' ? STATES.indexOf(one.state) * 2 + (one.uncommitted ? 0 : 1) : key === 'path' ? 0 : one[key];
  const byPath = (a: Dataset, b: Dataset): number => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0);
  return datasets.toSorted((a, b) => {
    if (key === 'path') return desc ? byPath(b, a) : byPath(a, b);
    const [left, right] = [rank(a), rank(b)];
    if (left === null || right === null) return left === right ? byPath(a, b) : left === null ? 1 : -1;
    return (desc ? right - left : left - right) || byPath(a, b);
  });
}

/** A click on a head: sizes begin with the largest; the second click turns the order round. */
export function nextListSort(current: ListSort, key: ListKey): ListSort {
  if (current.key === key) return { key, desc: !current.desc };
  return { key, desc: key === 'size' || key === 'nfiles' || key === 'rows' };
}

/** The dataset that a path is or lies in, and the rest of the path inside of it. */
export function datasetOf(datasets: readonly Dataset[], path: string): { dataset: Dataset; inner: string } | null {
  const exact = datasets.find((one) => one.path === path);
  if (exact) return { dataset: exact, inner: '' };
  const above = datasets
    .filter((one) => one.folder && path.startsWith(`${one.path}/`))
    .sort((a, b) => b.path.length - a.path.length)[0];
  return above ? { dataset: above, inner: path.slice(above.path.length + 1) } : null;
}
