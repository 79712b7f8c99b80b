import type { GitState } from '../../../shared/contract/projects.ts';
import type { Capture, CaptureLimits } from './capture.ts';
import type { Author } from './commit.ts';

/** What the worker can be asked, by name. */
export type GitCalls = {
  state: { input: { root: string; timeoutMs: number }; output: GitState | null };
  capture: { input: { root: string; limits: CaptureLimits }; output: Capture | null };
  init: { input: { root: string }; output: undefined };
  commitAll: { input: { root: string; message: string; author: Author }; output: string | null };
  resolveRef: { input: { root: string; ref: string }; output: string | null };
};
export type GitCall = keyof GitCalls;

export type Question = { [K in GitCall]: { id: number; call: K; input: GitCalls[K]['input'] } }[GitCall];
export type Answer = { id: number; output: unknown } | { id: number; error: string };
