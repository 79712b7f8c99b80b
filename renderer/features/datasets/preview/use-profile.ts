import { useEffect, useRef, useState } from 'react';
import type { ColumnProfile, DataSide } from '../../../../shared/contract/tables.ts';
import { writeSide } from '../../../../shared/data-side.ts';
import { client } from '../../../lib/client.ts';

export type Profiles = ReadonlyMap<string, ColumnProfile>;

const NONE: Profiles = new Map();

type Asked = {
  project: string;
  side: DataSide;
  condition: string;
  /** anything that changes when the table does */
  stamp: string;
  /** names of the columns whose profiles are wanted now */
  near: readonly string[];
};

/**
 * Profiles of a table's columns by name, as they come in. Those of the condition before stay until then. A profile that fails is left out:
 * the rows say what is wrong.
 */
export function useProfile({ project, side, condition, stamp, near }: Asked, enabled: boolean): Profiles {
  const [profiles, setProfiles] = useState(NONE);
  const known = useRef({ of: '', names: new Set<string>() });
  const of = JSON.stringify([project, writeSide(side), condition, stamp]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: `of` stands for all that the profiles depend on
  useEffect(() => {
    if (!enabled) return;
    if (known.current.of !== of) known.current = { of, names: new Set() };
    const { names } = known.current;
    const columns = near.filter((name) => !names.has(name));
    if (columns.length === 0) return;
    const abort = new AbortController();
    const read = async (): Promise<void> => {
      const input = { project, side, condition, columns };
      for await (const some of await client.tables.profile(input, { signal: abort.signal })) {
        if (abort.signal.aborted) return;
        for (const one of some) names.add(one.name);
        setProfiles((before) => {
          const next = new Map(before);
          for (const one of some) next.set(one.name, one);
          return next;
        });
      }
    };
    read().catch(() => {});
    return () => abort.abort();
  }, [of, near, enabled]);
  return profiles;
}
