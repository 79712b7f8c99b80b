import type { DataSide } from '../../../shared/contract/tables.ts';

export type DataTab = 'timeline' | 'preview' | 'documentation';
export type TableSort = { column: string; desc: boolean };

/** The data page's place in the address. Without a path it is the list of all datasets. */
export type DataSearch = {
  /** a dataset, or a file inside of one, or any path of the project */
  path?: string;
  /** a commit, branch, tag or the beginning of a version's hash; absent: the working copy */
  rev?: string;
  tab?: DataTab;
  /** a file or folder below a dataset that is a folder */
  file?: string;
  /** a condition on rows, as SQL has it after WHERE */
  where?: string;
  /** text that some cell holds */
  q?: string;
  /** a column; a `-` before it means descending */
  sort?: string;
};

const LONGEST = { path: 4096, rev: 300, file: 4096, where: 5000, q: 500, sort: 1000 } as const;
const TABS: readonly string[] = ['timeline', 'preview', 'documentation'];

/** Reads the search params of an address; what makes no sense is left out, so that any link opens. */
export function validateDataSearch(search: Record<string, unknown>): DataSearch {
  const found: DataSearch = {};
  for (const [key, most] of Object.entries(LONGEST) as [keyof typeof LONGEST, number][]) {
    const value = search[key];
    const text = typeof value === 'number' || typeof value === 'boolean' ? String(value) : value;
    if (typeof text === 'string' && text !== '' && text.length <= most) found[key] = text;
  }
  if (typeof search.tab === 'string' && TABS.includes(search.tab)) found.tab = search.tab as DataTab;
  return found;
}

export function readTableSort(text: string | undefined): TableSort | null {
  if (!text || text === '-') return null;
  return text.startsWith('-')
    ? { column: text.slice(1), desc: true }
    : { column: text.replace(/^\+/, ''), desc: false };
}

/** A column whose own name begins with a sign is written with `+` before it. */
export function writeTableSort(sort: TableSort | null): string | undefined {
  if (!sort) return undefined;
  return `${sort.desc ? '-' : /^[-+]/.test(sort.column) ? '+' : ''}${sort.column}`;
}

/** What a click on a column's head does: ascending, descending, and back to the order of the file. */
export function nextTableSort(current: TableSort | null, column: string): TableSort | null {
  if (current?.column !== column) return { column, desc: false };
  return current.desc ? null : { column, desc: true };
}

/** The side that the page shows. */
export function sideAt(path: string, file: string | undefined, rev: string | undefined): DataSide {
  return { kind: 'version', path: file ? `${path}/${file}` : path, rev: rev ?? null };
}
