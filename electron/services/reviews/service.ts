import type { KeyObject } from 'node:crypto';
import type { Evaluation } from '../../../shared/contract/gates.ts';
import type { Finding } from '../../../shared/contract/models.ts';
import type { Person, Review } from '../../../shared/contract/reviews.ts';
import { AppError } from '../../../shared/errors.ts';
import type { Clock } from '../../platform/clock.ts';
import { filesOf } from '../audit/chain.ts';
import type { AuditService } from '../audit/service.ts';
import type { Events } from '../events.ts';
import type { GitService } from '../git/service.ts';
import type { DeclaredModels } from '../models/declared.ts';
import { evaluationPath } from '../models/layout.ts';
import type { ModelRegistry, RecordedVersion } from '../models/ports.ts';
import type { SigningService } from '../signing/service.ts';
import { changedSince } from './changed-since.ts';
import { NOT_REQUESTED, type RequestData, type Standing, standingOf } from './derive.ts';
import { openReviews } from './list.ts';
import { blocking, isSame, mayNotDecide, policyOf, shortOf } from './policy.ts';
import type { ReviewGates, ReviewNotice } from './ports.ts';
import { checkTag, tagApproval } from './tag.ts';

export type ReviewsDeps = {
  projects: {
    get(id: string): { readonly root: string };
    definition(id: string): { readonly models?: DeclaredModels | undefined } | null;
  };
  registry: Pick<ModelRegistry, 'read' | 'commit' | 'pointers'>;
  gates: ReviewGates;
  signing: Pick<SigningService, 'signVersion' | 'verifyVersion' | 'key'>;
  audit: Pick<AuditService, 'append' | 'events' | 'identity'>;
  git: Pick<GitService, 'tags' | 'annotatedTags' | 'annotate'>;
  events: Events;
  clock: Clock;
  notify(project: string, what: ReviewNotice): Promise<void> | void;
};

export type ReviewsService = ReturnType<typeof createReviews>;

type Deciding = {
  decision: 'approve' | 'reject';
  comment: string;
  /** the reason for approving although gates are in the way */
  override: string | null;
  /** to sign with, instead of the key of this machine */
  key?: KeyObject | undefined;
};

/**
 * Who asked for a version to be approved, and who decided. All of it is in the audit log; the gates' evaluation and the policy are frozen with the
 * request. Everything may be repeated after a kill and completes what is missing: event, signature, tag, commit, in this order.
 */
