import type { Review } from '../../../shared/contract/reviews.ts';
import type { Clock } from '../../platform/clock.ts';
import type { Log } from '../../platform/log.ts';
import type { AuditService } from '../audit/service.ts';
import type { Events } from '../events.ts';
import type { JobsService } from '../jobs/service.ts';
import type { Facts } from '../models/facts.ts';
import type { ModelRegistry } from '../models/ports.ts';
import type { NotificationsService } from '../notifications/service.ts';
import type { RetryPolicy } from '../remotes/retry.ts';
import type { SecretsService } from '../secrets/service.ts';
import type { SigningService } from '../signing/service.ts';
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
    | 'isDeprecated'
    | 'commit'
    | 'adopt'
  >;
  /** how a version stands with the people */
  review(project: string, name: string, version: string): Promise<Pick<Review, 'state' | 'request' | 'decisions'>>;
  /** the version's card as Markdown with front matter, made when there is none */
  card(project: string, name: string, version: string): Promise<string>;
  readonly signing: Pick<SigningService, 'checkBundle' | 'trusted'>;
  readonly audit: Pick<AuditService, 'append' | 'events' | 'head' | 'identity'>;
  readonly secrets: Pick<SecretsService, 'get' | 'set' | 'where'>;
  readonly open?: (declared: DeclaredTarget, options: DriverOptions) => Promise<Driver>;
  /** tells the channels of the project about a push or rollback */
  readonly notify: NotificationsService['notify'];
  /** how often and how long to try again; that of remotes when it is not said */
  readonly retry?: RetryPolicy;
  /** where rows of versions learn which targets have them */
  readonly facts: Pick<Facts, 'add'>;
  readonly jobs: JobsService;
  readonly events: Events;
  readonly log: Log;
  readonly clock: Clock;
};

/** How work tells about itself and is stopped; `label` is for a person. */
export type TargetWork = {
  readonly signal: AbortSignal;
  readonly onProgress: (done: number, total: number, label: string) => void;
};
