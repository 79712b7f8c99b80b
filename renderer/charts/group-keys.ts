export type MetricKey = { readonly key: string; readonly runs: number; readonly count: number };
export type MetricSection = { readonly name: string; readonly keys: readonly MetricKey[] };

/** The section of keys without a `/`. */
export const PLAIN_SECTION = 'Metrics';
/** The wrapper's own section: CPU, memory, GPU. */
export const SYSTEM_SECTION = 'system';

const collator = new Intl.Collator('en', { numeric: true });

/**
 * Sections by what is before the first `/`, in natural order: plain keys first, the machine's last.
 * @param search a regular expression that ignores case, or, where it is none, a text
 */
export function groupKeys(keys: readonly MetricKey[], search: string): MetricSection[] {
  const fits = matcher(search);
  const sections = new Map<string, MetricKey[]>();
  for (const one of keys) {
    if (!fits(one.key)) continue;
    const slash = one.key.indexOf('/');
    const name = slash > 0 ? one.key.slice(0, slash) : PLAIN_SECTION;
    const section = sections.get(name);
    if (section) section.push(one);
    else sections.set(name, [one]);
  }
  const rank = (name: string): number => (name === PLAIN_SECTION ? 0 : name === SYSTEM_SECTION ? 2 : 1);
  return [...sections]
    .map(([name, own]) => ({ name, keys: own.toSorted((a, b) => collator.compare(a.key, b.key)) }))
    .sort((a, b) => rank(a.name) - rank(b.name) || collator.compare(a.name, b.name));
}

/** Whether a key fits a search. An unfinished regular expression is taken as a text. */
export function matcher(search: string): (key: string) => boolean {
  const text = search.trim();
  if (text === '') return () => true;
  try {
    const pattern = new RegExp(text, 'i');
    return (key) => pattern.test(key);
  } catch {
    return (key) => key.toLowerCase().includes(text.toLowerCase());
  }
}
