import dagre from '@dagrejs/dagre';
import type { Edge, Node } from '@xyflow/react';
import type { Lineage, LineageNode } from '../../../shared/contract/models.ts';

export const NODE_WIDTH = 232;
export const NODE_HEIGHT = 60;

export type Placed = Node<{ node: LineageNode }, 'lineage'>;

/**
 * Places a lineage from left (data) to right (receipts), layer by layer (Sugiyama's method, by dagre), so that arrows only ever lead right.
 * The same lineage always gets the same places.
 */
export function placed({ nodes, edges }: Lineage): { nodes: Placed[]; edges: Edge[] } {
  const graph = new dagre.graphlib.Graph();
  graph.setGraph({ rankdir: 'LR', nodesep: 18, ranksep: 72, marginx: 16, marginy: 16 });
  graph.setDefaultEdgeLabel(() => ({}));
  const known = new Set(nodes.map((node) => node.id));
  for (const node of nodes) graph.setNode(node.id, { width: NODE_WIDTH, height: NODE_HEIGHT });
  const drawn = edges.filter((edge) => known.has(edge.from) && known.has(edge.to));
  for (const edge of drawn) graph.setEdge(edge.from, edge.to);
  dagre.layout(graph);
  return {
    nodes: nodes.map((node) => {
      const { x, y } = graph.node(node.id);
      return {
        id: node.id,
        type: 'lineage',
        position: { x: x - NODE_WIDTH / 2, y: y - NODE_HEIGHT / 2 },
        width: NODE_WIDTH,
        height: NODE_HEIGHT,
        data: { node },
        ariaLabel: `${KIND_WORDS[node.kind]} ${node.title}${node.problem ? `: ${node.problem}` : ''}`,
      };
    }),
    edges: drawn.map((edge) => ({
      id: `${edge.from}→${edge.to}`,
      source: edge.from,
      target: edge.to,
      ...(edge.label ? { data: { label: edge.label } } : {}),
      focusable: false,
      selectable: false,
    })),
  };
}

export const KIND_WORDS: Record<LineageNode['kind'], string> = {
  data: 'Data version',
  code: 'Commit',
  run: 'Run',
  model: 'Model version',
  receipt: 'Pushed to',
};
