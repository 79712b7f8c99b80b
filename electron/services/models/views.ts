import { join } from 'node:path';
import type { Finding } from '../../../shared/contract/models.ts';
import { AppError, messageOf } from '../../../shared/errors.ts';
import type { Db } from '../../db/open.ts';
import type { AuditService } from '../audit/service.ts';
import type { AllDatasets } from '../datasets/with-lfs.ts';
import type { Events } from '../events.ts';
import type { GitService } from '../git/service.ts';
import { receiptsOf } from '../targets/receipts.ts';
import { createCards } from './card/service.ts';
import { createCardState } from './card/state.ts';
import { createVersionDiffs } from './diff/service.ts';
import type { Facts } from './facts.ts';
import { cardPath } from './layout.ts';
import { bareHash } from './lineage/graph.ts';
import { createLineages } from './lineage/service.ts';
import type { ModelsService } from './service.ts';

/** Cards, differences and lineage over one registry. */
export function createModelViews({
  models,
  projects,
  git,
  audit,
  facts,
  datasets,
  events,
}: {
  models: ModelsService;
  projects: { get(id: string): { readonly root: string; readonly db: Db } };
  git: GitService;
  audit: AuditService;
  facts: Facts;
  datasets: Pick<AllDatasets, 'log'>;
  events: Events;
}) {
  const rootOf = (project: string): string => projects.get(project).root;
  const cards = createCards({
    registry: models,
    rootOf,
    ...createCardState({ registry: models, rootOf, facts, events: audit.events }),
    async recorded(project, name, version, { sha256, again }) {
      const event = { action: 'described' as const, model: name, version, data: { card: sha256 } };
      const { files } = await audit.append(project, event, { once: again });
      events.changed('models', project, [name]);
      return files;
    },
  });
  facts.add({
    verify: async (project, { name, version }): Promise<Finding[]> => {
      const where = cardPath(name, version);
      try {
        const { stale } = await cards.card(project, name, version);
        return stale.map((message) => ({ severity: 'warning', kind: 'card', where, message }));
      } catch (error) {
        return [{ severity: 'error', kind: 'card', where, message: messageOf(error) }];
      }
    },
  });
  const diffs = createVersionDiffs({ registry: models, rootOf, git, cards });
  const lineages = createLineages({
    registry: models,
    projects,
    receipts: receiptsOf,
    async recorded(project, path) {
      try {
        const versions = await datasets.log({ project, path: join(rootOf(project), path) });
        return new Set(versions.flatMap(({ hash }) => (hash === null ? [] : [bareHash(hash)])));
      } catch (error) {
        // a path that is no dataset (any more) has no version; what could not be looked up says nothing
        return error instanceof AppError && error.code === 'NOT_FOUND' ? new Set<string>() : null;
      }
    },
    hasCommit: async (project, commit) => (await git.commitInfo(rootOf(project), commit)) !== null,
  });
  return { cards, diffs, lineages };
}
