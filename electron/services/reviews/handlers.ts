import { implement } from '@orpc/server';
import { contract } from '../../../shared/contract/index.ts';
import type { ReviewsService } from './service.ts';

/** Binds `contract.reviews`. */
export function reviewsHandlers(reviews: ReviewsService) {
  const os = implement(contract.reviews);
  return {
    list: os.list.handler(({ input }) => reviews.list(input.project)),
    get: os.get.handler(({ input: { project, name, version } }) => reviews.get(project, name, version)),
    request: os.request.handler(({ input: { project, name, version, comment }, signal }) =>
      reviews.request(project, name, version, comment, signal),
    ),
    withdraw: os.withdraw.handler(({ input: { project, name, version } }) => reviews.withdraw(project, name, version)),
    decide: os.decide.handler(({ input: { project, name, version, decision, comment, override } }) =>
      reviews.decide(project, name, version, { decision, comment, override }),
    ),
  };
}
