import { createHash } from 'node:crypto';
import { rmdirSync, rmSync } from 'node:fs';
import type { PushPlan, Receipt } from '../../../shared/contract/targets.ts';
import { AppError, messageOf } from '../../../shared/errors.ts';
import { formatBytes } from '../../../shared/format-bytes.ts';
import { makeFolder } from '../../platform/files.ts';
import { filesOf } from '../audit/chain.ts';
import { cancelled } from '../remotes/problems.ts';
import { retrying } from '../remotes/retry.ts';
import type { DeclaredTarget } from './declared.ts';
import type { Driver, DriverWork, OutgoingVersion, Pushed } from './driver.ts';
import { lockPush } from './lock.ts';
import { outgoing, type PushAsk, refusalOf } from './outgoing.ts';
import type { TargetsDeps, TargetWork } from './ports.ts';
import { fileOf, lastReceipts, previousOf, writeReceipt } from './receipts.ts';
import { type createSettings, urlOf } from './settings.ts';

export type Outcome = { readonly receipts: readonly Receipt[]; readonly lines: readonly string[] };

/** What of a receipt `verify` of a driver needs. */
export const pushedOf = ({ ref, digest, aliases, bytes, skippedBytes, details }: Receipt): Pushed => ({
  ref,
  digest,
  aliases,
  bytes,
  skippedBytes,
  details,
});

const bytesOf = ({ files, evidence }: OutgoingVersion): number =>
  [...files, ...evidence].reduce((sum, { size }) => sum + size, 0);

/**
 * Does a driver's work again while its error may pass; it counts as progress when an attempt gets further than those before. The work is
 * given up when it is cancelled, even when the driver hangs.
 */
export async function persist<T>(
  { retry }: Pick<TargetsDeps, 'retry'>,
  { signal, onProgress }: TargetWork,
  total: number,
  work: (work: DriverWork) => Promise<T>,
): Promise<T> {
  let furthest = 0;
  const attempt = async (): Promise<T> => {
    let done = 0;
    const onBytes = (count: number, label: string): void => {
      if (signal.aborted) return;
      done += count;
      furthest = Math.max(furthest, done);
      onProgress(Math.max(0, done), Math.max(total, done), label);
    };
    return await work({ signal, onBytes });
  };
  try {
    return await retrying(attempt, { signal, progress: () => furthest, ...(retry ? { policy: retry } : {}) });
  } catch (error) {
    throw signal.aborted ? cancelled() : error;
  }
}

