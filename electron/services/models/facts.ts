import type { Finding, VersionRow } from '../../../shared/contract/models.ts';

/** A version of a project; `digest` is that of its definition. */
export type OneVersion = { readonly name: string; readonly version: string; readonly digest: string };

/** What other services know about versions: asked for all at once, so that thousands of rows cost one look each. */
export type FactSource = {
  /** of the newest evaluation */
  readonly gates?: (project: string) => Promise<(one: OneVersion) => VersionRow['gates']>;
  readonly review?: (
    project: string,
  ) => Promise<(one: OneVersion) => Pick<VersionRow, 'approval' | 'overridden' | 'waitingFor'> | null>;
  /** targets that have it, by their last verified receipts */
  readonly pushedTo?: (project: string) => Promise<(one: OneVersion) => string[]>;
  /** what is wrong with what the service keeps about a version: evaluations, signature, receipts, log */
  readonly verify?: (project: string, one: OneVersion, signal: AbortSignal) => Promise<Finding[]>;
};

export type Facts = ReturnType<typeof createFacts>;
type Rows = {
  gates(one: OneVersion): VersionRow['gates'];
  review(one: OneVersion): Pick<VersionRow, 'approval' | 'overridden' | 'waitingFor'>;
  pushedTo(one: OneVersion): string[];
};

/** Where the services around the registry leave what they know; they are made after it, and register themselves. */
export function createFacts() {
  const sources: FactSource[] = [];
  return {
    add: (source: FactSource): void => void sources.push(source),
    async rows(project: string): Promise<Rows> {
      const [gates, reviews, pushes] = await Promise.all([
        Promise.all(sources.flatMap((source) => source.gates?.(project) ?? [])),
        Promise.all(sources.flatMap((source) => source.review?.(project) ?? [])),
        Promise.all(sources.flatMap((source) => source.pushedTo?.(project) ?? [])),
      ]);
      return {
        gates: (one) => first(gates, one) ?? null,
        review: (one) => first(reviews, one) ?? { approval: 'none', overridden: false, waitingFor: [] },
        pushedTo: (one) => pushes.flatMap((of) => of(one)),
      };
    },
    async verify(project: string, one: OneVersion, signal: AbortSignal): Promise<Finding[]> {
      const found: Finding[] = [];
      for (const source of sources) found.push(...((await source.verify?.(project, one, signal)) ?? []));
      return found;
    },
  };
}

function first<T>(all: readonly ((one: OneVersion) => T | null)[], one: OneVersion): T | null {
  for (const of of all) {
    const found = of(one);
    if (found !== null) return found;
  }
  return null;
}
