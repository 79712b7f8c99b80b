import type { Worker } from 'node:worker_threads';
import type { GitState } from '../../../shared/contract/projects.ts';
import { AppError, type ErrorCode } from '../../../shared/errors.ts';
import type { Log } from '../../platform/log.ts';
import { startWorker } from '../../platform/worker.ts';
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
import type { Answer, GitCall, GitCalls } from './protocol.ts';
import type { CommittedFiles } from './records.ts';
import type { Tag } from './tags.ts';

const LOOK_MS = 10_000;
/** A worker that has not answered by then is given up: another one takes its place. */
const STUCK_MS = 120_000;

export type GitService = ReturnType<typeof createGit>;

type Waiting = { resolve: (output: unknown) => void; reject: (error: Error) => void; timer: NodeJS.Timeout };

/** Repositories, read in a thread of their own and never by the `git` program. The thread starts with the first question. */
export function createGit({ log }: { log: Log }) {
  let worker: Worker | null = null;
  let nextId = 1;
  const waiting = new Map<number, Waiting>();
  const looking = new Map<string, Promise<GitState | null>>();

  const fail = (error: Error): void => {
    for (const one of waiting.values()) {
      clearTimeout(one.timer);
      one.reject(error);
    }
    waiting.clear();
  };

  const start = (): Worker => {
    // sources run as they are; a bundle has the worker beside it
    const started = startWorker(
      new URL(import.meta.url.endsWith('.ts') ? './worker.ts' : './git-worker.mjs', import.meta.url),
    );
    started.unref();
    started.on('message', (answer: Answer) => {
      const one = waiting.get(answer.id);
      if (!one) return;
      clearTimeout(one.timer);
      waiting.delete(answer.id);
      if (waiting.size === 0) started.unref();
      if ('error' in answer)
        one.reject(
          answer.code === null ? unreadable(answer.error) : new AppError(answer.code as ErrorCode, answer.error),
        );
      else one.resolve(answer.output);
    });
    started.on('error', (error) => {
      log.error('the git worker ended', { error: error.message });
      if (worker === started) worker = null;
      fail(unreadable(error.message));
    });
    return started;
  };

  const ask = <K extends GitCall>(call: K, input: GitCalls[K]['input']): Promise<GitCalls[K]['output']> =>
    new Promise((resolve, reject) => {
      worker ??= start();
      worker.ref();
      const id = nextId++;
      const timer = setTimeout(() => {
        const stuck = worker;
        worker = null;
        void stuck?.terminate();
        log.warn('the git worker did not answer and was replaced', { call });
        fail(unreadable('it took too long'));
      }, STUCK_MS).unref();
      waiting.set(id, { resolve: (output) => resolve(output as GitCalls[K]['output']), reject, timer });
      worker.postMessage({ id, call, input });
    });

  return {
    /**
     * Branch, commit and changes of the repository that a folder is in, itself or above it; null without one. `dirty` is null when looking
     * takes longer than 10 s. Several who ask at once share one look.
     * @throws AppError UNAVAILABLE when it is of a kind that cannot be read
     */
    state(root: string): Promise<GitState | null> {
      const running = looking.get(root);
      if (running) return running;
      const asked = ask('state', { root, timeoutMs: LOOK_MS }).finally(() => looking.delete(root));
      looking.set(root, asked);
      return asked;
    },
    /** The commit and a patch of what differs from it, as `git apply` takes it; null without a repository. */
    capture: (root: string, limits: Omit<CaptureLimits, 'timeoutMs'>): Promise<Capture | null> =>
      ask('capture', { root, limits: { ...limits, timeoutMs: LOOK_MS } }),
    /** Makes a repository with the branch `main`; `person` commits in it unless git knows somebody already. */
    init: async (root: string, person: Author | null = null): Promise<void> =>
      void (await ask('init', { root, person })),
    /** Commits every change; returns the commit. */
    commitAll: (root: string, message: string, author: Author): Promise<string | null> =>
      ask('commitAll', { root, message, author }),
    /** The commit that a branch, tag or id means; null when there is none. */
    resolveRef: (root: string, ref: string): Promise<string | null> => ask('resolveRef', { root, ref }),
    /** The commits up to HEAD that changed a file, newest first, each with the file as it was; empty without a repository. */
    fileHistory: (root: string, path: string, limit = 1000): Promise<FileVersion[]> =>
      ask('fileHistory', { root, path, limit }),
    /** A file as a commit has it; null when it has none. */
    fileAt: (root: string, commit: string, path: string): Promise<string | null> =>
      ask('fileAt', { root, commit, path }),
    /** The files below a folder that differ between two commits, with both texts. */
    commitDiff: (root: string, from: string, to: string, limits: DiffLimits): Promise<CommitDiff> =>
      ask('commitDiff', { root, from, to, limits }),
    /** A commit's author, time and message; null when there is none of that id. */
    commitInfo: (root: string, commit: string): Promise<CommitInfo | null> => ask('commitInfo', { root, commit }),
    /** What a commit has at a path from `root`; null when it has nothing there that could be read. */
    trackedAt: (root: string, commit: string, path: string): Promise<Tracked | null> =>
      ask('trackedAt', { root, commit, path }),
    /** Writes blobs to files, unless they are there; what may be a pointer of Git LFS is told and not written, unless `always`. */
    layOutBlobs: (root: string, blobs: readonly { oid: string; to: string }[], always = false): Promise<LaidOut[]> =>
      ask('layOutBlobs', { root, blobs, always }),
    /** The files of some commits whose paths fit a regular expression, each content once. */
    committedFiles: (root: string, commits: readonly string[], pattern: string): Promise<CommittedFiles> =>
      ask('committedFiles', { root, commits, pattern }),
    /** Every commit that a branch, tag, HEAD, stash or reflog leads to. */
    knownCommits: (root: string): Promise<Known> => ask('knownCommits', { root }),
    /** Commits these files and nothing else that may be staged, as the person whom git's configuration names; null when nothing changed. */
    commitPaths: (root: string, what: PathsToCommit, message: string): Promise<string | null> =>
      ask('commitPaths', { root, what, message }),
    /** Tags with the commits that they mean; empty without a repository. */
    tags: (root: string): Promise<Tag[]> => ask('listTags', { root }),
    /** Makes an annotated tag. @throws AppError CONFLICT when another commit has it */
    createTag: async (root: string, name: string, commit: string, message: string): Promise<void> =>
      void (await ask('createTag', { root, name, commit, message })),
    /** @throws AppError NOT_FOUND */
    deleteTag: async (root: string, name: string): Promise<void> => void (await ask('deleteTag', { root, name })),
    /**
     * Annotated tags with all that they say, and the light ones, of those names that fit a regular expression.
     * @param known `stamp` of what the asker has: null is answered when nothing changed since
     * @param keep a file for what was read of many, for the next process; may be deleted
     */
    annotatedTags: (
      root: string,
      pattern: string,
      known: string | null = null,
      keep: string | null = null,
    ): Promise<Tags | null> => ask('annotatedTags', { root, pattern, known, keep }),
    /** Makes an annotated tag. @throws AppError CONFLICT when there is one of that name */
    annotate: async (root: string, tag: NewTag): Promise<void> => void (await ask('annotate', { root, tag })),
    /**
     * Who would commit here now.
     * @throws AppError BAD_REQUEST without a repository or a name, CONFLICT during a merge or while another git command runs
     */
    whoMayCommit: (root: string): Promise<Identity> => ask('whoMayCommit', { root }),
    /** Up to `limit` files at or below a path that git tracks, by their path in the repository. */
    trackedFiles: (root: string, path: string, limit = 3): Promise<string[]> =>
      ask('trackedFiles', { root, path, limit }),
    /** The paths that git's index has and `.gitattributes` gives to Git LFS; null without a repository. */
    lfsTree: (root: string): Promise<LfsTree | null> => ask('lfsTree', { root }),
    /** Those of some paths, from the top of the repository, that `.gitattributes` gives to Git LFS, whether git knows them or not. */
    lfsTracked: (root: string, paths: readonly string[]): Promise<string[]> => ask('lfsTracked', { root, paths }),
    /** Stores texts and makes them what git's index holds at some paths, from the top of the repository. */
    stageTexts: async (root: string, items: readonly Staging[]): Promise<void> =>
      void (await ask('stageTexts', { root, items })),
    /** The small files of HEAD's commits that no branch of a remote has (null: of all commits), pointers of Git LFS among them. */
    unpushedTexts: (root: string, remote: string | null): Promise<NewPointers> =>
      ask('unpushedTexts', { root, remote }),
    async dispose(): Promise<void> {
      fail(unreadable('Assay is closing'));
      await worker?.terminate();
      worker = null;
    },
  };
}

function unreadable(why: string): AppError {
  return new AppError(
    'UNAVAILABLE',
    `The git repository could not be read (${why}). Runs work without it, but will not know their code.`,
  );
}
