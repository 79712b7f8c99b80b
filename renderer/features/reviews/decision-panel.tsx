import { Button, Textarea, TextInput } from '@mantine/core';
import { IconCheck, IconX } from '@tabler/icons-react';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { Evaluation } from '../../../shared/contract/gates.ts';
import type { Review } from '../../../shared/contract/reviews.ts';
import { api, client } from '../../lib/client.ts';
import { formatAgo, formatDateTime, plural } from '../../lib/format.ts';
import { confirm } from '../../ui/confirm.tsx';
import { Chip, Mark } from '../../ui/models/marks.tsx';
import { notifyError } from '../../ui/notify.ts';
import { blockingTitles, policyWords } from './may-decide.ts';
import classes from './review-page.module.css';

type Props = {
  on: { project: string; name: string; version: string };
  review: Review;
  evaluation: Evaluation | null;
};

/** The end of the page: what the policy asks, who has decided, and the decision. */
export function DecisionPanel({ on, review, evaluation }: Props) {
  return (
    <section className={classes.decision} aria-label="Decision" data-override={review.overridden || undefined}>
      <div className={classes.sofar}>
        <div>
          {policyWords(review.policy)}{' '}
          {review.state === 'requested' ? (
            <b>
              {review.missing > 0 ? `${plural(review.missing, 'approval')} still missing` : 'All approvals are there'}
              {review.waitingFor.length > 0 ? `: waits for ${review.waitingFor.join(', ')}.` : '.'}
            </b>
          ) : null}
        </div>
        {review.request ? (
          <div className={classes.small}>
            Asked by {review.request.by.name} {formatAgo(review.request.at)}
            {review.request.comment ? `: “${review.request.comment}”` : ''}
          </div>
        ) : null}
        {review.decisions.map((one) => (
          <div key={`${one.by.email} ${one.at}`} className={classes.decided} title={formatDateTime(one.at)}>
            <Mark
              tone={one.decision === 'reject' || one.override ? 'bad' : 'good'}
              words={`${one.by.name} ${one.decision === 'approve' ? 'approved' : 'rejected'}`}
            />
            {one.override ? (
              <span className={classes.override}>
                <Chip tone="bad" look="solid">
                  override
                </Chip>{' '}
                {one.override}
              </span>
            ) : null}
            {one.byAuthor ? <Chip>the author</Chip> : null}
            <span className={classes.small}>
              {one.comment ? `“${one.comment}” ` : ''}
              {formatAgo(one.at)}
            </span>
          </div>
        ))}
      </div>
      {review.state === 'requested' ? (
        <Decide on={on} review={review} evaluation={evaluation} />
      ) : (
        <Request on={on} review={review} />
      )}
    </section>
  );
}

/** Puts the answer of a command in the place of what the page knew, so that it shows at once. */
function useReview(on: Props['on'], failure: string) {
  const queries = useQueryClient();
  return {
    onSuccess: (review: Review) => queries.setQueryData(api.reviews.get.queryKey({ input: on }), review),
    onError: (error: unknown) => notifyError(failure, error),
  };
}

function Decide({ on, review, evaluation }: Props) {
  const [comment, setComment] = useState('');
  const [reason, setReason] = useState('');
  const blocking = blockingTitles(evaluation).join('; ');
  const failed = blocking !== '';
  const decide = useMutation({
    mutationFn: (decision: 'approve' | 'reject') =>
      client.reviews.decide({
        ...on,
        decision,
        comment,
        override: decision === 'approve' && failed ? reason.trim() : null,
      }),
    ...useReview(on, 'Nothing was decided'),
  });
  const withdraw = useMutation({
    mutationFn: () => client.reviews.withdraw(on),
    ...useReview(on, 'The request was not withdrawn'),
  });
  const approve = async (): Promise<void> => {
    if (failed) {
      const sure = await confirm({
        title: 'Approve although a gate does not pass?',
        body: `${blocking}. Your name and your reason stay on this version, in red, for good.`,
        confirm: 'Override and approve',
        danger: true,
      });
      if (!sure) return;
    }
    decide.mutate('approve');
  };
  if (review.mayNotDecide !== null)
    return (
      <div className={classes.decide}>
        <div className={classes.may}>{review.mayNotDecide}</div>
        <div className={classes.buttons}>
          <Button variant="subtle" color="gray" loading={withdraw.isPending} onClick={() => withdraw.mutate()}>
            Withdraw the request
          </Button>
          <Button variant="default" disabled leftSection={<IconX size={14} />}>
            Reject
          </Button>
          <Button disabled leftSection={<IconCheck size={14} />}>
            Approve
          </Button>
        </div>
      </div>
    );
  return (
    <form
      className={classes.decide}
      onSubmit={(event) => {
        event.preventDefault();
        void approve();
      }}
    >
      <Textarea
        aria-label="Comment"
        placeholder="Comment: what you looked at, what you ask for"
        autosize
        minRows={1}
        maxRows={5}
        value={comment}
        onChange={(event) => setComment(event.currentTarget.value)}
      />
      {failed ? (
        <TextInput
          label={`Does not pass: ${blocking}`}
          placeholder="Why it may be used nevertheless"
          classNames={{ label: classes.danger }}
          value={reason}
          onChange={(event) => setReason(event.currentTarget.value)}
        />
      ) : null}
      <div className={classes.buttons}>
        <span className={classes.small}>
          {review.you ? `You decide as ${review.you.name} <${review.you.email}>.` : ''}
        </span>
        <Button variant="subtle" color="gray" loading={withdraw.isPending} onClick={() => withdraw.mutate()}>
          Withdraw
        </Button>
        <Button
          variant="default"
          leftSection={<IconX size={14} />}
          loading={decide.isPending}
          onClick={() => decide.mutate('reject')}
        >
          Reject
        </Button>
        <Button
          type="submit"
          color={failed ? 'red' : undefined}
          leftSection={<IconCheck size={14} />}
          loading={decide.isPending}
          disabled={failed && reason.trim() === ''}
        >
          {failed ? 'Override and approve…' : 'Approve'}
        </Button>
      </div>
    </form>
  );
}

function Request({ on, review }: Omit<Props, 'evaluation'>) {
  const [comment, setComment] = useState('');
  const request = useMutation({
    mutationFn: () => client.reviews.request({ ...on, comment }),
    ...useReview(on, 'No review was requested'),
  });
  if (review.state === 'approved')
    return (
      <div className={classes.decide}>
        <div className={classes.may}>
          {review.overridden ? 'Approved, although a gate failed.' : 'Approved.'}
          {review.signature
            ? review.signature.valid
              ? ` Signed with the key ${review.signature.keyFingerprint.slice(0, 12)}${review.signature.yours ? ', which is yours' : ''}.`
              : ''
            : ' Not signed.'}
        </div>
      </div>
    );
  if (review.mayNotRequest !== null)
    return (
      <div className={classes.decide}>
        <div className={classes.may}>{review.mayNotRequest}</div>
      </div>
    );
  return (
    <form
      className={classes.decide}
      onSubmit={(event) => {
        event.preventDefault();
        request.mutate();
      }}
    >
      <Textarea
        aria-label="For the reviewers"
        placeholder="For the reviewers: what changed, and what to look at"
        autosize
        minRows={1}
        maxRows={5}
        value={comment}
        onChange={(event) => setComment(event.currentTarget.value)}
      />
      <div className={classes.buttons}>
        <span className={classes.small}>The gates' results are frozen with the request.</span>
        <Button type="submit" loading={request.isPending}>
          {review.state === 'rejected' ? 'Request another review' : 'Request a review'}
        </Button>
      </div>
    </form>
  );
}
