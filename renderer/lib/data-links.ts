import type { DatasetUse } from '../../shared/contract/runs.ts';
import type { DataSide } from '../../shared/contract/tables.ts';
import { writeSide } from '../../shared/data-side.ts';

/** The version that a run recorded, as a side to open or compare; null when its hash or its place is not known. */
export function sideOfUse({ path, hash }: DatasetUse): DataSide | null {
  const digits = /^(?:md5:)?([0-9a-f]{32})(?:\.dir)?$/.exec(hash ?? '')?.[1];
  if (!digits || path.startsWith('/') || path.startsWith('../')) return null;
  return { kind: 'version', path, rev: digits };
}

/** The search part of the address of a comparison. */
export const diffSearch = (before: DataSide, after: DataSide): { before: string; after: string } => ({
  before: writeSide(before),
  after: writeSide(after),
});

/** A hash as a person tells it from another: its first eight digits, `…` for none. */
export const shortHash = (hash: string | null): string => hash?.replace(/^\w+:/, '').slice(0, 8) ?? '…';
