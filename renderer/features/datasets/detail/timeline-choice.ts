/** Stands for the working copy among commits. */
export const WORKING = 'working copy';

/** Chooses or lets go of a line; a third one takes the place of the one that was chosen first. */
export function toggleChosen(chosen: readonly string[], id: string): string[] {
  if (chosen.includes(id)) return chosen.filter((one) => one !== id);
  return [...chosen, id].slice(-2);
}

/**
 * The two chosen lines, the older one first; null while there are not two.
 * @param commits newest first; the working copy is newer than all of them
 */
export function chosenPair(
  chosen: readonly string[],
  commits: readonly string[],
): [before: string, after: string] | null {
  const [a, b] = chosen;
  if (a === undefined || b === undefined) return null;
  const age = (id: string): number => (id === WORKING ? -1 : commits.indexOf(id));
  return age(a) > age(b) ? [a, b] : [b, a];
}
