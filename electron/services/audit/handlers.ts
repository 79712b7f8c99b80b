import { implement } from '@orpc/server';
import { contract } from '../../../shared/contract/index.ts';
import type { AuditService } from './service.ts';

/** Binds `contract.audit`. */
export function auditHandlers(audit: AuditService) {
  const os = implement(contract.audit);
  return {
    log: os.log.handler(({ input: { project, ...filter } }) => audit.log(project, filter)),
    verify: os.verify.handler(({ input }) => audit.verify(input.project)),
  };
}
