export const TABS = ['overview', 'gates', 'card', 'files', 'receipts', 'history'] as const;
export type VersionTab = (typeof TABS)[number];

/** A version page's place in the address. */
export type VersionSearch = {
  tab: VersionTab;
  /** a file among the version's, shown as text */
  file: string | null;
  /** an older evaluation, by its digest */
  evaluation: string | null;
  /** the push dialog is open; the name of a target chooses it */
  push: string | null;
};

/** Reads the search params of an address; what makes no sense is left out, so that any link opens. */
export function versionSearch(search: Record<string, unknown>): VersionSearch {
  const text = (key: string): string | null => {
    const value = search[key];
    return typeof value === 'string' && value !== '' && value.length <= 4096 ? value : null;
  };
  const evaluation = text('evaluation');
  return {
    tab: TABS.find((tab) => tab === search.tab) ?? 'overview',
    file: text('file'),
    evaluation: evaluation && /^[0-9a-f]{64}$/.test(evaluation) ? evaluation : null,
    push: search.push === true || search.push === 1 ? '1' : text('push'),
  };
}