export function createReviews(deps: ReviewsDeps) {
  const { projects, registry, gates, signing, audit, git, events, clock } = deps;

  const you = (project: string): Promise<Person | null> => audit.identity(project).catch(() => null);

  const standing = (project: string, { definition, digest }: RecordedVersion): Standing =>
    standingOf(audit.events(project, { model: definition.model, version: definition.version }), digest);

  const championOf = async (project: string, name: string): Promise<string | null> => {
    const alias = projects.definition(project)?.models?.champion ?? 'champion';
    return (await registry.pointers(project, name))[alias] ?? null;
  };

  const evaluationOf = (
    project: string,
    name: string,
    version: string,
    digest: string | null,
  ): Promise<Evaluation | null> =>
    digest === null ? Promise.resolve(null) : gates.get(project, name, version, digest).catch(() => null);

  const get = async (project: string, name: string, version: string): Promise<Review> => {
    const recorded = await registry.read(project, name, version);
    const now = standing(project, recorded);
    const { author } = recorded.definition;
    const [person, signatures, own] = await Promise.all([
      you(project),
      signing.verifyVersion(project, name, version),
      signing.key().catch(() => null),
    ]);
    const signature = signatures[0] ?? null;
    const policy = now.request?.policy ?? policyOf(projects.definition(project)?.models?.review);
    const nobody = 'git does not know who you are. Say it: git config --global user.name and user.email.';
    return {
      model: name,
      version,
      state: now.state,
      policy,
      request: now.request && {
        by: now.request.event.actor,
        at: Date.parse(now.request.event.at),
        comment: now.request.comment,
        evaluation: now.request.evaluation,
        definition: now.request.definition,
      },
      decisions: [...now.decisions],
      evaluation: await evaluationOf(project, name, version, now.request?.evaluation ?? null),
      missing: now.missing,
      waitingFor: [...now.waitingFor],
      overridden: now.overridden,
      you: person,
      mayNotDecide:
        now.state !== 'requested'
          ? notOpen(now.state)
          : person === null
            ? nobody
            : mayNotDecide(policy, author, person),
      mayNotRequest:
        now.state === 'requested'
          ? 'A review is requested already.'
          : now.state === 'approved'
            ? 'This version is approved already.'
            : person === null
              ? nobody
              : null,
      changedSince: await changedSince({
        recorded,
        now,
        events: audit.events(project, { model: name, version, action: 'requested' }),
        champion: () => championOf(project, name),
        latest: () => gates.latest(project, name, version).catch(() => null),
      }),
      signature: signature && {
        file: signature.file,
        keyFingerprint: signature.fingerprint,
        yours: own?.fingerprint === signature.fingerprint,
        valid: signature.valid,
        problem: signature.valid ? null : signature.message,
      },
    };
  };

  const commit = async (project: string, files: readonly string[], message: string): Promise<void> => {
    await registry.commit(project, [...new Set(files)], message);
    events.changed('models', project);
  };

  const request = async (
    project: string,
    name: string,
    version: string,
    comment: string,
    signal?: AbortSignal,
  ): Promise<Review> => {
    const recorded = await registry.read(project, name, version);
    const before = standing(project, recorded);
    const person = await audit.identity(project);
    const subject = `Request review of ${name} ${version}`;
    if (before.request && before.state === 'requested' && isSame(before.request.event.actor, person)) {
      // asked already; a kill may have come before the commit
      const { evaluation, event } = before.request;
      await commit(project, [...frozen(name, version, evaluation), ...filesOf(event.writer)], subject);
      return get(project, name, version);
    }
    if (before.state === 'requested' || before.state === 'approved')
      throw new AppError(
        'CONFLICT',
        `${name}@${version} is ${before.state} already. "assay models show ${name}@${version}" says more.`,
      );
    const policy = policyOf(projects.definition(project)?.models?.review);
    const latest = await gates.latest(project, name, version);
    const evaluation =
      latest && latest.outdated === null
        ? latest.evaluation
        : await gates.check(project, name, version, signal ? { signal } : {});
    await gates.freeze(project, name, version, evaluation.digest);
    const data: RequestData = {
      definition: recorded.digest,
      evaluation: evaluation.digest,
      blocked: blocking(evaluation).map(({ id }) => id),
      author: recorded.definition.author,
      policy,
      champion: await championOf(project, name),
      comment,
    };
    const { files } = await audit.append(project, { action: 'requested', model: name, version, data });
    await commit(project, [...frozen(name, version, evaluation.digest), ...files], subject);
    const review = await get(project, name, version);
    const passed = evaluation.gates.filter(({ verdict }) => verdict === 'pass').length;
    await deps.notify(project, {
      event: 'request',
      model: name,
      version,
      by: person.name,
      comment,
      waitingFor: review.waitingFor,
      gates: { verdict: evaluation.verdict, passed, total: evaluation.gates.length },
    });
    // at the request and not at every check: people try gates many times before they ask anybody
    if (evaluation.verdict !== 'pass')
      await deps.notify(project, {
        event: 'gate-failed',
        model: name,
        version,
        by: person.name,
        verdict: evaluation.verdict,
        passed,
        total: evaluation.gates.length,
        failed: evaluation.gates.flatMap(({ id, verdict, message }) => (verdict === 'pass' ? [] : [{ id, message }])),
      });
    return review;
  };

  const decide = async (
    project: string,
    name: string,
    version: string,
    { decision, comment, override, key }: Deciding,
  ): Promise<Review> => {
    const recorded = await registry.read(project, name, version);
    const before = standing(project, recorded);
    const person = await audit.identity(project);
    const { request: open } = before;
    const mine = before.decisions.findLast(({ by }) => isSame(by, person));
    const again = mine?.decision === decision && before.state !== 'none';
    if (!open || (before.state !== 'requested' && !again)) throw new AppError('CONFLICT', notOpen(before.state));
    const notYou = mayNotDecide(open.policy, recorded.definition.author, person);
    if (notYou) throw new AppError('FORBIDDEN', notYou);
    const files = [...frozen(name, version, open.evaluation)];
    if (!again) {
      if (decision === 'approve') await mayApprove(project, name, version, open, override);
      const { files: written } = await audit.append(project, {
        action: decision === 'approve' ? 'approved' : 'rejected',
        model: name,
        version,
        data: {
          definition: recorded.digest,
          evaluation: open.evaluation,
          request: open.event.hash,
          comment,
          ...(decision === 'approve' ? { override } : {}),
        },
      });
      files.push(...written);
    } else for (const { writer } of audit.events(project, { model: name, version })) files.push(...filesOf(writer));
    const after = standing(project, recorded);
    if (after.state === 'approved') files.push(...(await signing.signVersion(project, name, version, key)).files);
    await commit(project, files, `${decision === 'approve' ? 'Approve' : 'Reject'} ${name} ${version}`);
    if (after.state === 'approved') await tagApproval(git, projects.get(project).root, name, version, after);
    if (!again)
      await deps.notify(project, {
        event: 'decision',
        model: name,
        version,
        by: person.name,
        decision,
        comment,
        override: decision === 'approve' ? override : null,
        missing: after.missing,
      });
    return get(project, name, version);
  };

  /** @throws AppError CONFLICT when gates are in the way without an override, BAD_REQUEST for an override of nothing */
  const mayApprove = async (
    project: string,
    name: string,
    version: string,
    open: RequestData,
    override: string | null,
  ): Promise<void> => {
    if (open.evaluation !== null) {
      // an evaluation that was changed or lost since is no ground to approve on
      const evaluation = await gates.get(project, name, version, open.evaluation);
      const found = blocking(evaluation).map(({ id }) => id);
      if (found.join('\n') !== open.blocked.join('\n'))
        throw new AppError(
          'CONFLICT',
          'The request does not say what its evaluation says. Reject it and request the review again.',
        );
    }
    if (open.blocked.length > 0 && override === null)
      throw new AppError(
        'CONFLICT',
        `${open.blocked.length === 1 ? 'A gate does' : 'Gates do'} not pass: ${open.blocked.join(', ')}. Reject it, or approve with a reason (--override), which stays visible for ever.`,
      );
    if (open.blocked.length === 0 && override !== null)
      throw new AppError('BAD_REQUEST', 'All gates pass: there is nothing to override. Approve without a reason.');
  };

  return {
    get,
    request,
    decide,

    /** Takes the request back. @throws AppError CONFLICT without an open one, FORBIDDEN when another person asked */
    async withdraw(project: string, name: string, version: string): Promise<Review> {
      const recorded = await registry.read(project, name, version);
      const before = standing(project, recorded);
      const subject = `Withdraw the request for ${name} ${version}`;
      const person = await audit.identity(project);
      if (before.state !== 'requested' || !before.request) {
        const last = audit.events(project, { model: name, version }).at(-1);
        if (last?.action !== 'withdrawn' || !isSame(last.actor, person))
          throw new AppError('CONFLICT', notOpen(before.state));
        await commit(project, filesOf(last.writer), subject);
        return get(project, name, version);
      }
      const { event } = before.request;
      if (!isSame(event.actor, person) && !isSame(recorded.definition.author, person))
        throw new AppError(
          'FORBIDDEN',
          `${event.actor.name} asked for this review. They withdraw it, or somebody rejects it.`,
        );
      const data = { definition: recorded.digest, request: event.hash, comment: '' };
      const { files } = await audit.append(project, { action: 'withdrawn', model: name, version, data });
      await commit(project, files, subject);
      return get(project, name, version);
    },

    /** Open requests, oldest first, then those decided in the last 30 days, newest first. */
    list: async (project: string) =>
      openReviews({
        events: audit.events(project),
        digestOf: async (name, version) =>
          (await registry.read(project, name, version).catch(() => null))?.digest ?? null,
        you: await you(project),
        now: clock.now(),
      }),

    /** Where all versions of a project stand, by one look at the log: for lists. */
    standings(project: string): (one: { name: string; version: string; digest: string }) => Standing {
      const byVersion = Map.groupBy(audit.events(project), ({ model, version }) => `${model}@${version}`);
      return ({ name, version, digest }) => {
        const own = byVersion.get(`${name}@${version}`);
        return own ? standingOf(own, digest) : NOT_REQUESTED;
      };
    },

    /** What is wrong with a version's approval: its signature, its tag, the evaluation that it rests on. */
    async verify(project: string, name: string, version: string): Promise<Finding[]> {
      const recorded = await registry.read(project, name, version);
      const now = standing(project, recorded);
      const found: Finding[] = [];
      const signatures = await signing.verifyVersion(project, name, version);
      for (const { valid, file, message } of signatures)
        if (!valid) found.push({ severity: 'error', kind: 'signature', where: file, message });
      if (now.state === 'approved' && signatures.length === 0)
        found.push({
          severity: 'error',
          kind: 'signature',
          where: `models/${name}/${version}/model.sig`,
          message: 'This version is approved, but its signature is gone. Approving again signs it anew.',
        });
      found.push(...checkPolicy(now, recorded, projects.definition(project)?.models?.review));
      const digest = now.request?.evaluation ?? null;
      if (digest !== null)
        await gates.get(project, name, version, digest).catch((error: Error) =>
          found.push({
            severity: 'error',
            kind: 'evaluation',
            where: evaluationPath(name, version, digest),
            message: error.message,
          }),
        );
      found.push(...(await checkTag(git, projects.get(project).root, name, version, now.state)));
      return found;
    },
  };
}

