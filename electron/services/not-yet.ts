import { implement } from '@orpc/server';
import { contract } from '../../shared/contract/index.ts';
import { AppError } from '../../shared/errors.ts';

/** Handlers of a domain that is being built: each answers UNAVAILABLE. */
export function notYet<K extends 'datasets' | 'tables' | 'diffs'>(domain: K): never {
  const os = implement(contract[domain]) as unknown as Record<string, { handler(work: () => never): unknown }>;
  const answer = (): never => {
    throw new AppError('UNAVAILABLE', 'This is being built.');
  };
  return Object.fromEntries(Object.keys(contract[domain]).map((name) => [name, os[name]!.handler(answer)])) as never;
}
