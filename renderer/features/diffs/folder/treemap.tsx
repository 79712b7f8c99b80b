import { Breadcrumbs, UnstyledButton } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import type { FolderDiff } from '../../../../shared/contract/diffs.ts';
import { treemapFigure, withRests } from '../../../charts/figures/treemap.ts';
import { Plot } from '../../../charts/plot.tsx';
import { useChartTheme } from '../../../charts/use-chart-theme.ts';
import { api } from '../../../lib/client.ts';
import { EmptyState } from '../../../ui/empty-state.tsx';
import { ErrorState } from '../../../ui/error-state.tsx';
import { LoadingBox } from '../../../ui/loading.tsx';
import { baseName } from '../side-words.ts';
import type { ViewProps } from '../view-props.ts';
import classes from './folder.module.css';
import { openEntry } from './open-entry.ts';
import { pathSteps, tone, treeCounts } from './tree-rows.ts';

const DEPTH = 3;
/** More boxes than this would be too small to see. */
const MOST = 600;

/** Folders and files as areas of changed bytes. A click on a folder goes into it, a click on a file opens its comparison. */
export function Treemap({ place, opened }: ViewProps<FolderDiff>) {
  const theme = useChartTheme();
  const prefix = place.search.at ?? '';
  const query = useQuery(
    api.diffs.tree.queryOptions({ input: { project: place.project, id: opened.id, prefix, depth: DEPTH } }),
  );
  const nodes = useMemo(
    () =>
      [...(query.data ?? [])]
        .filter((node) => node.bytesChanged > 0)
        .sort((a, b) => b.bytesChanged - a.bytesChanged)
        .slice(0, MOST),
    [query.data],
  );
  const figure = useMemo(() => {
    const parentOf = (path: string): string => path.slice(0, Math.max(0, path.lastIndexOf('/')));
    const top = nodes.filter((node) => parentOf(node.path) === prefix);
    const boxes = nodes.map((node) => ({
      path: node.path,
      parent: parentOf(node.path),
      name: node.name,
      size: node.bytesChanged,
      tone: tone(node),
      detail: node.folder ? treeCounts(node) : (node.status ?? ''),
    }));
    return treemapFigure(
      {
        path: prefix,
        name: prefix === '' ? opened.after.name : baseName(prefix),
        size: top.reduce((sum, node) => sum + node.bytesChanged, 0),
      },
      withRests(boxes),
      theme,
    );
  }, [nodes, prefix, opened.after.name, theme]);
  if (query.error) return <ErrorState error={query.error} onRetry={() => void query.refetch()} />;
  if (!query.data) return <LoadingBox height="100%" />;
  return (
    <div className={classes.treemap}>
      <div className={classes.crumbs}>
        <Breadcrumbs separatorMargin={6}>
          <UnstyledButton onClick={() => place.show({ at: undefined })}>{opened.after.name}</UnstyledButton>
          {pathSteps(prefix).map((step) => (
            <UnstyledButton key={step} onClick={() => place.show({ at: step })}>
              {baseName(step)}
            </UnstyledButton>
          ))}
        </Breadcrumbs>
        <span className={classes.space} />
        <span className={classes.legend}>
          <span data-tone="before">removed</span>
          <span data-tone="between">changed</span>
          <span data-tone="after">added</span>
        </span>
      </div>
      <div className={classes.treemapPlot}>
        {nodes.length === 0 ? (
          <EmptyState title="No byte changed here" />
        ) : (
          <Plot
            figure={figure}
            label="Changed bytes by folder"
            onBox={(id) => {
              const node = nodes.find((one) => `/${one.path}` === id);
              if (node?.folder) place.show({ at: node.path });
              else if (node?.status)
                openEntry(place, { path: node.path, status: node.status, renamedFrom: node.renamedFrom });
            }}
          />
        )}
      </div>
    </div>
  );
}
