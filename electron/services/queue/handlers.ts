import { implement } from '@orpc/server';
import { contract } from '../../../shared/contract/index.ts';
import type { QueueService } from './service.ts';

/** Binds `contract.queue`. */
export function queueHandlers(queue: QueueService) {
  const os = implement(contract.queue);
  return {
    get: os.get.handler(({ input }) => queue.get(input.project)),
    move: os.move.handler(({ input }) => queue.move(input.project, input.run, input.before)),
    remove: os.remove.handler(({ input }) => queue.remove(input.project, input.run)),
    set: os.set.handler(({ input: { project, ...change } }) => queue.set(project, change)),
  };
}
