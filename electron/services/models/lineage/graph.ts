import type { z } from 'zod';
import type { Lineage, LineageNode } from '../../../../shared/contract/models.ts';

type Node = z.infer<typeof LineageNode>;

export const MAX_NODES = 500;

/** A lineage while it grows: every node and edge once, up to the limit. */
export type Graph = {
  /** False when there was no room for it. */
  add(node: Node): boolean;
  /** Draws an edge when both ends are there. */
  link(from: string, to: string, label?: string): void;
  has(id: string): boolean;
  readonly full: boolean;
  done(): Lineage;
};

export function createGraph(limit = MAX_NODES): Graph {
  const nodes = new Map<string, Node>();
  const edges = new Map<string, Lineage['edges'][number]>();
  let left = 0;
  return {
    add(node) {
      const there = nodes.get(node.id);
      if (there) {
        if (there.problem === null && node.problem !== null) nodes.set(node.id, { ...there, problem: node.problem });
        return true;
      }
      if (nodes.size >= limit) {
        left++;
        return false;
      }
      nodes.set(node.id, node);
      return true;
    },
    link(from, to, label = '') {
      if (nodes.has(from) && nodes.has(to)) edges.set(`${from}\n${to}`, { from, to, label });
    },
    has: (id) => nodes.has(id),
    get full() {
      return nodes.size >= limit;
    },
    done: () => ({
      nodes: [...nodes.values()],
      edges: [...edges.values()],
      cut:
        left > 0
          ? `Only ${limit} things are shown, those of the newest versions first. Choose a model or a version to see the rest.`
          : null,
    }),
  };
}

/** The same version of data under the names that its keepers give it. */
export const bareHash = (hash: string): string => hash.replace(/^(md5|sha256):/, '');

export const ids = {
  data: (path: string, hash: string | null): string => `data:${path}@${hash === null ? '?' : bareHash(hash)}`,
  code: (commit: string): string => `code:${commit}`,
  run: (id: string): string => `run:${id}`,
  model: (name: string, version: string): string => `model:${name}@${version}`,
  receipt: (name: string, version: string, target: string): string => `receipt:${name}@${version}:${target}`,
};
