import { skipToken, useQuery } from '@tanstack/react-query';
import type { VersionDiff } from '../../../shared/contract/models.ts';
import type { DataSide } from '../../../shared/contract/tables.ts';
import { api } from '../../lib/client.ts';
import { sideOfUse } from '../../lib/data-links.ts';
import { verdictWords } from '../../lib/diff-verdict.ts';
import { errorText } from '../../lib/errors.ts';
import classes from './review-page.module.css';

/** Comparisons that are made without being asked for; the rest is a click away. */
const MOST = 3;

/** What really changed in the data, in a sentence each, by comparing both versions. */
export function DataSummary({ project, diff }: { project: string; diff: VersionDiff | null }) {
  const changed = (diff?.data ?? []).filter((one) => one.change === 'changed').slice(0, MOST);
  return changed.map((one) => {
    const [before, after] = [one.from, one.to].map((end) =>
      end ? sideOfUse({ path: one.path, role: null, size: null, ...end }) : null,
    );
    return before && after ? (
      <OneChange key={one.path} project={project} path={one.path} before={before} after={after} />
    ) : null;
  });
}

type Props = { project: string; path: string; before: DataSide; after: DataSide };

function OneChange({ project, path, before, after }: Props) {
  const settings = { key: [], tolerance: {}, text: false };
  const opened = useQuery({
    ...api.diffs.open.queryOptions({ input: { project, before, after, settings } }),
    gcTime: 60_000,
  });
  const id = opened.data?.state === 'running' ? opened.data.id : null;
  const followed = useQuery(api.diffs.get.queryOptions({ input: id ? { project, id } : skipToken }));
  const diff = followed.data ?? opened.data;
  const error = opened.error ?? followed.error;
  const words = diff?.diff ? verdictWords(diff.diff) : null;
  return (
    <div className={classes.sentence} role="status">
      <b>{path}:</b>{' '}
      {error
        ? errorText(error)
        : words
          ? [words.headline, words.detail].filter(Boolean).join(': ')
          : (diff?.error ?? 'is being compared …')}
    </div>
  );
}
