import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type Watch, watchEntries, watchTree } from '../../platform/watch.ts';
import { findGitTop } from '../datasets/repo-files.ts';
import { modelsFolder } from './layout.ts';

/** Several changes that come together, a pull for one, are told once. */
const TOGETHER_MS = 200;

/**
 * Tells when somebody else changed the registry of a project: `git pull`, gto, another Assay. Where nothing can be watched a list is still
 * right, as it looks at the files whenever it is asked.
 */
export function createModelWatches(changed: (project: string) => void) {
  const watched = new Map<string, { path: string; watch: Promise<Watch | null> }[]>();
  const waiting = new Map<string, NodeJS.Timeout>();
  let closed = false;

  const tell = (project: string): void => {
    if (waiting.has(project) || closed) return;
    waiting.set(
      project,
      setTimeout(() => {
        waiting.delete(project);
        changed(project);
      }, TOGETHER_MS).unref(),
    );
  };

  return {
    /**
     * Watches what of the project's registry is there; asked again with every list, as its folder may just have been made. Resolves when that
     * has begun, so that what is read afterwards misses nothing.
     */
    async follow(project: string, root: string): Promise<void> {
      if (closed) return;
      const own = watched.get(project) ?? [];
      watched.set(project, own);
      const add = (path: string, start: () => Promise<Watch>): void => {
        if (own.some((one) => one.path === path) || !existsSync(path)) return;
        own.push({ path, watch: start().catch(() => null) });
      };
      const models = modelsFolder(root);
      const forget = (path: string) => (): void => {
        watched.set(
          project,
          (watched.get(project) ?? []).filter((one) => one.path !== path),
        );
      };
      add(models, () => watchTree(models, () => tell(project), forget(models)));
      const top = findGitTop(root);
      if (top === null) return;
      // tags that are packed, and those that are files of their own
      const tags = join(top, '.git', 'refs', 'tags');
      add(tags, async () => watchEntries(tags, () => tell(project), forget(tags)));
    },
    async dispose(): Promise<void> {
      closed = true;
      for (const timer of waiting.values()) clearTimeout(timer);
      const all = [...watched.values()].flat();
      watched.clear();
      for (const { watch } of all) await (await watch)?.close().catch(() => undefined);
    },
  };
}
