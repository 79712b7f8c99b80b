import type { RunPatch, RunRow } from '../../../shared/contract/runs.ts';

/** A row as it will be after a patch: absent fields stay, a tag of null goes. */
export function patchRow(row: RunRow, patch: RunPatch): RunRow {
  const { tags, ...plain } = patch;
  const given = Object.fromEntries(Object.entries(plain).filter(([, value]) => value !== undefined));
  const all = Object.entries({ ...row.tags, ...tags });
  return {
    ...row,
    ...given,
    tags: Object.fromEntries(all.filter((entry): entry is [string, string] => entry[1] !== null)),
  };
}
