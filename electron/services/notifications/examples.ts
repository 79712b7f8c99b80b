import type { NotifyEvent } from '../../../shared/contract/notifications.ts';
import { Happening } from './notice.ts';

const on = { model: 'example', version: '1.2.0', by: 'Ada Lovelace' };

/** What the preview and the test of a channel tell about: nothing of the project's own. */
export const EXAMPLES: Readonly<Record<NotifyEvent, Happening>> = {
  request: Happening.parse({
    ...on,
    event: 'request',
    comment: 'Trained on the corrected data. Please look at the slice of new customers.',
    waitingFor: ['grace@example.com'],
    gates: { verdict: 'pass', passed: 3, total: 3 },
  }),
  decision: Happening.parse({
    ...on,
    event: 'decision',
    by: 'Grace Hopper',
    decision: 'approve',
    comment: 'Better than the champion on every slice.',
  }),
  push: Happening.parse({
    ...on,
    event: 'push',
    target: 'team',
    kind: 'mlflow',
    ref: 'models:/example/3',
    digest: `sha256:${'0'.repeat(64)}`,
    bytes: 1_048_576,
    aliases: ['champion'],
  }),
  'gate-failed': Happening.parse({
    ...on,
    event: 'gate-failed',
    verdict: 'fail',
    passed: 2,
    total: 3,
    failed: [{ id: 'accuracy', message: 'accuracy is 0.87, below the bound of 0.9.' }],
  }),
};
