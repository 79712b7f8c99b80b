import { implement } from '@orpc/server';
import { contract } from '../../../shared/contract/index.ts';
import type { FolderViews } from './folder-views.ts';

/** Binds what looks into folders and images of `contract.diffs`. */
export function folderHandlers(views: FolderViews) {
  const os = implement(contract.diffs);
  return {
    tree: os.tree.handler(({ input }) => views.tree(input)),
    entries: os.entries.handler(({ input, signal }) => views.entries(input, signal)),
    findSimilar: os.findSimilar.handler(({ input }) => views.findSimilar(input)),
    similar: os.similar.handler(({ input }) => views.similar(input)),
    image: os.image.handler(({ input, signal }) => views.image(input, signal)),
  };
}
