import type { TreeNode } from '../../../../shared/contract/diffs.ts';

/** What changed below a node, as `+2 −1 ~4 →1`; '' for nothing. */
export function treeCounts({ files }: Pick<TreeNode, 'files'>): string {
  return (
    [
      [files.added, '+'],
      [files.removed, '−'],
      [files.changed, '~'],
      [files.renamed, '→'],
    ] as const
  )
    .filter(([count]) => count > 0)
    .map(([count, mark]) => `${mark}${count.toLocaleString('en-US')}`)
    .join(' ');
}

/** The folders on the way to a path, the outermost first: `a/b/c` gives `a`, `a/b`, `a/b/c`; '' gives none. */
export function pathSteps(path: string): string[] {
  const parts = path.split('/').filter(Boolean);
  return parts.map((_, at) => parts.slice(0, at + 1).join('/'));
}

/** Where on the way from before (0) to after (1) a node's changed bytes lie: removed ones at 0, added ones at 1, changed ones between. */
export function tone({ files }: Pick<TreeNode, 'files'>): number {
  const all = files.added + files.removed + files.changed;
  return all === 0 ? 0.5 : (files.added + 0.5 * files.changed) / all;
}
