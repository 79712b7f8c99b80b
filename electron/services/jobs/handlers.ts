import { implement } from '@orpc/server';
import { contract } from '../../../shared/contract/index.ts';
import type { JobsService } from './service.ts';

/** Binds `contract.jobs`. */
export function jobsHandlers(jobs: JobsService) {
  const os = implement(contract.jobs);
  return {
    list: os.list.handler(() => jobs.list()),
    watch: os.watch.handler(({ input, signal }) => jobs.watch(input.id, signal)),
    cancel: os.cancel.handler(({ input }) => jobs.cancel(input.id)),
  };
}
