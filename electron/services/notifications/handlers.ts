import { implement } from '@orpc/server';
import { contract } from '../../../shared/contract/index.ts';
import type { NotificationsService } from './service.ts';

/** Binds `contract.notifications`. */
export function notificationsHandlers(notifications: NotificationsService) {
  const os = implement(contract.notifications);
  return {
    channels: os.channels.handler(({ input }) => notifications.channels(input.project)),
    preview: os.preview.handler(({ input }) => ({
      body: notifications.preview(input.project, input.channel, input.event),
    })),
    test: os.test.handler(({ input, signal }) => notifications.test(input.project, input.channel, signal)),
    setAddress: os.setAddress.handler(async ({ input }) => ({
      kept: await notifications.setAddress(
        input.project,
        input.channel,
        input.address === null ? null : { url: input.address.trim(), key: input.key },
      ),
    })),
    deliveries: os.deliveries.handler(({ input }) => notifications.deliveries(input.project)),
    retry: os.retry.handler(({ input }) => notifications.retry(input.project, input.id)),
  };
}