/** A request is judged by what it says of policy and author; whoever writes lines of the log by hand may say anything there. */
function checkPolicy(
  { state, request, decisions }: Standing,
  { definition }: RecordedVersion,
  review: DeclaredModels['review'],
): Finding[] {
  if (!request) return [];
  const { writer, seq } = request.event;
  const where = `models/audit/${writer}.ndjson, number ${seq}`;
  const found: Finding[] = [];
  if (!isSame(request.author, definition.author))
    found.push({
      severity: 'error',
      kind: 'audit',
      where,
      message: `This request names ${request.author.email} as the author, and the definition ${definition.author.email}: it was not written by Assay.`,
    });
  const by = decisions.filter(({ decision }) => decision === 'approve').map((one) => one.by);
  const wanted = state === 'approved' ? shortOf(policyOf(review), definition.author, by) : null;
  if (wanted !== null)
    found.push({
      severity: 'warning',
      kind: 'audit',
      where,
      message: `This request was approved by ${by.map(({ email }) => email).join(', ')} under another policy than assay.yaml has now, which wants ${wanted}. Look at who asked, and when assay.yaml was changed.`,
    });
  return found;
}

const frozen = (name: string, version: string, digest: string | null): string[] =>
  digest === null ? [] : [evaluationPath(name, version, digest)];

function notOpen(state: Standing['state']): string {
  if (state === 'approved') return 'This version is approved already.';
  if (state === 'rejected') return 'This version was rejected. Request a new review when it is ready.';
  if (state === 'requested') return 'You have decided already; others have not.';
  return 'Nobody requested a review of this version as it is now. Request one first.';
}
