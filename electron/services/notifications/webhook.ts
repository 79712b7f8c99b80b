import { createHmac } from 'node:crypto';
import type { Happening, Notice } from './notice.ts';

/** Actions on the entity `model_version`, in the style of MLflow's webhooks. */
const ACTIONS: Record<Happening['event'], string> = {
  request: 'review_requested',
  decision: 'review_decided',
  push: 'pushed',
  'gate-failed': 'gates_failed',
};

/** The body of a generic webhook: `{entity, action, timestamp, data}` as MLflow sends it (mlflow/webhooks/delivery.py). */
export function webhookBody(notice: Notice, link: string | null, what: Happening, at: number): object {
  return {
    entity: 'model_version',
    action: what.event === 'push' && what.action === 'rollback' ? 'rolled_back' : ACTIONS[what.event],
    timestamp: new Date(at).toISOString(),
    data: {
      name: what.model,
      version: what.version,
      title: notice.title,
      facts: Object.fromEntries(notice.facts.map(({ label, value }) => [label, value])),
      ...(notice.comment === null ? {} : { comment: notice.comment }),
      ...(link === null ? {} : { link }),
    },
  };
}

/**
 * The headers that prove where a body comes from: the signature is `v1,` and base64 of HMAC-SHA256(key, "{id}.{timestamp}.{body}") with the
 * timestamp in seconds, as in MLflow's webhooks. Unsigned without a key.
 */
export function signedHeaders(id: string, at: number, body: string, key: string | null): Record<string, string> {
  const timestamp = String(Math.floor(at / 1000));
  const headers = { 'x-assay-delivery-id': id, 'x-assay-timestamp': timestamp };
  if (key === null) return headers;
  const signature = createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64');
  return { ...headers, 'x-assay-signature': `v1,${signature}` };
}
