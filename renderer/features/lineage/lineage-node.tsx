import {
  IconAlertTriangle,
  IconCloudCheck,
  IconCube,
  IconDatabase,
  IconGitCommit,
  IconListDetails,
} from '@tabler/icons-react';
import { Handle, type NodeProps, Position } from '@xyflow/react';
import type { LineageNode as Content } from '../../../shared/contract/models.ts';
import type { Placed } from './graph.ts';
import classes from './lineage-page.module.css';

const ICON = { size: 18, stroke: 1.6 };

export const KIND_ICONS: Record<Content['kind'], React.ReactNode> = {
  data: <IconDatabase {...ICON} />,
  code: <IconGitCommit {...ICON} />,
  run: <IconListDetails {...ICON} />,
  model: <IconCube {...ICON} />,
  receipt: <IconCloudCheck {...ICON} />,
};

/** A box of the graph: what it is, what it is called, and whether something is wrong with it. */
export function LineageNode({ data: { node }, selected }: NodeProps<Placed>) {
  return (
    <div className={classes.node} data-kind={node.kind} data-selected={selected || undefined} title={node.title}>
      <Handle type="target" position={Position.Left} className={classes.handle} isConnectable={false} />
      <span className={classes.nodeIcon}>{KIND_ICONS[node.kind]}</span>
      <span className={classes.nodeText}>
        <span className={classes.nodeTitle}>{node.title}</span>
        <span className={classes.nodeSub}>{node.subtitle}</span>
      </span>
      {node.problem ? <IconAlertTriangle size={15} className={classes.nodeProblem} aria-label={node.problem} /> : null}
      <Handle type="source" position={Position.Right} className={classes.handle} isConnectable={false} />
    </div>
  );
}
