import { implement } from '@orpc/server';
import { contract } from '../../shared/contract/index.ts';
import { AppError } from '../../shared/errors.ts';

type Domain = 'models' | 'gates' | 'reviews' | 'signing' | 'targets' | 'notifications' | 'audit';

/** Handlers of a domain that is being built: each answers UNAVAILABLE. */
export function notYet<K extends Domain>(domain: K): never {
  const os = implement(contract[domain]) as unknown as Record<string, { handler(work: () => never): unknown }>;
  const answer = (): never => {
    throw new AppError('UNAVAILABLE', 'This is being built.');
  };
  return Object.fromEntries(Object.keys(contract[domain]).map((name) => [name, os[name]!.handler(answer)])) as never;
}
