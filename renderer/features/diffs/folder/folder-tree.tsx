import { UnstyledButton } from '@mantine/core';
import { IconChevronRight, IconFile, IconFolder } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { FolderDiff, TreeNode } from '../../../../shared/contract/diffs.ts';
import { api } from '../../../lib/client.ts';
import { errorText } from '../../../lib/errors.ts';
import { formatBytes, formatCount } from '../../../lib/format.ts';
import { LoadingRows } from '../../../ui/loading.tsx';
import type { ViewProps } from '../view-props.ts';
import classes from './folder.module.css';
import { STATUS_MARKS } from './folder-strip.tsx';
import { isOnBothSides, openEntry } from './open-entry.ts';
import { pathSteps, treeCounts } from './tree-rows.ts';

const SHOWN = 300;

/** Folders and files with what changed below them, the most changed bytes first. A click on a folder shows only what is in it. */
export function FolderTree(props: ViewProps<FolderDiff>) {
  const { place } = props;
  return (
    <nav className={classes.tree} aria-label="Folders">
      <UnstyledButton
        className={classes.node}
        data-chosen={!place.search.at || undefined}
        onClick={() => place.show({ at: undefined })}
      >
        <IconFolder size={15} aria-hidden />
        <span className={classes.nodeName}>Everything</span>
        <span className={classes.nodeCounts}>{treeCounts(props.diff)}</span>
      </UnstyledButton>
      <Level {...props} prefix="" depth={1} />
    </nav>
  );
}

function Level({ prefix, depth, ...props }: ViewProps<FolderDiff> & { prefix: string; depth: number }) {
  const { place, opened } = props;
  const [shown, setShown] = useState(SHOWN);
  const query = useQuery(
    api.diffs.tree.queryOptions({ input: { project: place.project, id: opened.id, prefix, depth: 1 } }),
  );
  if (query.error) return <p className={classes.note}>{errorText(query.error)}</p>;
  if (!query.data) return <LoadingRows rows={3} height={26} />;
  return (
    <>
      {query.data.slice(0, shown).map((node) => (
        <Node key={node.path} {...props} node={node} depth={depth} />
      ))}
      {query.data.length > shown ? (
        <UnstyledButton
          className={classes.more}
          style={{ paddingLeft: 12 + depth * 14 }}
          onClick={() => setShown(shown + 4 * SHOWN)}
        >
          show more ({formatCount(query.data.length - shown)} left)
        </UnstyledButton>
      ) : null}
    </>
  );
}

function Node({ node, depth, ...props }: ViewProps<FolderDiff> & { node: TreeNode; depth: number }) {
  const { place } = props;
  const at = place.search.at ?? '';
  const [open, setOpen] = useState(() => pathSteps(at).includes(node.path));
  const quiet = node.files.added + node.files.removed + node.files.changed + node.files.renamed === 0;
  if (!node.folder) {
    const status = node.status ?? 'unchanged';
    const both = isOnBothSides({ status });
    return (
      <UnstyledButton
        className={classes.node}
        data-status={status}
        data-quiet={quiet || undefined}
        style={{ paddingLeft: 12 + depth * 14 }}
        disabled={!both}
        title={node.renamedFrom ? `${node.path}, renamed from ${node.renamedFrom}` : `${node.path}, ${status}`}
        onClick={() => openEntry(place, { path: node.path, status, renamedFrom: node.renamedFrom })}
      >
        <IconFile size={14} aria-hidden />
        <span className={classes.nodeName}>{node.name}</span>
        <span className={classes.mark}>{status === 'unchanged' ? '' : STATUS_MARKS[status]}</span>
        <span className={classes.nodeBytes}>{formatBytes(Math.max(node.bytesBefore, node.bytesAfter))}</span>
      </UnstyledButton>
    );
  }
  return (
    <>
      <div
        className={classes.node}
        data-chosen={at === node.path || undefined}
        data-quiet={quiet || undefined}
        style={{ paddingLeft: depth * 14 }}
      >
        <UnstyledButton
          className={classes.fold}
          aria-expanded={open}
          aria-label={`${node.name}: ${open ? 'fold' : 'unfold'}`}
          onClick={() => setOpen(!open)}
        >
          <IconChevronRight size={13} className={classes.chevron} data-open={open || undefined} />
        </UnstyledButton>
        <UnstyledButton
          className={classes.nodeButton}
          title={node.path}
          onClick={() => {
            setOpen(true);
            place.show({ at: node.path });
          }}
        >
          <IconFolder size={15} aria-hidden />
          <span className={classes.nodeName}>{node.name}</span>
          <span className={classes.nodeCounts}>{treeCounts(node)}</span>
          <span className={classes.nodeBytes} title={`${formatBytes(node.bytesChanged)} changed`}>
            {node.bytesChanged > 0 ? formatBytes(node.bytesChanged) : ''}
          </span>
        </UnstyledButton>
      </div>
      {open ? <Level {...props} prefix={node.path} depth={depth + 1} /> : null}
    </>
  );
}
