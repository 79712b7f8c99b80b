export type SortKey = 'name' | 'gates' | 'approval' | 'format' | 'size' | 'created';
export type Sort = { key: SortKey; desc: boolean };

/** The models page's place in the address. */
export type ModelsSearch = {
  /** words that a row must have */
  q?: string;
  /** every version of every model, instead of one line a model */
  view?: 'versions';
  /** a column; a `-` before it means descending */
  sort?: string;
  /** models whose versions are shown, with commas between them */
  open?: string;
  /** the dialog for registering: `1`, or the id of a run */
  register?: string;
};

const KEYS: readonly string[] = ['name', 'gates', 'approval', 'format', 'size', 'created'];

/** Reads the search params of an address; what makes no sense is left out, so that any link opens. */
export function validateModelsSearch(search: Record<string, unknown>): ModelsSearch {
  const found: ModelsSearch = {};
  const text = (key: string, most: number): string | undefined => {
    const value = search[key];
    const written = typeof value === 'number' || typeof value === 'boolean' ? String(value) : value;
    return typeof written === 'string' && written !== '' && written.length <= most ? written : undefined;
  };
  const q = text('q', 500);
  if (q) found.q = q;
  if (search.view === 'versions') found.view = 'versions';
  const sort = text('sort', 20);
  if (sort && KEYS.includes(sort.replace(/^-/, ''))) found.sort = sort;
  const open = text('open', 5000);
  if (open) found.open = open;
  const register = text('register', 40);
  if (register) found.register = register;
  return found;
}

/** The order that an address asks for: models by name, versions by age, unless it says otherwise. */
export function sortOf({ sort, view }: ModelsSearch): Sort {
  if (!sort) return view === 'versions' ? { key: 'created', desc: true } : { key: 'name', desc: false };
  return { key: sort.replace(/^-/, '') as SortKey, desc: sort.startsWith('-') };
}

/** What a click on a column's head makes of the order: sizes and ages begin with the largest; the second click turns it round. */
export function nextSort(current: Sort, key: SortKey): string {
  const desc = current.key === key ? !current.desc : key === 'size' || key === 'created';
  return `${desc ? '-' : ''}${key}`;
}
