import '@xyflow/react/dist/base.css';
import { useComputedColorScheme } from '@mantine/core';
import { Background, Controls, MiniMap, ReactFlow, ReactFlowProvider, useReactFlow } from '@xyflow/react';
import { useEffect, useMemo, useRef } from 'react';
import type { Lineage } from '../../../shared/contract/models.ts';
import { placed } from './graph.ts';
import { LineageNode } from './lineage-node.tsx';
import classes from './lineage-page.module.css';
import { reachOf } from './reach.ts';

const TYPES = { lineage: LineageNode };
const MANY = 40;

type Props = { lineage: Lineage; selected: string | null; onSelect: (id: string | null) => void };

/** The graph, to be dragged, zoomed and walked by keyboard. What does not belong to the selected node steps back. */
export function LineageGraph(props: Props) {
  return (
    <ReactFlowProvider>
      <Graph {...props} />
    </ReactFlowProvider>
  );
}

function Graph({ lineage, selected, onSelect }: Props) {
  const scheme = useComputedColorScheme('light');
  const flow = useReactFlow();
  const graph = useMemo(() => placed(lineage), [lineage]);
  const reach = useMemo(() => (selected === null ? null : reachOf(lineage, selected)), [lineage, selected]);
  const dim = (ids: string[]): boolean => reach !== null && !ids.every((id) => reach.has(id));

  useEffect(() => {
    // a new lineage is shown as a whole; the old place means nothing in it
    if (graph.nodes.length > 0) void flow.fitView({ padding: 0.12, maxZoom: 1 });
  }, [graph, flow]);

  // the panel beside the graph takes room: a view that nobody chose is fitted anew, one that somebody did is left alone
  const moved = useRef(false);
  const beside = selected !== null;
  // biome-ignore lint/correctness/useExhaustiveDependencies: runs when the panel comes or goes
  useEffect(() => {
    // the graph learns its new size after the next layout
    let frame = requestAnimationFrame(() => {
      frame = requestAnimationFrame(() => {
        if (!moved.current) void flow.fitView({ padding: 0.12, maxZoom: 1, duration: 150 });
      });
    });
    return () => cancelAnimationFrame(frame);
  }, [beside, flow]);

  return (
    <ReactFlow
      nodes={graph.nodes.map((node) => ({
        ...node,
        selected: node.id === selected,
        className: dim([node.id]) ? classes.dim! : '',
      }))}
      edges={graph.edges.map((edge) => ({
        ...edge,
        className: dim([edge.source, edge.target]) ? classes.dim! : reach ? classes.lit! : '',
      }))}
      nodeTypes={TYPES}
      colorMode={scheme}
      nodesDraggable={false}
      nodesConnectable={false}
      edgesFocusable={false}
      deleteKeyCode={null}
      minZoom={0.05}
      maxZoom={1.6}
      fitView
      fitViewOptions={{ padding: 0.12, maxZoom: 1 }}
      onMove={(event) => {
        if (event) moved.current = true;
      }}
      onNodeClick={(_event, node) => onSelect(node.id)}
      onPaneClick={() => onSelect(null)}
      onSelectionChange={({ nodes }) => {
        const [only] = nodes;
        if (only && nodes.length === 1 && only.id !== selected) onSelect(only.id);
      }}
      proOptions={{ hideAttribution: true }}
      aria-label="Lineage graph"
    >
      <Background gap={24} size={1} />
      <Controls showInteractive={false} position="bottom-left" />
      {lineage.nodes.length > MANY ? <MiniMap pannable zoomable position="bottom-right" /> : null}
    </ReactFlow>
  );
}
