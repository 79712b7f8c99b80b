import type { AuditService } from '../audit/service.ts';
import type { FactSource } from '../models/facts.ts';
import type { ReviewsService } from './service.ts';

/** What the registry shows of reviews beside its versions, and what its `verify` hears of approvals and the audit log. */
export const reviewFacts = ({
  reviews,
  audit,
}: {
  reviews: ReviewsService;
  audit: Pick<AuditService, 'verify'>;
}): FactSource => ({
  review: (project) => {
    const of = reviews.standings(project);
    return Promise.resolve((one) => {
      const { state, overridden, waitingFor } = of(one);
      return { approval: state, overridden, waitingFor: [...waitingFor] };
    });
  },
  verify: async (project, { name, version }) => [
    ...(await reviews.verify(project, name, version)),
    ...(await audit.verify(project)).findings,
  ],
});
