import type { Review } from '../../../shared/contract/reviews.ts';
import type { Clock } from '../../platform/clock.ts';
import type { Log } from '../../platform/log.ts';
import type { AuditService } from '../audit/service.ts';
import type { Events } from '../events.ts';
import type { JobsService } from '../jobs/service.ts';
import type { ModelRegistry } from '../models/ports.ts';
import type { RetryPolicy } from '../remotes/retry.ts';
import type { SecretsService } from '../secrets/service.ts';
import type { DeclaredTarget } from './declared.ts';
import type { Driver, DriverOptions } from './driver.ts';

/** What the engine of pushes asks of the other services. */
export type TargetsDeps = {
  readonly projects: {
    get(id: string): { readonly root: string };
    /** `targets` and `models` of `assay.yaml`. @throws AppError BAD_REQUEST naming the line of a mistake */
    definition(id: string): {
      readonly targets?: Readonly<Record<string, DeclaredTarget>> | undefined;
      readonly models?: { readonly stages?: readonly string[] | undefined } | undefined;
    } | null;
  };
  readonly registry: Pick<
    ModelRegistry,
    | 'read'
    | 'versions'
    | 'names'
    | 'pointers'
    | 'pointerHistory'
    | 'fileOf'
    | 'store'
    | 'setPointer'
    | 'commit'
    | 'adopt'
  >;
  /** how a version stands with the people */
  review(project: string, name: string, version: string): Promise<Pick<Review, 'state' | 'request' | 'decisions'>>;
  /** the version's card as Markdown with front matter, made when there is none */
  card(project: string, name: string, version: string): Promise<string>;
  /** Signatures that a bundle holds, checked against these digests; reads no bytes of the model. */
  checkSignature(project: string, bundle: string, files: readonly Signed[]): Promise<SignatureCheck>;
  readonly audit: Pick<AuditService, 'append' | 'head' | 'identity'>;
  readonly secrets: Pick<SecretsService, 'get' | 'set' | 'where'>;
  readonly open?: (declared: DeclaredTarget, options: DriverOptions) => Promise<Driver>;
  /** told about every push that was verified */
  readonly onPushed?: (project: string, facts: PushedFacts) => void;
  /** how often and how long to try again; that of remotes when it is not said */
  readonly retry?: RetryPolicy;
  readonly jobs: JobsService;
  readonly events: Events;
  readonly log: Log;
  readonly clock: Clock;
};

export type PushedFacts = { model: string; version: string; target: string; ref: string; digest: string; by: string };

export type Signed = { readonly path: string; readonly sha256: string };
export type SignatureCheck = { readonly valid: boolean; readonly trusted: boolean; readonly message: string };

/** How work tells about itself and is stopped; `label` is for a person. */
export type TargetWork = {
  readonly signal: AbortSignal;
  readonly onProgress: (done: number, total: number, label: string) => void;
};
