import { IconGitBranch } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import type { GitState } from '../../shared/contract/projects.ts';
import { api } from '../lib/client.ts';
import { plural, shortCommit } from '../lib/format.ts';
import { Tip } from '../ui/tip.tsx';
import classes from './branch-mark.module.css';

/** Branch and whether something is uncommitted; nothing where there is no git. */
export function BranchMark({ project }: { project: string }) {
  const git = useQuery(api.projects.state.queryOptions({ input: { project } })).data?.git;
  if (!git) return null;
  return (
    <Tip label={explain(git)} multiline>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: the tooltip's text must be reachable by keyboard */}
      <span className={classes.branch} tabIndex={0}>
        <IconGitBranch size={14} stroke={1.8} aria-hidden />
        <span className={classes.name}>{git.branch ?? (git.commit ? shortCommit(git.commit) : 'no commit yet')}</span>
        {git.dirty ? <span className={classes.dirty} role="img" aria-label="uncommitted changes" /> : null}
        {git.merging ? <span className={classes.word}>merging</span> : null}
        {git.detached ? <span className={classes.word}>detached</span> : null}
      </span>
    </Tip>
  );
}

function explain(git: GitState): string {
  const at = git.commit ? ` at ${shortCommit(git.commit)}` : ', which has no commit yet';
  const where = git.detached ? `No branch (detached)${at}` : `Branch ${git.branch ?? '?'}${at}`;
  if (git.dirty === null) return `${where}. Whether something is uncommitted is being worked out.`;
  if (!git.dirty) return `${where}. Nothing uncommitted.`;
  const files =
    git.changedFiles === null ? 'Uncommitted changes' : `${plural(git.changedFiles, 'file')} with uncommitted changes`;
  return `${where}. ${files}; a run keeps them as a patch.`;
}
