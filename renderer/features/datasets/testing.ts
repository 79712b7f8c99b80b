import type { Dataset } from '../../../shared/contract/datasets.ts';

/** A dataset for tests: an unchanged CSV, with what the test is about on top. */
export function aDataset(own: Partial<Dataset> = {}): Dataset {
  return {
    path: 'a.csv',
    kind: 'dvc',
    recordedIn: 'a.csv.dvc',
    folder: false,
    hash: 'd41d8cd98f00b204e9800998ecf8427e',
    size: 10,
    nfiles: null,
    rows: null,
    state: 'unchanged',
    drift: null,
    uncommitted: false,
    inCache: true,
    tags: [],
    problems: [],
    documentation: { desc: null, type: null, labels: [], meta: {} },
    ...own,
  };
}
