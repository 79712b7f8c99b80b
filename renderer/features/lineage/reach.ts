import type { Lineage } from '../../../shared/contract/models.ts';

/** Everything that a node was made from and everything that was made from it, itself included. Pure. */
export function reachOf({ edges }: Pick<Lineage, 'edges'>, id: string): Set<string> {
  const reached = new Set([id]);
  walk(id, neighbours(edges, 'to', 'from'), reached);
  walk(id, neighbours(edges, 'from', 'to'), reached);
  return reached;
}

type Edge = Lineage['edges'][number];

function neighbours(edges: readonly Edge[], at: 'from' | 'to', to: 'from' | 'to'): Map<string, string[]> {
  const all = new Map<string, string[]>();
  for (const edge of edges) all.set(edge[at], [...(all.get(edge[at]) ?? []), edge[to]]);
  return all;
}

/** The walk keeps its own list of what it has seen: a node reached upstream must still be left downstream. */
function walk(start: string, next: Map<string, string[]>, reached: Set<string>): void {
  const seen = new Set([start]);
  const waiting = [start];
  for (let id = waiting.pop(); id !== undefined; id = waiting.pop()) {
    for (const other of next.get(id) ?? []) {
      if (seen.has(other)) continue;
      seen.add(other);
      reached.add(other);
      waiting.push(other);
    }
  }
}
