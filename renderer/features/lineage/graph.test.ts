import { expect, test } from 'vitest';
import type { Lineage } from '../../../shared/contract/models.ts';
import { NODE_HEIGHT, placed } from './graph.ts';

const node = (id: string, kind: Lineage['nodes'][number]['kind']) => ({
  id,
  kind,
  title: id,
  subtitle: '',
  ref: {},
  problem: null,
});

const lineage: Lineage = {
  nodes: [node('r', 'receipt'), node('m', 'model'), node('d1', 'data'), node('d2', 'data'), node('run', 'run')],
  edges: [
    { from: 'd1', to: 'run', label: 'train' },
    { from: 'd2', to: 'run', label: 'test' },
    { from: 'run', to: 'm', label: '' },
    { from: 'm', to: 'r', label: '' },
    { from: 'm', to: 'gone', label: '' },
  ],
  cut: null,
};

test('What was made from something stands to the right of it, and nothing lies upon another', () => {
  const { nodes } = placed(lineage);
  const at = new Map(nodes.map((one) => [one.id, one.position]));
  for (const { from, to } of lineage.edges.filter((edge) => edge.to !== 'gone'))
    expect(at.get(from)!.x).toBeLessThan(at.get(to)!.x);
  expect(Math.abs(at.get('d1')!.y - at.get('d2')!.y)).toBeGreaterThanOrEqual(NODE_HEIGHT);
});

test('An edge to a node that is not shown is not drawn', () => {
  expect(placed(lineage).edges.map((edge) => edge.id)).toEqual(['d1→run', 'd2→run', 'run→m', 'm→r']);
});
