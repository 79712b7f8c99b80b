import { useEffect, useState } from 'react';
import type { ColumnProfile, DataSide } from '../../../../shared/contract/tables.ts';
import { writeSide } from '../../../../shared/data-side.ts';
import { client } from '../../../lib/client.ts';

export type Profiles = ReadonlyMap<string, ColumnProfile>;

const NONE: Profiles = new Map();

/**
 * Profiles of a table's columns by name, as they come in; those of the condition before stay until then. `stamp` is anything that changes when the
 * table does. A profile that fails is left out: the rows say what is wrong.
 */
export function useProfile(
  project: string,
  side: DataSide,
  condition: string,
  stamp: string,
  enabled: boolean,
): Profiles {
  const [profiles, setProfiles] = useState(NONE);
  const address = writeSide(side);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the address stands for the side
  useEffect(() => {
    if (!enabled) return;
    const abort = new AbortController();
    const read = async (): Promise<void> => {
      const stream = await client.tables.profile({ project, side, condition }, { signal: abort.signal });
      for await (const some of stream) {
        if (abort.signal.aborted) return;
        setProfiles((before) => {
          const next = new Map(before);
          for (const one of some) next.set(one.name, one);
          return next;
        });
      }
    };
    read().catch(() => {});
    return () => abort.abort();
  }, [project, address, condition, stamp, enabled]);
  return profiles;
}
