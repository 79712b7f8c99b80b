import type { GateResult } from '../../shared/contract/gates.ts';
import type { DataSide } from '../../shared/contract/tables.ts';
import { sideOfUse } from './data-links.ts';

type Place =
  | { readonly page: 'diff'; readonly before: DataSide; readonly after: DataSide }
  | { readonly page: 'data'; readonly path: string; readonly rev: string };

/** The page of ours that shows what a gate rests on: both versions of a data diff, or data at a version; null when there is none. Pure. */
export function evidencePlace({
  path,
  rev,
  before,
  after,
  pathBefore,
}: GateResult['evidence'][number]['ref']): Place | null {
  if (before && after) {
    const sides = [sideOf(pathBefore ?? path, before), sideOf(path, after)] as const;
    return sides[0] && sides[1] ? { page: 'diff', before: sides[0], after: sides[1] } : null;
  }
  return path && rev && sideOf(path, rev) ? { page: 'data', path, rev: rev.replace(/\.dir$/, '') } : null;
}

const sideOf = (path: string | undefined, hash: string): DataSide | null =>
  path ? sideOfUse({ path, hash, role: null, size: null, version: null }) : null;
