import { Link } from '@tanstack/react-router';
import type { ModelDefinition, VersionDiff } from '../../../shared/contract/models.ts';
import { diffSearch, shortHash, sideOfUse } from '../../lib/data-links.ts';
import { formatBytes } from '../../lib/format.ts';
import { keyCell, numberCell, TableBox } from '../section.tsx';
import { Chip } from './marks.tsx';

type Props = {
  project: string;
  data: ModelDefinition['data'];
  /** Against the other version; null without one. */
  diff: VersionDiff | null;
  /** The other version as a link says it: `champion 1.2.0`. */
  rival: string | null;
};

const TONES = { same: 'muted', added: 'accent', removed: 'warn', changed: 'warn' } as const;

/** The data that a version was made of, each a click away from its bytes and from what differs to the other version's. */
export function DataTable({ project, data, diff, rival }: Props) {
  return (
    <TableBox>
      <thead>
        <tr>
          <th>Path</th>
          <th>Version</th>
          <th style={{ textAlign: 'right' }}>Size</th>
          {rival ? <th>Against {rival}</th> : null}
        </tr>
      </thead>
      <tbody>
        {data.map((one) => {
          const side = sideOfUse(one);
          return (
            <tr key={`${one.path} ${one.role}`}>
              <td>
                {side?.kind === 'version' ? (
                  <Link
                    to="/p/$project/data"
                    params={{ project }}
                    search={{ path: one.path, rev: side.rev ?? undefined, tab: 'preview' }}
                  >
                    {one.path}
                  </Link>
                ) : (
                  one.path
                )}{' '}
                <span className={keyCell}>{one.role}</span>
              </td>
              <td title={one.hash ?? 'No hash was recorded'}>{one.version ?? shortHash(one.hash)}</td>
              <td className={numberCell}>{one.size === null ? '' : formatBytes(one.size)}</td>
              {rival ? (
                <td>
                  <DataChange project={project} path={one.path} diff={diff} />
                </td>
              ) : null}
            </tr>
          );
        })}
        {(diff?.data ?? [])
          .filter((one) => one.change === 'removed' && rival)
          .map((one) => (
            <tr key={one.path}>
              <td className={keyCell}>{one.path}</td>
              <td />
              <td />
              <td>
                <Chip tone="warn">only there</Chip>
              </td>
            </tr>
          ))}
      </tbody>
    </TableBox>
  );
}

function DataChange({ project, path, diff }: { project: string; path: string; diff: VersionDiff | null }) {
  const change = diff?.data.find((one) => one.path === path);
  if (!change) return null;
  if (change.change === 'same') return <Chip>the same</Chip>;
  const [before, after] = [change.from, change.to].map((one) =>
    one ? sideOfUse({ path, role: null, size: null, ...one }) : null,
  );
  return (
    <>
      <Chip tone={TONES[change.change]}>{change.change === 'added' ? 'only here' : change.change}</Chip>{' '}
      {before && after ? (
        <Link to="/p/$project/diff" params={{ project }} search={diffSearch(before, after)}>
          What changed
        </Link>
      ) : null}
    </>
  );
}
