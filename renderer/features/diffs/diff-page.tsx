import { Button } from '@mantine/core';
import { useLayoutEffect } from 'react';
import { writeSide } from '../../../shared/data-side.ts';
import { ErrorState } from '../../ui/error-state.tsx';
import { DiffBody } from './diff-body.tsx';
import { DiffHeader } from './diff-header.tsx';
import classes from './diff-page.module.css';
import { questionOf } from './diff-search.ts';
import { useDiffsStore } from './diffs-store.ts';
import { Running } from './running.tsx';
import { StartPage } from './start-page.tsx';
import { useDiff } from './use-diff.ts';
import { useDiffPlace } from './use-diff-place.ts';

/** What changed between two versions of data. Which two is in the address; without them, what was compared before. */
export function DiffPage() {
  const place = useDiffPlace();
  const question = questionOf(place.search);
  const { diff, job, error, retry, again, cancel, cancelling } = useDiff(place.project, question);
  const reset = useDiffsStore((store) => store.reset);
  const id = diff?.id;
  // biome-ignore lint/correctness/useExhaustiveDependencies: another comparison begins with nothing chosen, before its parts say what they have
  useLayoutEffect(reset, [id, reset]);

  if (!question) return <StartPage place={place} />;
  return (
    <div className={classes.page}>
      <DiffHeader
        place={place}
        before={diff?.before ?? null}
        after={diff?.after ?? null}
        question={question}
        diff={diff?.state === 'done' ? diff.diff : null}
        id={diff?.state === 'done' ? diff.id : null}
        onAgain={retry}
        again={again}
      />
      {error ? (
        <ErrorState
          error={error}
          title="These two cannot be compared"
          onRetry={retry}
          action={
            <Button variant="default" onClick={place.close}>
              Choose something else
            </Button>
          }
        />
      ) : diff?.state === 'failed' ? (
        <ErrorState
          error={new Error(diff.error ?? 'The comparison ended without a result.')}
          title="The comparison did not finish"
          onRetry={retry}
          action={
            <Button variant="default" onClick={place.close}>
              Choose something else
            </Button>
          }
        />
      ) : diff?.state === 'done' && diff.diff ? (
        <DiffBody key={`${diff.id} ${writeSide(question.after)}`} place={place} opened={diff} diff={diff.diff} />
      ) : (
        <Running early={diff?.early ?? null} job={job} onCancel={diff?.job ? cancel : null} cancelling={cancelling} />
      )}
    </div>
  );
}
