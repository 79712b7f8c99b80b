import { useQuery } from '@tanstack/react-query';
import { dataAddress } from '../../../../shared/served-address.ts';
import { formatBytes } from '../../../lib/format.ts';
import { ErrorState } from '../../../ui/error-state.tsx';
import { LoadingRows } from '../../../ui/loading.tsx';
import classes from './preview.module.css';

const FIRST_BYTES = 524_288;

/** The first half MiB of a text. */
export function TextView({ project, rev, path }: { project: string; rev: string | null; path: string }) {
  const query = useQuery({
    queryKey: ['datasets', 'text', project, rev, path],
    queryFn: async ({ signal }) => {
      const answer = await fetch(dataAddress({ project, rev, path }), {
        headers: { range: `bytes=0-${FIRST_BYTES - 1}` },
        signal,
      });
      const text = await answer.text();
      // an empty file has no range to give
      if (answer.status === 416) return { text: '', size: 0 };
      if (!answer.ok) throw new Error(text);
      const size = Number(/\/(\d+)$/.exec(answer.headers.get('content-range') ?? '')?.[1] ?? text.length);
      return { text, size };
    },
    gcTime: 60_000,
    staleTime: 0,
  });
  if (query.error)
    return <ErrorState error={query.error} title="The file could not be read" onRetry={() => void query.refetch()} />;
  if (!query.data) return <LoadingRows rows={12} height={18} />;
  const { text, size } = query.data;
  return (
    <>
      {size > FIRST_BYTES ? (
        <div className={classes.bar}>
          <span className={classes.muted}>
            The first {formatBytes(FIRST_BYTES)} of {formatBytes(size)}
          </span>
        </div>
      ) : null}
      <pre className={classes.text}>{text}</pre>
    </>
  );
}
