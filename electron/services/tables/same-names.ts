import type { Finding } from '../../../shared/contract/tables.ts';

/** Names that are all different: a later one of a name that was there gets a number. `twice` has those that were there more than once. */
export function numberedNames(wanted: readonly string[]): { names: string[]; twice: string[] } {
  const taken = new Set<string>();
  const twice = new Set<string>();
  const names = wanted.map((name) => {
    let own = name;
    for (let copy = 2; taken.has(own); copy++) own = `${name} (${copy})`;
    if (own !== name) twice.add(name);
    taken.add(own);
    return own;
  });
  return { names, twice: [...twice] };
}

/** What to say of such names. */
export function sameNames(twice: readonly string[]): Finding {
  const shown = twice.slice(0, 5).map((name) => JSON.stringify(name));
  return {
    code: 'duplicate_headers',
    message: `Several columns are called ${shown.join(', ')}; the later ones are numbered.`,
  };
}
