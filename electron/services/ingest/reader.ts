import type { IndexKeeper } from '../projects/service.ts';
import { openIndexSession } from './index-session.ts';

/** Keeps indexes up to date only when asked, in this very thread: for the terminal, which asks once and ends. */
export function createReader(): IndexKeeper {
  return {
    attach({ root, indexPath }, onReplaced) {
      const index = openIndexSession(root, indexPath, onReplaced);
      const touched = new Set<string>();
      return {
        async sync() {
          for (const run of touched) await index.guarded(({ ingester }) => ingester.ingest(run));
          touched.clear();
          await index.catchUp();
        },
        touch: (run) => void touched.add(run),
        dispose: () => Promise.resolve(index.close()),
      };
    },
  };
}
