import { useComputedColorScheme } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { RunDetail } from '../../../shared/contract/runs.ts';
import { api } from '../../lib/client.ts';
import { errorText } from '../../lib/errors.ts';
import { shortCommit } from '../../lib/format.ts';
import { runColor } from '../../lib/run-color.ts';
import { CopyButton } from '../../ui/copy-button.tsx';
import { DiffView } from '../../ui/diff/diff-view.tsx';
import { LoadingBox } from '../../ui/loading.tsx';
import classes from './compare-page.module.css';

/** Commit and uncommitted changes of each run, side by side. */
export function CodeComparison({ project, runs }: { project: string; runs: readonly RunDetail[] }) {
  const scheme = useComputedColorScheme('light');
  return (
    <div className={classes.columns}>
      {runs.map((run) => (
        <section key={run.id} className={classes.codeColumn} aria-label={run.name}>
          <h2 className={classes.codeTitle}>
            <span className={classes.swatch} style={{ background: runColor(run, scheme) }} />
            <span className={classes.ellipsis}>{run.name}</span>
          </h2>
          <Commit run={run} />
          {run.hasPatch ? <Patch project={project} run={run.id} /> : null}
        </section>
      ))}
    </div>
  );
}

function Commit({ run }: { run: RunDetail }) {
  const commit = run.git?.commit;
  if (!commit) return <p className={classes.muted}>No commit was recorded.</p>;
  return (
    <p className={classes.muted}>
      <code>{shortCommit(commit)}</code> <CopyButton value={commit} label="Copy the commit" />
      {run.git?.branch ? ` on ${run.git.branch}` : ' (detached)'}
      {run.git?.dirty ? ', with uncommitted changes' : run.git?.dirty === false ? ', nothing uncommitted' : ''}
    </p>
  );
}

function Patch({ project, run }: { project: string; run: string }) {
  const query = useQuery(api.runs.patch.queryOptions({ input: { project, run } }));
  if (query.error) return <p className={classes.muted}>{errorText(query.error)}</p>;
  if (!query.data) return <LoadingBox height={120} />;
  return <DiffView text={query.data.text} />;
}
