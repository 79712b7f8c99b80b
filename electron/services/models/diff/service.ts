import type { VersionDiff } from '../../../../shared/contract/models.ts';
import { messageOf } from '../../../../shared/errors.ts';
import type { GitService } from '../../git/service.ts';
import type { Cards } from '../card/service.ts';
import type { ModelRegistry } from '../ports.ts';
import { compareDefinitions } from './compare.ts';

const MAX_FILES = 200;
const MAX_TEXT = 1024 * 1024;

export type VersionDiffs = ReturnType<typeof createVersionDiffs>;

/** Two versions of a model side by side: numbers, params, packages, files, data, code and cards. */
export function createVersionDiffs(deps: {
  readonly registry: Pick<ModelRegistry, 'read'>;
  readonly rootOf: (project: string) => string;
  readonly git: Pick<GitService, 'commitDiff'>;
  readonly cards: Pick<Cards, 'card'>;
}) {
  /** The files that differ between the commits; without the registry's own, which differ by nature. */
  async function codeOf(project: string, from: string | null, to: string | null): Promise<VersionDiff['code']> {
    const none = (problem: string | null): VersionDiff['code'] => ({ from, to, files: [], problem });
    if (from === null || to === null)
      return none(
        `The ${from === null ? 'first' : 'second'} version has no commit recorded: its code cannot be compared.`,
      );
    if (from === to) return none(null);
    try {
      const limits = { files: MAX_FILES, bytes: MAX_TEXT, without: ['models'] };
      const { files, total, missing } = await deps.git.commitDiff(deps.rootOf(project), from, to, limits);
      if (missing !== null)
        return none(
          `This repository does not have the commit ${missing.slice(0, 8)}. Fetch it with git to compare the code.`,
        );
      const problem = total > files.length ? `${total} files differ; the first ${files.length} are shown.` : null;
      return { from, to, files: [...files], problem };
    } catch (error) {
      return none(`The code cannot be compared: ${messageOf(error)}`);
    }
  }

  const cardOf = async (project: string, name: string, version: string): Promise<string | null> => {
    // a card that cannot be read says so on its own page
    const card = await deps.cards.card(project, name, version).catch(() => null);
    return card?.written ? card.markdown : null;
  };

  return {
    /** @throws AppError NOT_FOUND */
    async diff(project: string, name: string, from: string, to: string): Promise<VersionDiff> {
      const [a, b] = await Promise.all([
        deps.registry.read(project, name, from),
        deps.registry.read(project, name, to),
      ]);
      const [code, cardFrom, cardTo] = await Promise.all([
        codeOf(project, a.definition.code?.commit ?? null, b.definition.code?.commit ?? null),
        cardOf(project, name, from),
        cardOf(project, name, to),
      ]);
      return {
        from,
        to,
        ...compareDefinitions(a.definition, b.definition),
        code,
        card: { from: cardFrom, to: cardTo },
      };
    },
  };
}
