import { UnstyledButton } from '@mantine/core';
import { IconChevronRight } from '@tabler/icons-react';
import { useState } from 'react';
import { written } from '../../../../shared/exact-json.ts';
import { formatCount } from '../../../lib/format.ts';
import classes from './inspector.module.css';
import type { JsonNode } from './json-diff.ts';

const SHOWN = 200;
const TEXT_MOST = 400;

/** Two JSON values as one tree; what did not change is folded. */
export function JsonDiffTree({ node }: { node: JsonNode }) {
  return (
    <div className={classes.tree}>
      <Node node={node} />
    </div>
  );
}

function Node({ node }: { node: JsonNode }) {
  const name = node.key === null ? null : <span className={classes.jsonKey}>{node.key}: </span>;
  if (node.children) return <Branch node={node} name={name} />;
  return (
    <div className={classes.jsonLeaf} data-status={node.status}>
      {name}
      {node.status === 'removed' || node.status === 'changed' ? <del>{brief(node.old)}</del> : null}
      {node.status === 'changed' ? <span aria-hidden> → </span> : null}
      {node.status === 'added' || node.status === 'changed' ? <ins>{brief(node.now)}</ins> : null}
      {node.status === 'same' ? brief(node.now) : null}
    </div>
  );
}

function Branch({ node, name }: { node: JsonNode; name: React.ReactNode }) {
  const [open, setOpen] = useState(node.changes > 0);
  const [shown, setShown] = useState(SHOWN);
  const children = node.children ?? [];
  const [before, after] = node.list ? ['[', ']'] : ['{', '}'];
  return (
    <div>
      <UnstyledButton className={classes.jsonBranch} aria-expanded={open} onClick={() => setOpen(!open)}>
        <IconChevronRight size={12} className={classes.chevron} data-open={open || undefined} aria-hidden />
        {name}
        {open ? before : `${before} ${formatCount(children.length)} ${after}`}
        {node.changes > 0 && !open ? <span className={classes.type}> {formatCount(node.changes)} changed</span> : null}
      </UnstyledButton>
      {open ? (
        <>
          <div className={classes.jsonChildren}>
            {children.slice(0, shown).map((child) => (
              <Node key={child.key} node={child} />
            ))}
            {children.length > shown ? (
              <UnstyledButton className={classes.jsonMore} onClick={() => setShown(shown + SHOWN)}>
                show more ({formatCount(children.length - shown)} left)
              </UnstyledButton>
            ) : null}
          </div>
          {after}
        </>
      ) : null}
    </div>
  );
}

function brief(value: unknown): string {
  const text = written(value);
  return text.length > TEXT_MOST ? `${text.slice(0, TEXT_MOST)}…` : text;
}
