import { implement } from '@orpc/server';
import { contract } from '../../../shared/contract/index.ts';
import type { TargetsService } from './service.ts';

/** Binds `contract.targets`. */
export function targetsHandlers(targets: TargetsService) {
  const os = implement(contract.targets);
  const forever = new AbortController().signal;
  return {
    list: os.list.handler(({ input }) => targets.list(input.project)),
    plan: os.plan.handler(({ input, signal = forever }) => targets.plan(input, { signal, onProgress() {} })),
    push: os.push.handler(({ input }) => ({ job: targets.start.push(input) })),
    result: os.result.handler(({ input }) => targets.result(input.job)),
    receipts: os.receipts.handler(({ input }) => targets.receipts(input.project, input.name, input.version)),
    verify: os.verify.handler(({ input }) => ({ job: targets.start.verify(input) })),
    remote: os.remote.handler(({ input, signal = forever }) =>
      targets.remote(input.project, input.target, input.name, signal),
    ),
    rollback: os.rollback.handler(({ input }) => ({ job: targets.start.rollback(input) })),
    pull: os.pull.handler(({ input }) => ({ job: targets.start.pull(input) })),
    test: os.test.handler(({ input, signal = forever }) => targets.test(input.project, input.target, signal)),
    setSecret: os.setSecret.handler(({ input }) =>
      targets.setSecret(input.project, input.target, input.user, input.secret),
    ),
  };
}
