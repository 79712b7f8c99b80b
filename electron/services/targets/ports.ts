import type { AuditAction } from '../../../shared/contract/audit.ts';
import type { ModelKind } from '../../../shared/contract/models.ts';
import type { Review } from '../../../shared/contract/reviews.ts';
import type { SecretPlace } from '../../../shared/contract/targets.ts';
import type { Clock } from '../../platform/clock.ts';
import type { Log } from '../../platform/log.ts';
import type { Events } from '../events.ts';
import type { JobsService } from '../jobs/service.ts';
import type { ModelRegistry } from '../models/ports.ts';
import type { RetryPolicy } from '../remotes/retry.ts';
import type { DeclaredTarget } from './declared.ts';
import type { Driver, DriverOptions } from './driver.ts';

export type Credentials = { readonly user: string | null; readonly secret: string };

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
  /** What the headers of files say; nothing is executed. */
  kindOf(files: readonly { readonly path: string; readonly file: string }[]): Promise<ModelKind>;
  readonly audit: {
    /** Appends one event; returns the path of the file that it is in, from the project's folder. */
    append(project: string, event: AuditEntry): Promise<string>;
    head(project: string): Promise<string>;
  };
  /** who acts, as git's configuration says: `Ada Lovelace <ada@example.com>` */
  actor(project: string): Promise<{ readonly name: string; readonly email: string }>;
  readonly secrets: {
    get(key: string, environment: string): Promise<{ readonly place: SecretPlace; readonly value: string | null }>;
    /** null forgets it */
    set(key: string, value: string | null): Promise<SecretPlace>;
  };
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

export type AuditEntry = {
  readonly action: AuditAction;
  readonly model: string;
  readonly version: string | null;
  readonly data: Readonly<Record<string, unknown>>;
};

/** How long work tells about itself and is stopped; `label` is for a person. */
export type TargetWork = {
  readonly signal: AbortSignal;
  readonly onProgress: (done: number, total: number, label: string) => void;
};
