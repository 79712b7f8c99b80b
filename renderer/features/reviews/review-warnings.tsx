import type { VersionDetail } from '../../../shared/contract/models.ts';
import type { Review } from '../../../shared/contract/reviews.ts';
import { Notice } from '../../ui/notice.tsx';

type Props = { review: Review; detail: VersionDetail; outdated: string | null };

/** What a reviewer must not miss: what the files do, what changed since the request, code that no commit holds. */
export function ReviewWarnings({ review, detail, outdated }: Props) {
  const { kind, code } = detail.definition;
  const dangers = kind.warnings;
  const notes = [
    ...review.changedSince,
    review.evaluation === null && outdated ? outdated : null,
    code?.dirty ? 'The code had changes that no commit holds.' : null,
    detail.row.present ? null : 'Its own files are not on this machine.',
    review.signature && !review.signature.valid ? (review.signature.problem ?? 'Its signature is not valid.') : null,
  ].filter((note) => note !== null);
  return (
    <>
      {dangers.length > 0 ? <Notice tone="bad">{dangers.join('\n')}</Notice> : null}
      {notes.length > 0 ? <Notice>{notes.join('\n')}</Notice> : null}
    </>
  );
}
