import { z } from 'zod';
import { Verdict } from '../../../shared/contract/models.ts';
import { formatBytes } from '../../../shared/format-bytes.ts';
import { cleanText } from './clean-text.ts';

const Text = z.string().max(100_000);
const on = { model: z.string().max(200), version: z.string().max(200), by: Text };
const Gates = z.object({ verdict: Verdict, passed: z.number(), total: z.number() });

/** What happened, as the service that did it tells. Names, comments and sentences may be hostile; nothing here may be a secret. */
export const Happening = z.discriminatedUnion('event', [
  z.object({
    event: z.literal('request'),
    ...on,
    comment: Text.default(''),
    waitingFor: z.array(Text).max(1000).default([]),
    gates: Gates.nullable().default(null),
  }),
  z.object({
    event: z.literal('decision'),
    ...on,
    decision: z.enum(['approve', 'reject']),
    comment: Text.default(''),
    /** the reason, when it was approved although a gate failed */
    override: Text.nullable().default(null),
    /** how many more approvals it needs */
    missing: z.number().default(0),
  }),
  z.object({
    event: z.literal('push'),
    ...on,
    action: z.enum(['push', 'rollback']).default('push'),
    target: z.string().max(200),
    /** kind of the target: `mlflow`, `oci` … */
    kind: z.string().max(50),
    ref: Text,
    digest: Text,
    bytes: z.number().default(0),
    aliases: z.array(Text).max(1000).default([]),
    reason: Text.default(''),
  }),
  z.object({
    event: z.literal('gate-failed'),
    ...on,
    verdict: z.enum(['fail', 'inconclusive']),
    passed: z.number(),
    total: z.number(),
    /** the sentences of those that did not pass */
    failed: z.array(z.object({ id: Text, message: Text })).max(1000),
  }),
]);
export type Happening = z.infer<typeof Happening>;

/** One notification, the same for every channel: plain texts, cleaned and bounded. How a channel escapes them is its own matter. */
export type Notice = {
  readonly event: Happening['event'];
  readonly title: string;
  readonly facts: readonly { readonly label: string; readonly value: string }[];
  /** what a person wrote; null when nobody did */
  readonly comment: string | null;
};

const MAX_FACTS = 12;
const VALUE = 300;
const COMMENT = 1500;

/** Builds the notification of what happened in a project. */
export function noticeOf(what: Happening, project: string): Notice {
  const name = `${cleanText(what.model, 100)} ${cleanText(what.version, 100)}`;
  const { title, facts, comment } = parts(what, name);
  return {
    event: what.event,
    title: cleanText(title, 150),
    facts: [...facts, ['Project', project] as const]
      .map(([label, value]) => ({ label, value: cleanText(value, VALUE) }))
      .filter(({ value }) => value !== ''),
    comment: cleanText(comment, COMMENT, true) || null,
  };
}

type Parts = { title: string; facts: (readonly [label: string, value: string])[]; comment: string };

function parts(what: Happening, name: string): Parts {
  if (what.event === 'request')
    return {
      title: `${name}: review requested`,
      facts: [
        ['Requested by', what.by],
        ['Waiting for', listed(what.waitingFor)],
        ['Gates', what.gates ? `${what.gates.verdict}, ${what.gates.passed} of ${what.gates.total} pass` : ''],
      ],
      comment: what.comment,
    };
  if (what.event === 'decision') {
    const approved = what.decision === 'approve';
    return {
      title: `${name}: ${approved ? 'approved' : 'rejected'}${what.override === null ? '' : ' although a gate failed'}`,
      facts: [
        [approved ? 'Approved by' : 'Rejected by', what.by],
        ['Reason of the override', what.override ?? ''],
        ['Still needed', approved && what.missing > 0 ? count(what.missing, 'more approval') : ''],
      ],
      comment: what.comment,
    };
  }
  if (what.event === 'push') {
    const back = what.action === 'rollback';
    return {
      title: back ? `${name}: rolled back to it on ${what.target}` : `${name}: pushed to ${what.target}`,
      facts: [
        [back ? 'Rolled back by' : 'Pushed by', what.by],
        ['Target', `${what.target} (${what.kind})`],
        ['There as', what.ref],
        ['Digest', what.digest],
        ['Size', what.bytes > 0 ? formatBytes(what.bytes) : ''],
        ['Aliases', listed(what.aliases)],
      ],
      comment: what.reason,
    };
  }
  const shown = what.failed.slice(0, MAX_FACTS - 3);
  const more = what.failed.length - shown.length;
  return {
    title: `${name}: ${what.verdict === 'fail' ? 'gates fail' : 'gates are inconclusive'}`,
    facts: [
      ['Checked by', what.by],
      ['Gates', `${what.passed} of ${what.total} pass`],
      ...shown.map(({ id, message }) => [cleanText(id, 60), message] as const),
      ['More', more > 0 ? count(more, 'more gate') : ''],
    ],
    comment: '',
  };
}

const count = (n: number, what: string): string => `${n} ${what}${n === 1 ? '' : 's'}`;

function listed(names: readonly string[]): string {
  const shown = names.slice(0, 8).map((name) => cleanText(name, 80));
  const more = names.length - shown.length;
  return [...shown, ...(more > 0 ? [`${more} more`] : [])].join(', ');
}
