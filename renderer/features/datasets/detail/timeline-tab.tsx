import { Button } from '@mantine/core';
import { IconArrowsDiff } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import type { Dataset, DatasetVersion } from '../../../../shared/contract/datasets.ts';
import type { DataSide } from '../../../../shared/contract/tables.ts';
import { api } from '../../../lib/client.ts';
import { diffSearch } from '../../../lib/data-links.ts';
import { plural } from '../../../lib/format.ts';
import { EmptyState } from '../../../ui/empty-state.tsx';
import { ErrorState } from '../../../ui/error-state.tsx';
import { LoadingRows } from '../../../ui/loading.tsx';
import { useDatasetsStore } from '../datasets-store.ts';
import type { DatasetCommands } from '../use-dataset-commands.ts';
import classes from './detail.module.css';
import { chosenPair, toggleChosen, WORKING } from './timeline-choice.ts';
import { VersionRow, WorkingRow } from './version-row.tsx';

type Props = { project: string; dataset: Dataset; commands: DatasetCommands };

/** The versions of a dataset over the history of git, newest first; any two can be compared. */
export function TimelineTab({ project, dataset, commands }: Props) {
  const { path } = dataset;
  const query = useQuery(api.datasets.history.queryOptions({ input: { project, path } }));
  const [chosen, setChosen] = useState<readonly string[]>([]);
  const open = useDatasetsStore((store) => store.open);

  if (query.error)
    return (
      <ErrorState error={query.error} title="The history could not be read" onRetry={() => void query.refetch()} />
    );
  if (!query.data) return <LoadingRows rows={8} height={40} />;
  const versions = query.data;
  if (versions.length === 0)
    return (
      <EmptyState
        title="No version is committed yet"
        action={
          dataset.uncommitted ? (
            <Button onClick={() => open({ kind: 'commit', paths: [path] })}>Commit …</Button>
          ) : undefined
        }
      >
        Versions are found in the commits of git. Commit the record of this dataset, and its timeline begins here.
      </EmptyState>
    );
  const most = {
    size: Math.max(1, ...versions.map((one) => one.size ?? 0)),
    rows: Math.max(1, ...versions.map((one) => one.rows ?? 0)),
  };
  const pair = chosenPair(
    chosen,
    versions.map((one) => one.commit),
  );
  const toggle = (id: string): void => setChosen((before) => toggleChosen(before, id));
  return (
    <>
      <div className={classes.bar}>
        <span className={classes.muted}>
          {pair ? 'The older one is "before".' : `${plural(versions.length, 'version')}. Select two to compare them.`}
        </span>
        <span className={classes.space} />
        {chosen.length > 0 ? (
          <Button variant="subtle" color="gray" onClick={() => setChosen([])}>
            Clear
          </Button>
        ) : null}
        <Button
          leftSection={<IconArrowsDiff size={14} />}
          disabled={!pair}
          renderRoot={
            pair
              ? (props) => (
                  <Link
                    {...props}
                    to="/p/$project/diff"
                    params={{ project }}
                    search={diffSearch(sideOf(path, pair[0]), sideOf(path, pair[1]))}
                  />
                )
              : undefined
          }
        >
          Compare
        </Button>
      </div>
      <WorkingRow
        dataset={dataset}
        checked={chosen.includes(WORKING)}
        onCheck={() => toggle(WORKING)}
        project={project}
      />
      {versions.map((version, i) => (
        <VersionRow
          key={version.commit}
          project={project}
          dataset={dataset}
          version={version}
          previous={versions.slice(i + 1).find((one) => one.hash !== null)}
          most={most}
          checked={chosen.includes(version.commit)}
          onCheck={() => toggle(version.commit)}
          onTag={() => open({ kind: 'tag', path, commit: version.commit })}
          commands={commands}
        />
      ))}
    </>
  );
}

/** A line of the timeline as a side of a comparison. */
export function sideOf(path: string, id: string | DatasetVersion): DataSide {
  if (typeof id !== 'string') return { kind: 'version', path, rev: id.commit };
  return { kind: 'version', path, rev: id === WORKING ? null : id };
}
