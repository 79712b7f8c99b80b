import { Link } from '@tanstack/react-router';
import type { client } from '../../lib/client.ts';
import { formatAgo } from '../../lib/format.ts';
import { ApprovalMark, Chip } from '../../ui/models/marks.tsx';
import classes from './models.module.css';

type ReviewRow = Awaited<ReturnType<typeof client.reviews.list>>[number];

const MOST = 6;

/** Open reviews, those that wait for you first, each a click away from its decision. Nothing when none is open. */
export function ReviewsStrip({ project, reviews }: { project: string; reviews: readonly ReviewRow[] }) {
  const open = reviews
    .filter((one) => one.state === 'requested')
    .toSorted((a, b) => Number(b.waitsForYou) - Number(a.waitsForYou));
  if (open.length === 0) return null;
  return (
    <nav className={classes.strip} aria-label="Open reviews">
      {open.slice(0, MOST).map((one) => (
        <Link
          key={`${one.model}@${one.version}`}
          to="/p/$project/models/$name/$version/review"
          params={{ project, name: one.model, version: one.version }}
          className={classes.review}
          data-yours={one.waitsForYou || undefined}
        >
          <span className={classes.reviewName}>
            {one.model} {one.version}
          </span>
          {one.waitsForYou ? (
            <Chip tone="warn" look="solid">
              waits for you
            </Chip>
          ) : (
            <ApprovalMark
              row={{ approval: 'requested', overridden: one.overridden, waitingFor: one.waitingFor.slice(0, 1) }}
            />
          )}
          <span className={classes.reviewDetail}>
            asked by {one.requestedBy} {formatAgo(one.requestedAt)}
          </span>
        </Link>
      ))}
      {open.length > MOST ? <span className={classes.muted}>and {open.length - MOST} more open reviews</span> : null}
    </nav>
  );
}
