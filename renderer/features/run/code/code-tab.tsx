import { Button, Stack } from '@mantine/core';
import { IconGitBranch } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import type { RunDetail } from '../../../../shared/contract/runs.ts';
import { api } from '../../../lib/client.ts';
import { plural } from '../../../lib/format.ts';
import { CopyButton } from '../../../ui/copy-button.tsx';
import { Counts, DiffView } from '../../../ui/diff/diff-view.tsx';
import { parseUnifiedDiff } from '../../../ui/diff/unified-diff.ts';
import { EmptyState } from '../../../ui/empty-state.tsx';
import { ErrorState } from '../../../ui/error-state.tsx';
import { LoadingBox } from '../../../ui/loading.tsx';
import { notifyDone } from '../../../ui/notify.ts';
import classes from '../overview/overview.module.css';
import { Nothing, Section } from '../overview/section.tsx';
import code from './code-tab.module.css';
import { applyCommand, reproduceCommands } from './reproduce.ts';

/** The code that ran: the commit, what was changed on top of it, and the way back to it. */
export function CodeTab({ project, run }: { project: string; run: RunDetail }) {
  if (!run.git?.commit && !run.hasPatch)
    return (
      <EmptyState icon={<IconGitBranch size={32} stroke={1.5} />} title="No code was recorded">
        The run was not in a git repository, or the repository had no commit yet. Runs in a repository keep their commit
        and all uncommitted changes.
      </EmptyState>
    );
  return (
    <div className={code.page}>
      <Stack gap="lg">
        <Facts run={run} />
        {run.hasPatch ? <Patch project={project} run={run} /> : null}
        {!run.hasPatch && run.git?.dirty === false ? (
          <Nothing>Nothing was uncommitted: the commit is exactly the code that ran.</Nothing>
        ) : null}
      </Stack>
      <Stack gap="lg">
        <Reproduce run={run} />
        <Skipped files={run.skippedFiles} />
      </Stack>
    </div>
  );
}

function Facts({ run }: { run: RunDetail }) {
  const commit = run.git?.commit;
  return (
    <Section title="Commit">
      <div className={classes.scroll}>
        <table className={classes.table}>
          <tbody>
            <tr>
              <td className={classes.key}>Commit</td>
              <td>
                {commit ? (
                  <span className={classes.withButton}>
                    <code>{commit}</code>
                    <CopyButton value={commit} label="Copy the commit" />
                  </span>
                ) : (
                  'none yet: the repository was empty'
                )}
              </td>
            </tr>
            <tr>
              <td className={classes.key}>Branch</td>
              <td>{run.git?.branch ?? 'none (detached)'}</td>
            </tr>
            <tr>
              <td className={classes.key}>Uncommitted changes</td>
              <td>{run.git?.dirty === null || !run.git ? 'not known' : run.git.dirty ? 'yes' : 'none'}</td>
            </tr>
            {run.remote ? (
              <tr>
                <td className={classes.key}>Remote</td>
                <td>
                  <span className={classes.withButton}>
                    <code>{run.remote}</code>
                    <CopyButton value={run.remote} label="Copy the remote's address" />
                  </span>
                </td>
              </tr>
            ) : null}
          </tbody>
        </table>
      </div>
    </Section>
  );
}

function Patch({ project, run }: { project: string; run: RunDetail }) {
  const query = useQuery(api.runs.patch.queryOptions({ input: { project, run: run.id } }));
  const text = query.data?.text ?? '';
  const files = useMemo(() => parseUnifiedDiff(text), [text]);
  const sum = (count: 'added' | 'removed'): number => files.reduce((total, file) => total + file[count], 0);
  const copy = async (): Promise<void> => {
    await navigator.clipboard.writeText(applyCommand(run.folder));
    notifyDone('The command was copied.');
  };
  const tools = (
    <>
      <Counts added={sum('added')} removed={sum('removed')} />
      <Button size="compact-xs" variant="default" onClick={() => void copy()}>
        Copy git apply command
      </Button>
    </>
  );
  return (
    <Section title="Uncommitted changes" amount={files.length || undefined} tools={query.data ? tools : null}>
      {query.error ? (
        <ErrorState error={query.error} title="The patch could not be read" onRetry={() => void query.refetch()} />
      ) : query.data ? (
        <>
          {query.data.truncated ? (
            <Nothing>
              The patch is too long for this page; only its first part is shown. The file in the run's folder is whole.
            </Nothing>
          ) : null}
          {files.length > 0 ? <DiffView text={text} /> : <Nothing>The patch is empty.</Nothing>}
        </>
      ) : (
        <LoadingBox height={240} />
      )}
    </Section>
  );
}

function Reproduce({ run }: { run: RunDetail }) {
  const lines = reproduceCommands(run);
  if (lines.length === 0) return null;
  const text = lines.join('\n');
  return (
    <Section title="Get this code back" tools={<CopyButton value={text} label="Copy all commands" />}>
      <pre className={code.commands}>{text}</pre>
    </Section>
  );
}

function Skipped({ files }: { files: readonly string[] }) {
  if (files.length === 0) return null;
  return (
    <Section title="Not in the patch" amount={files.length}>
      <Nothing>
        {plural(files.length, 'untracked file was', 'untracked files were')} too large or binary, so the run may not be
        reproducible without {files.length === 1 ? 'it' : 'them'}.
      </Nothing>
      <ul className={code.files}>
        {files.map((file) => (
          <li key={file}>{file}</li>
        ))}
      </ul>
    </Section>
  );
}
