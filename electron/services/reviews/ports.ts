import type { Evaluation } from '../../../shared/contract/gates.ts';

/** What reviews ask of the gates. */
export type ReviewGates = {
  /** Checks the gates now and keeps the result on this machine. */
  check(project: string, name: string, version: string, work?: { readonly signal?: AbortSignal }): Promise<Evaluation>;
  /** The newest evaluation, and why it no longer holds. */
  latest(
    project: string,
    name: string,
    version: string,
  ): Promise<{ readonly evaluation: Evaluation; readonly outdated: string | null } | null>;
  /** Puts an evaluation among the version's committed files. Harmless when it is there. */
  freeze(project: string, name: string, version: string, digest: string): Promise<unknown>;
  /** @throws AppError NOT_FOUND; CONFLICT when its content does not give its digest */
  get(project: string, name: string, version: string, digest: string): Promise<Evaluation>;
};

/** What happened, for the people who want to hear of it; never throws. */
export type ReviewNotice =
  | {
      event: 'request';
      model: string;
      version: string;
      by: string;
      comment: string;
      waitingFor: string[];
      gates: { verdict: Evaluation['verdict']; passed: number; total: number } | null;
    }
  | {
      event: 'gate-failed';
      model: string;
      version: string;
      by: string;
      verdict: 'fail' | 'inconclusive';
      passed: number;
      total: number;
      failed: { id: string; message: string }[];
    }
  | {
      event: 'decision';
      model: string;
      version: string;
      by: string;
      decision: 'approve' | 'reject';
      comment: string;
      override: string | null;
      missing: number;
    };
