import { Button, CloseButton, UnstyledButton } from '@mantine/core';
import { IconAlertTriangle, IconFocusCentered } from '@tabler/icons-react';
import type { Lineage, LineageNode } from '../../../shared/contract/models.ts';
import { plural } from '../../lib/format.ts';
import { KIND_WORDS } from './graph.ts';
import { KIND_ICONS } from './lineage-node.tsx';
import classes from './lineage-page.module.css';
import { NodeLink } from './node-link.tsx';
import type { LineageFocus } from './use-lineage-place.ts';

type Props = {
  project: string;
  node: LineageNode;
  lineage: Lineage;
  onClose: () => void;
  onSelect: (id: string) => void;
  onFocus: (focus: LineageFocus) => void;
};

/** The selected node: what it is, what it was made from, what was made from it, and the way to its page. */
export function NodePanel({ project, node, lineage, onClose, onSelect, onFocus }: Props) {
  const find = (id: string): LineageNode[] => lineage.nodes.filter((one) => one.id === id);
  const from = lineage.edges.filter((edge) => edge.to === node.id).flatMap((edge) => find(edge.from));
  const into = lineage.edges.filter((edge) => edge.from === node.id).flatMap((edge) => find(edge.to));
  const focus = focusOf(node);
  return (
    <aside className={classes.panel} aria-label={`${KIND_WORDS[node.kind]} ${node.title}`}>
      <div className={classes.panelHead}>
        <span className={classes.nodeIcon} data-kind={node.kind}>
          {KIND_ICONS[node.kind]}
        </span>
        <span className={classes.panelKind}>{KIND_WORDS[node.kind]}</span>
        <CloseButton size="sm" aria-label="Close" onClick={onClose} />
      </div>
      <h2 className={classes.panelTitle}>{node.title}</h2>
      <p className={classes.panelSub}>{node.subtitle}</p>
      {node.problem ? (
        <p className={classes.panelProblem}>
          <IconAlertTriangle size={14} /> {node.problem}
        </p>
      ) : null}
      <div className={classes.panelActions}>
        <NodeLink project={project} node={node} className={classes.open}>
          Open
        </NodeLink>
        {focus ? (
          <Button
            variant="default"
            size="compact-sm"
            leftSection={<IconFocusCentered size={14} />}
            onClick={() => onFocus(focus)}
          >
            Only what belongs to it
          </Button>
        ) : null}
      </div>
      <Neighbours title="Made from" nodes={from} onSelect={onSelect} />
      <Neighbours title="Led to" nodes={into} onSelect={onSelect} />
    </aside>
  );
}

function Neighbours({
  title,
  nodes,
  onSelect,
}: {
  title: string;
  nodes: LineageNode[];
  onSelect: (id: string) => void;
}) {
  if (nodes.length === 0) return null;
  return (
    <section>
      <h3 className={classes.panelSection}>
        {title} <span>{plural(nodes.length, 'item')}</span>
      </h3>
      {nodes.slice(0, 50).map((node) => (
        <UnstyledButton key={node.id} className={classes.neighbour} onClick={() => onSelect(node.id)}>
          <span className={classes.nodeIcon} data-kind={node.kind}>
            {KIND_ICONS[node.kind]}
          </span>
          <span className={classes.nodeText}>
            <span className={classes.nodeTitle}>{node.title}</span>
            <span className={classes.nodeSub}>{node.subtitle}</span>
          </span>
        </UnstyledButton>
      ))}
    </section>
  );
}

function focusOf({ kind, ref }: LineageNode): LineageFocus | null {
  if (kind === 'model' && ref.name && ref.version) return { name: ref.name, version: ref.version };
  if (kind === 'run' && ref.run) return { run: ref.run };
  if (kind === 'data' && ref.path && ref.hash) return { data: { path: ref.path, hash: ref.hash } };
  return null;
}
