import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import type { LineageNode } from '../../../shared/contract/models.ts';

type Props = { project: string; node: LineageNode; className: string | undefined; children: ReactNode };

/** The way from a node to its own page; plain text where there is none. */
export function NodeLink({ project, node, className, children }: Props) {
  const { ref } = node;
  if (node.kind === 'run' && ref.run)
    return (
      <Link to="/p/$project/runs/$run" params={{ project, run: ref.run }} className={className}>
        {children}
      </Link>
    );
  if ((node.kind === 'model' || node.kind === 'receipt') && ref.name && ref.version)
    return (
      <Link
        to="/p/$project/models/$name/$version"
        params={{ project, name: ref.name, version: ref.version }}
        search={node.kind === 'receipt' ? { tab: 'receipts' } : {}}
        className={className}
      >
        {children}
      </Link>
    );
  if (node.kind === 'data' && ref.path)
    return (
      <Link to="/p/$project/data" params={{ project }} search={{ path: ref.path }} className={className}>
        {children}
      </Link>
    );
  return null;
}
