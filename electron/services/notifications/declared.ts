import { z } from 'zod';
import { NotifyEvent } from '../../../shared/contract/notifications.ts';

/** `notify:` of `assay.yaml`, by the channel's name. The address is a secret and is kept in the keyring under that name. */
export const DeclaredChannels = z.record(
  z.string().regex(/^[a-z][a-z0-9_-]*$/i, 'a channel has letters, digits, - and _'),
  z.strictObject({
    type: z.enum(['slack', 'teams', 'webhook']),
    /** everything when it is not said */
    on: z.array(NotifyEvent).min(1).optional(),
    /** where others reach Assay's page; messages have a link only when it is said */
    link: z
      .url({ protocol: /^https?$/ })
      .max(1000)
      .optional(),
  }),
);
export type DeclaredChannels = z.infer<typeof DeclaredChannels>;
export type DeclaredChannel = DeclaredChannels[string];
