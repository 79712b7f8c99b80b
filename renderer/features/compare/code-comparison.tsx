import { useComputedColorScheme } from '@mantine/core';
import { useQueries } from '@tanstack/react-query';
import type { RunDetail } from '../../../shared/contract/runs.ts';
import { api } from '../../lib/client.ts';
import { errorText } from '../../lib/errors.ts';
import { shortCommit } from '../../lib/format.ts';
import { runColor } from '../../lib/run-color.ts';
import { CopyButton } from '../../ui/copy-button.tsx';
import { DiffView } from '../../ui/diff/diff-view.tsx';
import { LoadingBox } from '../../ui/loading.tsx';
import classes from './compare-page.module.css';

/** Commit and uncommitted changes of each run, side by side; a patch that was shown already is only named. */
export function CodeComparison({ project, runs }: { project: string; runs: readonly RunDetail[] }) {
  const scheme = useComputedColorScheme('light');
  const patches = useQueries({
    queries: runs.map((run) => api.runs.patch.queryOptions({ input: { project, run: run.id }, enabled: run.hasPatch })),
  });
  const twinOf = (at: number): RunDetail | undefined => {
    const text = patches[at]?.data?.text;
    const first = patches.findIndex((patch) => patch.data?.text === text);
    return text === undefined || first === at ? undefined : runs[first];
  };
  return (
    <div className={classes.columns}>
      {runs.map((run, at) => (
        <section key={run.id} className={classes.codeColumn} aria-label={run.name}>
          <h2 className={classes.codeTitle}>
            <span className={classes.swatch} style={{ background: runColor(run, scheme) }} />
            <span className={classes.ellipsis}>{run.name}</span>
          </h2>
          <Commit run={run} />
          {run.hasPatch ? <Patch patch={patches[at]!} twin={twinOf(at)} /> : null}
        </section>
      ))}
    </div>
  );
}

function Commit({ run }: { run: RunDetail }) {
  const commit = run.git?.commit;
  if (!commit) return <p className={classes.commit}>No commit was recorded.</p>;
  return (
    <p className={classes.commit}>
      <code>{shortCommit(commit)}</code>
      <CopyButton value={commit} label="Copy the commit" />
      {run.git?.branch ? `on ${run.git.branch}` : '(detached)'}
      {run.git?.dirty ? ', with uncommitted changes' : run.git?.dirty === false ? ', nothing uncommitted' : ''}
    </p>
  );
}

type Answer = { data?: { text: string } | undefined; error: unknown };

function Patch({ patch, twin }: { patch: Answer; twin: RunDetail | undefined }) {
  if (patch.error) return <p className={classes.commit}>{errorText(patch.error)}</p>;
  if (!patch.data) return <LoadingBox height={120} />;
  if (twin) return <p className={classes.same}>The same uncommitted changes as {twin.name}.</p>;
  return <DiffView text={patch.data.text} />;
}
