import { AppError, messageOf } from '../../../shared/errors.ts';
import { retrying } from '../remotes/retry.ts';
import { refusalOf } from './outgoing.ts';
import type { TargetsDeps, TargetWork } from './ports.ts';
import type { Outcome } from './push.ts';
import { lastReceipts } from './receipts.ts';
import type { createSettings } from './settings.ts';

export type RollbackAsk = {
  readonly project: string;
  readonly name: string;
  /** null: all that have the model */
  readonly targets: readonly string[] | null;
  readonly alias: string;
  /** null: the version before */
  readonly version: string | null;
  readonly reason: string;
};

/**
 * The version before: what the pointer had before it first came to the present one. Whoever rolls back twice goes back two versions, and
 * never forward to what was rolled back.
 * @param history newest first
 */
export function versionBefore(history: readonly { readonly version: string }[]): string | null {
  const stack: string[] = [];
  for (const { version } of [...history].reverse()) {
    const at = stack.indexOf(version);
    if (at >= 0) stack.length = at + 1;
    else stack.push(version);
  }
  return stack.at(-2) ?? null;
}

type Moved = { readonly target: string; readonly from: string | null; readonly to: string };

export function createRollback(deps: TargetsDeps, { using, declaredOf }: ReturnType<typeof createSettings>) {
  const { registry, projects, audit, events, notify } = deps;

  /** Targets with a verified receipt of any version of the model that are still declared. */
  const having = async ({ project, name }: RollbackAsk): Promise<string[]> => {
    const { root } = projects.get(project);
    const declared = Object.keys(projects.definition(project)?.targets ?? {});
    const versions = await registry.versions(project, name);
    const found = new Set(versions.flatMap((one) => lastReceipts(root, name, one).map(({ target }) => target)));
    return [...found].filter((target) => declared.includes(target)).sort();
  };

  /** Moves one target; null when it is none of this. `from` equal to `to`: it was there already. */
  const moveAt = async (ask: RollbackAsk, target: string, to: string, signal: AbortSignal): Promise<Moved | null> => {
    const { project, name, alias } = ask;
    const { digest } = await registry.read(project, name, to);
    const refusal = await refusalOf(deps, { project, name, version: to, target }, digest, declaredOf(project, target));
    if (refusal !== null) throw new AppError('FORBIDDEN', refusal);
    return await using(project, target, (driver) =>
      retrying(
        async () => {
          const { aliases, versions } = await driver.remote(name, signal);
          const from = Object.hasOwn(aliases, alias) ? aliases[alias]! : null;
          if (from === to) return { target, from, to };
          // a target that never had this alias is not rolled back unless a person names it
          if (from === null && ask.targets === null) return null;
          if (!versions.includes(to))
            throw new AppError('NOT_FOUND', `It does not have ${to}. Push that version there first.`);
          await driver.setAlias(name, alias, to, signal);
          return { target, from, to };
        },
        { signal, ...(deps.retry ? { policy: deps.retry } : {}) },
      ),
    );
  };

  return async (ask: RollbackAsk, { signal, onProgress }: TargetWork): Promise<Outcome> => {
    const { project, name, alias, reason } = ask;
    const now = (await registry.pointers(project, name))[alias] ?? null;
    const to = ask.version ?? versionBefore(await registry.pointerHistory(project, name, alias));
    if (to === null)
      throw new AppError(
        'CONFLICT',
        now === null
          ? `${name} has no version with the alias "${alias}" here. Name the version with --version.`
          : `${alias} of ${name} has only ever been ${now}: there is no version before it. Name one with --version.`,
      );
    await registry.read(project, name, to);
    // what would fail here afterwards must not have moved anything there
    if (await registry.isDeprecated(project, name, to))
      throw new AppError(
        'CONFLICT',
        `${name}@${to}, which ${alias} would go back to, is deprecated. Name another version with --version, or restore it with "assay models deprecate ${name}@${to} --undo".`,
      );
    const { name: person, email } = await audit.identity(project);
    const targets = ask.targets ?? (await having(ask));
    for (const target of targets) declaredOf(project, target);
    const moved: Moved[] = [];
    const there: string[] = [];
    const failed: { target: string; problem: string }[] = [];
    for (const [at, target] of targets.entries()) {
      onProgress(at, targets.length, `Moving ${alias} at ${target}`);
      try {
        const one = await moveAt(ask, target, to, signal);
        if (one?.from === to) there.push(target);
        else if (one) moved.push(one);
      } catch (error) {
        failed.push({ target, problem: messageOf(error) });
        // whoever cancels still gets what was moved recorded
        if (signal.aborted) break;
      }
    }
    const title = `Roll ${name} back to ${to} (${alias})`;
    const told = (here: string | null) => ({ alias, to, reason, here: { from: now, to: here }, targets: moved, there });
    let problemHere: string | null = null;
    // last here: while a target is missing, the version before is still found when this is run again
    if (failed.length === 0 && now !== to)
      await registry
        .setPointer(project, name, alias, to, { action: 'rolled-back', data: { ...told(to), failed }, title })
        .catch((error: unknown) => {
          problemHere = messageOf(error);
        });
    if ((failed.length > 0 || problemHere !== null || now === to) && moved.length > 0) {
      const data = { ...told(now), failed: problemHere === null ? failed : [{ here: true, problem: problemHere }] };
      const { files } = await audit.append(project, { action: 'rolled-back', model: name, version: to, data });
      await registry.commit(project, files, title);
    }
    if (moved.length > 0 || now !== to) {
      events.changed('models', project, [name]);
      for (const { target } of moved)
        await notify(project, {
          event: 'push',
          action: 'rollback',
          model: name,
          version: to,
          by: `${person} <${email}>`,
          target,
          kind: declaredOf(project, target).type,
          ref: `${name}@${alias}`,
          digest: '',
          aliases: [alias],
          reason,
        });
    }
    const lines = moved.map(({ target, from }) => `${target}: ${alias} moved from ${from ?? 'nothing'} to ${to}.`);
    if (failed.length > 0 || problemHere !== null)
      throw new AppError(
        'UNAVAILABLE',
        [
          `${alias} of ${name} could not be rolled back to ${to} everywhere.`,
          ...failed.map(({ target, problem }) => `${target} did not move: ${problem}`),
          moved.length > 0 ? `Moved: ${moved.map(({ target }) => target).join(', ')}.` : 'No other target was moved.',
          `Here it still points to ${now ?? 'nothing'}${problemHere === null ? '.' : `: ${problemHere}`} Run the same again to finish.`,
        ].join(' '),
        { moved, failed },
      );
    lines.push(
      now === to ? `Here ${alias} points to ${to} already.` : `Here ${alias} moved from ${now ?? 'nothing'} to ${to}.`,
    );
    return { receipts: [], lines };
  };
}
