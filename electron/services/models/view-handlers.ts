import { implement } from '@orpc/server';
import { contract } from '../../../shared/contract/index.ts';
import type { Cards } from './card/service.ts';
import type { VersionDiffs } from './diff/service.ts';
import type { Lineages } from './lineage/service.ts';

/** Binds what of `contract.models` looks at versions: cards, differences, lineage. */
export function modelViewsHandlers({
  cards,
  diffs,
  lineages,
}: {
  cards: Cards;
  diffs: VersionDiffs;
  lineages: Lineages;
}) {
  const os = implement(contract.models);
  return {
    card: os.card.handler(({ input }) => cards.card(input.project, input.name, input.version)),
    writeCard: os.writeCard.handler(({ input }) =>
      cards.writeCard(input.project, input.name, input.version, input.sections),
    ),
    diff: os.diff.handler(({ input }) => diffs.diff(input.project, input.name, input.from, input.to)),
    lineage: os.lineage.handler(({ input: { project, ...focus } }) => lineages.lineage(project, focus)),
  };
}
