import { implement } from '@orpc/server';
import { contract } from '../../shared/contract/index.ts';
import { AppError } from '../../shared/errors.ts';
import type { ReviewGates } from './reviews/ports.ts';

type Domain = 'models' | 'gates' | 'reviews' | 'signing' | 'targets' | 'notifications' | 'audit';

/** Handlers of a domain that is being built: each answers UNAVAILABLE. */
export function notYet<K extends Domain>(domain: K): never {
  const os = implement(contract[domain]) as unknown as Record<string, { handler(work: () => never): unknown }>;
  const answer = (): never => {
    throw new AppError('UNAVAILABLE', 'This is being built.');
  };
  return Object.fromEntries(Object.keys(contract[domain]).map((name) => [name, os[name]!.handler(answer)])) as never;
}

/** Gates for those who ask for a review before gates can be checked. */
export const gatesNotYet: ReviewGates = {
  check: () => Promise.reject(new AppError('UNAVAILABLE', 'Gates are being built.')),
  latest: () => Promise.resolve(null),
  freeze: () => Promise.reject(new AppError('UNAVAILABLE', 'Gates are being built.')),
  get: () => Promise.reject(new AppError('UNAVAILABLE', 'Gates are being built.')),
};
