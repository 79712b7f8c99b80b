import { globSync, statSync } from 'node:fs';
import { join } from 'node:path';

export type Plan =
  | { readonly how: 'desktop' }
  | { readonly how: 'fetch' }
  /** `why` is the one line that a person reads */
  | { readonly how: 'browser'; readonly why: string };

/** What `npm start` does, from what is there. */
export function startPlan(found: {
  browserWanted: boolean;
  display: boolean;
  installed: boolean;
  fetchFailed: boolean;
}): Plan {
  if (found.browserWanted) return { how: 'browser', why: 'Serving to the browser, as asked.' };
  if (!found.display) return { how: 'browser', why: 'No display here, so Assay is served to a browser.' };
  if (found.installed) return { how: 'desktop' };
  if (found.fetchFailed) {
    return {
      how: 'browser',
      why: 'Electron could not be fetched, so Assay is served to the browser ("npx install-electron" tries again).',
    };
  }
  return { how: 'fetch' };
}

/** True when something was built from other sources than those that are there: it is missing, or a source is newer. */
export function isStale(built: string, root: string, sources: readonly string[]): boolean {
  const builtAt = statSync(built, { throwIfNoEntry: false })?.mtimeMs;
  if (builtAt === undefined) return true;
  return sources
    .flatMap((pattern) => globSync(pattern, { cwd: root }))
    .some((path) => (statSync(join(root, path), { throwIfNoEntry: false })?.mtimeMs ?? 0) > builtAt);
}
