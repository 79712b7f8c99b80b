import type { AuditAction, AuditEvent } from '../../../shared/contract/audit.ts';
import { AppError } from '../../../shared/errors.ts';
import { oneAtATime } from './changes.ts';
import { commitFiles, requireTag } from './finish.ts';
import { gtoMessages, pointersNow, type TagState } from './gto.ts';
import { pointerTag, versionTag } from './layout.ts';
import { APPROVED, checkName, checkPointer, checkVersion } from './names.ts';
import type { LargerAction } from './ports.ts';
import type { Registry } from './registry.ts';

type Move = {
  readonly action: AuditAction;
  readonly name: string;
  readonly version: string;
  readonly tag: string;
  readonly message: string;
  /** what the log keeps besides the tag */
  readonly data: AuditEvent['data'];
  readonly title: string;
};

/** Puts an alias or a stage on a version by GTO's tags, takes it away, and deprecates; each with its event in the log. */
export function createPointers(registry: Registry) {
  const { deps, rootOf, tagsOf, read, changed } = registry;

  const require = async (project: string): Promise<void> => void (await deps.git.whoMayCommit(rootOf(project)));

  /**
   * The event first, then the tag, then the commit. The event names the tag, so that a repeat after a kill knows what was done. The tag is not
   * before the last one of the model, whatever the clocks say: GTO goes by time.
   */
  const carryOut = async (project: string, state: TagState, move: Move): Promise<void> => {
    const { name, version, tag } = move;
    const { commit } = await requireTag(registry, project, name, version);
    const data = { ...move.data, tag, definition: read(project, name, version).digest };
    const { files } = await deps.audit.append(
      project,
      { action: move.action, model: name, version, data },
      { once: true },
    );
    await deps.git.annotate(rootOf(project), {
      name: tag,
      commit,
      message: move.message,
      notBefore: state.lastAt === 0 ? 0 : state.lastAt + 1000,
    });
    await commitFiles(registry, project, files, move.title);
    changed(project, name);
  };

  /** What a kill between tag and commit left: the log's file is committed by whoever does the same again. */
  const commitLog = async (project: string, name: string, tag: string | undefined): Promise<void> => {
    const event = deps.audit.events(project, { model: name }).find(({ data }) => data.tag === tag);
    if (event) await commitFiles(registry, project, [`models/audit/${event.writer}.ndjson`], `Record ${tag}`);
  };

  const isStage = (project: string, pointer: string): boolean => registry.stages(project).includes(pointer);

  const assign = async (
    project: string,
    name: string,
    pointer: string,
    version: string,
    partOf?: LargerAction,
  ): Promise<void> => {
    const state = await tagsOf(project, name);
    const [last] = state.moves.get(pointer) ?? [];
    if (last?.version === version) return commitLog(project, name, last.tag);
    read(project, name, version);
    if (state.deprecated.has(version))
      throw new AppError(
        'CONFLICT',
        `${name} ${version} is deprecated. Restore it first ("assay models deprecate ${name}@${version} --undo").`,
      );
    const stage = isStage(project, pointer);
    await carryOut(project, state, {
      action: stage ? 'stage-set' : 'alias-set',
      name,
      version,
      tag: pointerTag(name, pointer, state.count + 1),
      message: gtoMessages.assign(name, version, pointer),
      data: { [stage ? 'stage' : 'alias']: pointer, from: last?.version ?? null },
      title: `${pointer} of ${name} is ${version}`,
      ...partOf,
    });
  };

  const unassign = async (project: string, name: string, pointer: string): Promise<void> => {
    const state = await tagsOf(project, name);
    const [last] = state.moves.get(pointer) ?? [];
    if (!last?.version) return commitLog(project, name, last?.tag);
    const stage = isStage(project, pointer);
    await carryOut(project, state, {
      action: stage ? 'stage-removed' : 'alias-removed',
      name,
      version: last.version,
      tag: `${name}#${pointer}!#${state.count + 1}`,
      message: gtoMessages.unassign(name, last.version, pointer),
      data: { [stage ? 'stage' : 'alias']: pointer, from: last.version },
      title: `${pointer} of ${name} is taken away`,
    });
  };

  return {
    /** Points an alias or stage to a version, or takes it away. @throws AppError BAD_REQUEST, NOT_FOUND, CONFLICT */
    async setPointer(
      project: string,
      name: string,
      pointer: string,
      version: string | null,
      partOf?: LargerAction,
    ): Promise<void> {
      checkName(name);
      checkPointer(pointer);
      if (version !== null) checkVersion(version);
      await require(project);
      await oneAtATime(rootOf(project), () =>
        version === null ? unassign(project, name, pointer) : assign(project, name, pointer, version, partOf),
      );
    },

    /** @throws AppError BAD_REQUEST for the name of a stage, and as `setPointer` */
    async setAlias(project: string, name: string, alias: string, version: string | null): Promise<void> {
      if (isStage(project, alias))
        throw new AppError(
          'BAD_REQUEST',
          `"${alias}" is a stage of this project. Set it as one ("assay models stage").`,
        );
      await this.setPointer(project, name, alias, version);
    },

    /**
     * Gives a version one of the project's stages; it leaves the one that it had, and the version that had it leaves it. Null: it has none.
     * @throws AppError BAD_REQUEST for a stage that `assay.yaml` does not name
     */
    async setStage(project: string, name: string, version: string, stage: string | null): Promise<void> {
      checkName(name);
      checkVersion(version);
      if (stage !== null) checkPointer(stage);
      const stages = registry.stages(project);
      if (stage !== null && !stages.includes(stage))
        throw new AppError(
          'BAD_REQUEST',
          stages.length === 0
            ? 'This project has no stages yet. Name them in assay.yaml, such as: models: {stages: [staging, production]}.'
            : `"${stage}" is no stage of this project. It has: ${stages.join(', ')}.`,
        );
      read(project, name, version);
      await require(project);
      await oneAtATime(rootOf(project), async () => {
        if (stage !== null) await assign(project, name, stage, version);
        const now = pointersNow(await tagsOf(project, name));
        for (const other of stages) if (other !== stage && now[other] === version) await unassign(project, name, other);
      });
    },

    /**
     * Says that a version must not be used any more (GTO: deregisters it), or takes that back.
     * @throws AppError CONFLICT while an alias or a stage points to it
     */
    async deprecate(project: string, name: string, version: string, reason: string, undo: boolean): Promise<void> {
      checkName(name);
      checkVersion(version);
      read(project, name, version);
      await require(project);
      await oneAtATime(rootOf(project), async () => {
        await requireTag(registry, project, name, version);
        const state = await tagsOf(project, name);
        if (state.deprecated.has(version) === !undo) return;
        // the mark of an approval stays: nobody can point it elsewhere
        const pointing = Object.entries(pointersNow(state)).filter(
          ([pointer, to]) => to === version && pointer !== APPROVED,
        );
        if (!undo && pointing.length > 0)
          throw new AppError(
            'CONFLICT',
            `${pointing.map(([pointer]) => pointer).join(', ')} still means ${name} ${version}. Point it to another version first.`,
          );
        const tag = `${versionTag(name, version)}${undo ? '' : '!'}#${state.count + 1}`;
        const words = undo ? gtoMessages.register(name, version) : gtoMessages.deregister(name, version);
        await carryOut(project, state, {
          action: undo ? 'restored' : 'deprecated',
          name,
          version,
          tag,
          message: reason === '' ? words : `${words}\n\n${reason}`,
          data: { reason },
          title: `${undo ? 'Restore' : 'Deprecate'} ${name} ${version}`,
        });
      });
    },
  };
}
