import type { GitState } from '../../../shared/contract/projects.ts';
import type { NewTag, Tags } from './annotated-tags.ts';
import type { Capture, CaptureLimits } from './capture.ts';
import type { Author } from './commit.ts';
import type { CommitDiff, DiffLimits } from './commit-diff.ts';
import type { PathsToCommit } from './commit-paths.ts';
import type { Known } from './commits.ts';
import type { FileVersion } from './history.ts';
import type { Identity } from './identity.ts';
import type { LfsTree, NewPointers, Staging } from './lfs.ts';
import type { CommitInfo, LaidOut, Tracked } from './objects.ts';
import type { CommittedFiles } from './records.ts';
import type { Tag } from './tags.ts';

/** What the worker can be asked, by name. */
export type GitCalls = {
  state: { input: { root: string; timeoutMs: number }; output: GitState | null };
  capture: { input: { root: string; limits: CaptureLimits }; output: Capture | null };
  init: { input: { root: string; person: Author | null }; output: undefined };
  commitAll: { input: { root: string; message: string; author: Author }; output: string | null };
  fileHistory: { input: { root: string; path: string; limit: number }; output: FileVersion[] };
  fileAt: { input: { root: string; commit: string; path: string }; output: string | null };
  trackedFiles: { input: { root: string; path: string; limit: number }; output: string[] };
  commitDiff: { input: { root: string; from: string; to: string; limits: DiffLimits }; output: CommitDiff };
  commitInfo: { input: { root: string; commit: string }; output: CommitInfo | null };
  trackedAt: { input: { root: string; commit: string; path: string }; output: Tracked | null };
  layOutBlobs: {
    input: { root: string; blobs: readonly { oid: string; to: string }[]; always: boolean };
    output: LaidOut[];
  };
  committedFiles: { input: { root: string; commits: readonly string[]; pattern: string }; output: CommittedFiles };
  knownCommits: { input: { root: string }; output: Known };
  commitPaths: { input: { root: string; what: PathsToCommit; message: string }; output: string | null };
  listTags: { input: { root: string }; output: Tag[] };
  createTag: { input: { root: string; name: string; commit: string; message: string }; output: undefined };
  deleteTag: { input: { root: string; name: string }; output: undefined };
  annotatedTags: {
    input: { root: string; pattern: string; known: string | null; keep: string | null };
    output: Tags | null;
  };
  annotate: { input: { root: string; tag: NewTag }; output: undefined };
  whoMayCommit: { input: { root: string }; output: Identity };
  lfsTree: { input: { root: string }; output: LfsTree | null };
  lfsTracked: { input: { root: string; paths: readonly string[] }; output: string[] };
  stageTexts: { input: { root: string; items: readonly Staging[] }; output: undefined };
  unpushedTexts: { input: { root: string; remote: string | null }; output: NewPointers };
  resolveRef: { input: { root: string; ref: string }; output: string | null };
};
export type GitCall = keyof GitCalls;

export type Question = { [K in GitCall]: { id: number; call: K; input: GitCalls[K]['input'] } }[GitCall];
export type Answer = { id: number; output: unknown } | { id: number; error: string; code: string | null };
