import type { RunSort } from '../../../shared/contract/runs.ts';

/** The runs page's place in the address: what is shown of which runs. Absent means: as remembered, or as usual. */
export type RunsSearch = {
  /** The filter. */
  q?: string;
  /** A sort key of the contract; a `-` before it means descending. */
  sort?: string;
  /** Ids of the columns, in order, the name left out. */
  cols?: string[];
  /** Ids of the runs that are drawn; absent: the first ones. */
  on?: string[];
  trash?: true;
};

const MAX_COLUMNS = 300;
const MAX_DRAWN = 500;

/** Reads the search params of an address; what makes no sense is left out, so that any link opens. */
export function validateRunsSearch(search: Record<string, unknown>): RunsSearch {
  const { q, sort, cols, on, trash } = search;
  return {
    ...(typeof q === 'string' && q !== '' ? { q: q.slice(0, 2000) } : typeof q === 'number' ? { q: String(q) } : {}),
    ...(typeof sort === 'string' && /^-?\S/.test(sort) ? { sort: sort.slice(0, 600) } : {}),
    ...(Array.isArray(cols) ? { cols: texts(cols).slice(0, MAX_COLUMNS) } : {}),
    ...(Array.isArray(on)
      ? {
          on: texts(on)
            .filter((id) => /^[0-9a-f]{32}$/.test(id))
            .slice(0, MAX_DRAWN),
        }
      : {}),
    ...(trash === true || trash === 'true' ? { trash: true as const } : {}),
  };
}

function texts(list: readonly unknown[]): string[] {
  return [...new Set(list.filter((one): one is string => typeof one === 'string' && one !== ''))];
}

export const USUAL_SORT: RunSort = { key: 'createdAt', desc: true };

/** `-metric:loss` is by the loss, greatest first. */
export function readSort(text: string | undefined): RunSort {
  if (!text) return USUAL_SORT;
  return text.startsWith('-') ? { key: text.slice(1), desc: true } : { key: text, desc: false };
}

export function writeSort(sort: RunSort): string {
  return `${sort.desc ? '-' : ''}${sort.key}`;
}

/** What a click on a column's head does: ascending, descending, and back to the usual order. Times begin with the newest. */
export function nextSort(current: RunSort, key: string): RunSort {
  const first = /^(createdAt|startedAt|endedAt|starred)$/.test(key);
  if (current.key !== key) return { key, desc: first };
  return current.desc === first ? { key, desc: !first } : USUAL_SORT;
}