export function createPush(deps: TargetsDeps, { using, declaredOf }: ReturnType<typeof createSettings>) {
  const { registry, projects, audit, clock, events, notify } = deps;

  /** Reads everything back; what differs is recorded and thrown. */
  const readBack = async (
    driver: Driver,
    ask: PushAsk,
    version: OutgoingVersion,
    pushed: Pushed,
    work: TargetWork,
  ): Promise<void> => {
    const { project, name, target } = ask;
    try {
      await persist(deps, work, bytesOf(version), (one) => driver.verify(version, pushed, one));
    } catch (error) {
      if (work.signal.aborted) throw error;
      const data = {
        target,
        definition: version.digest,
        ref: pushed.ref,
        digest: pushed.digest,
        problem: messageOf(error),
      };
      const { files } = await audit.append(project, {
        action: 'push-failed',
        model: name,
        version: ask.version,
        data,
      });
      await registry.commit(project, files, `Push of ${name}@${ask.version} to ${target} was not verified`);
      events.changed('models', project, [name]);
      const code = error instanceof AppError ? error.code : 'UNAVAILABLE';
      const more = error instanceof AppError ? error.data : {};
      throw new AppError(
        code,
        `${name}@${ask.version} was sent to ${target}, but reading it back failed: ${messageOf(error)} It does not count as pushed.`,
        more,
        { cause: error },
      );
    }
  };

  const record = async (ask: PushAsk, receipt: Receipt, written: { path: string; sha256: string }): Promise<void> => {
    const { project, name, version, target } = ask;
    const { path, sha256 } = written;
    const { kind, ref, digest, definition, aliases } = receipt;
    const data = { target, kind, ref, digest, definition, aliases, receipt: sha256, file: path };
    const { files } = await audit.append(project, { action: 'pushed', model: name, version, data });
    await registry.commit(project, [path, ...files], `Push ${name}@${version} to ${target}`);
    events.changed('models', project, [name]);
    const { by, bytes } = receipt;
    await notify(project, { event: 'push', model: name, version, by, target, kind, ref, digest, bytes, aliases });
  };

  /** What a kill after the receipt was written left to do: the log's event, the commit, the message. */
  const complete = async (ask: PushAsk, receipt: Receipt): Promise<void> => {
    const { project, name: model, version, target } = ask;
    const written = fileOf(projects.get(project).root, receipt);
    if (!written) return;
    const told = audit
      .events(project, { action: 'pushed', model, version })
      .find(({ data }) => data.receipt === written.sha256);
    if (!told) return record(ask, receipt, written);
    await registry.commit(project, [written.path, ...filesOf(told.writer)], `Push ${model}@${version} to ${target}`);
  };

  const send = async (driver: Driver, declared: DeclaredTarget, ask: PushAsk, work: TargetWork): Promise<Outcome> => {
    const { project, name, target } = ask;
    const started = performance.now();
    const checked = await outgoing(deps, ask, declared, work);
    makeFolder(checked.resume);
    const unlock = lockPush(checked.resume, `A push of ${name}@${ask.version} to ${target}`);
    try {
      // another process may have pushed it while the bytes were checked here
      const previous = previousOf(projects.get(project).root, ask);
      const version = { ...checked, previous };
      const total = bytesOf(version);
      const pushed = await persist(deps, work, total, (one) => driver.push(version, one));
      await readBack(driver, ask, version, pushed, work);
      if (work.signal.aborted) throw cancelled();
      const { name: person, email } = await audit.identity(project);
      const receipt: Receipt = {
        assay: 'receipt/1',
        target,
        kind: declared.type,
        url: urlOf(declared),
        model: name,
        version: ask.version,
        definition: version.digest,
        ...pushed,
        details: { ...pushed.details, ...textDigests(version) },
        aliases: [...pushed.aliases],
        at: clock.now(),
        by: `${person} <${email}>`,
        verified: true,
        auditHead: version.auditHead,
        elapsedMs: Math.round(performance.now() - started),
      };
      if (previous && pushed.bytes === 0 && sameAs(previous, receipt)) {
        await complete(ask, previous);
        rmSync(version.resume, { recursive: true, force: true });
        const when = new Date(previous.at).toISOString().slice(0, 16).replace('T', ' ');
        return {
          receipts: [{ ...previous, bytes: 0, skippedBytes: receipt.skippedBytes, elapsedMs: receipt.elapsedMs }],
          lines: [`${target} has ${name}@${ask.version} already, as pushed on ${when}; nothing was sent.`],
        };
      }
      await record(ask, receipt, writeReceipt(projects.get(project).root, receipt));
      rmSync(version.resume, { recursive: true, force: true });
      const there = receipt.skippedBytes > 0 ? `, ${formatBytes(receipt.skippedBytes)} were there already` : '';
      return {
        receipts: [receipt],
        lines: [
          `Pushed ${name}@${ask.version} to ${target}: ${formatBytes(receipt.bytes)} sent${there}; read back and right.`,
          ...(receipt.aliases.length > 0 ? [`Aliases there: ${receipt.aliases.join(', ')}.`] : []),
          receipt.ref,
        ],
      };
    } finally {
      unlock();
    }
  };

  return {
    /** What a push would do; sends nothing. Why it may not go there is in `refusal`. */
    async plan(ask: PushAsk, work: TargetWork): Promise<PushPlan> {
      const { digest, definition } = await registry.read(ask.project, ask.name, ask.version);
      const declared = declaredOf(ask.project, ask.target);
      const refusal = await refusalOf(deps, ask, digest, declared);
      const base = { target: ask.target, kind: declared.type };
      let version: OutgoingVersion;
      try {
        version = await outgoing(deps, ask, declared, work);
      } catch (error) {
        if (!(error instanceof AppError) || (error.code !== 'NOT_FOUND' && error.code !== 'CONFLICT')) throw error;
        const items = [...definition.files, ...definition.evidence].map(({ path, size, sha256 }) => ({
          path,
          what: 'file',
          bytes: size,
          digest: sha256,
          there: false,
        }));
        const bytes = items.reduce((sum, item) => sum + item.bytes, 0);
        return { ...base, ref: '', items, bytes, skippedBytes: 0, steps: [], refusal: refusal ?? error.message };
      }
      return await using(ask.project, ask.target, async (driver) => {
        const { ref, items, steps } = await driver.plan(version, work.signal);
        const sum = (there: boolean): number =>
          items.filter((item) => item.there === there).reduce((all, { bytes }) => all + bytes, 0);
        return {
          ...base,
          ref,
          items: [...items],
          bytes: sum(false),
          skippedBytes: sum(true),
          steps: [...steps],
          refusal,
        };
      }).finally(() => {
        try {
          rmdirSync(version.resume);
        } catch {
          // a push that was cut off left something there
        }
      });
    },

    /**
     * Sends a version, reads it back, and only then records it.
     * @throws AppError FORBIDDEN when the target takes approved versions only and this is none
     */
    async push(ask: PushAsk, work: TargetWork): Promise<Outcome> {
      const { digest } = await registry.read(ask.project, ask.name, ask.version);
      const refusal = await refusalOf(deps, ask, digest, declaredOf(ask.project, ask.target));
      if (refusal !== null) throw new AppError('FORBIDDEN', refusal);
      return await using(ask.project, ask.target, (driver, declared) => send(driver, declared, ask, work));
    },

    /** Reads back what the last verified receipt says is there. @throws AppError NOT_FOUND without one, CONFLICT when it differs */
    async verify(ask: PushAsk, work: TargetWork): Promise<Outcome> {
      const { project, name, target } = ask;
      const receipt = lastReceipts(projects.get(project).root, name, ask.version).find((one) => one.target === target);
      if (!receipt)
        throw new AppError(
          'NOT_FOUND',
          `${name}@${ask.version} was never pushed to ${target}. Push it with "assay models push ${name}@${ask.version} --to ${target}".`,
        );
      await using(project, target, async (driver, declared) => {
        const version = { ...(await outgoing(deps, ask, declared, work)), previous: null };
        if (version.digest !== receipt.definition)
          throw new AppError(
            'CONFLICT',
            `The definition of ${name}@${ask.version} has changed since it was pushed to ${target}.`,
          );
        const now = textDigests(version);
        const changed = (['cardSha256', 'signatureSha256'] as const).find((key) => receipt.details[key] !== now[key]);
        if (changed)
          throw new AppError(
            'CONFLICT',
            `The ${changed === 'cardSha256' ? 'card' : 'signature'} of ${name}@${ask.version} has changed since it was pushed to ${target}. Push it again: that sends what changed and reads everything back.`,
          );
        await persist(deps, work, bytesOf(version), (one) => driver.verify(version, pushedOf(receipt), one));
      });
      return {
        receipts: [receipt],
        lines: [`${target} has ${name}@${ask.version} as it was pushed: every byte was read back.`],
      };
    },
  };
}

const digestOf = (text: string | null): string =>
  text === null ? '' : createHash('sha256').update(text).digest('hex');

/** Card and signature may change after a push, so a receipt says which ones went along. */
const textDigests = ({ card, signature }: OutgoingVersion) => ({
  cardSha256: digestOf(card),
  signatureSha256: digestOf(signature),
});

/** The target stands as an earlier, verified push left it. */
const sameAs = (before: Receipt, now: Receipt): boolean =>
  before.verified &&
  before.definition === now.definition &&
  before.digest === now.digest &&
  before.ref === now.ref &&
  before.details.cardSha256 === now.details.cardSha256 &&
  before.details.signatureSha256 === now.details.signatureSha256 &&
  [...before.aliases].sort().join() === [...now.aliases].sort().join();
