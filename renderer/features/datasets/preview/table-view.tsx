import { Button } from '@mantine/core';
import { useState } from 'react';
import type { DataSide } from '../../../../shared/contract/tables.ts';
import { writeSide } from '../../../../shared/data-side.ts';
import { errorText } from '../../../lib/errors.ts';
import { EmptyState } from '../../../ui/empty-state.tsx';
import { ErrorState } from '../../../ui/error-state.tsx';
import { LoadingRows } from '../../../ui/loading.tsx';
import { readTableSort, writeTableSort } from '../data-search.ts';
import type { DataPlace } from '../use-data-place.ts';
import { useDatasetCommands } from '../use-dataset-commands.ts';
import { ConditionBar } from './condition-bar.tsx';
import classes from './table.module.css';
import { TableGrid } from './table-grid.tsx';
import { andCondition } from './types-in-words.ts';
import { type GridState, useTableInfo } from './use-table.ts';

type Props = { place: DataPlace; side: DataSide };

const NOTHING: GridState = { total: undefined, busy: false, error: null };

/** A table of any size: a condition, a search, profiles of its columns, and its rows. */
export function TableView({ place, side }: Props) {
  const { project, search, go } = place;
  const info = useTableInfo(project, side);
  const [state, setState] = useState<GridState>(NOTHING);
  const commands = useDatasetCommands(project);
  if (info.error) {
    const missing = missingVersion(info.error);
    return (
      <ErrorState
        error={info.error}
        title="The table could not be opened"
        onRetry={() => void info.refetch()}
        action={
          missing ? <Button onClick={() => void commands.fetch(missing.path, missing.rev)}>Fetch it</Button> : null
        }
      />
    );
  }
  if (!info.data) return <LoadingRows rows={14} height={26} />;
  const { rows, columns, findings, bytes } = info.data;
  const where = search.where ?? '';
  const q = search.q ?? '';
  const sort = readTableSort(search.sort);
  const known = sort && columns.some((column) => column.name === sort.column) ? sort : null;
  const setWhere = (next: string): void => go({ where: next === '' ? undefined : next }, true);
  const clear = (): void => go({ where: undefined, q: undefined }, true);
  const refused = state.error !== null && isAboutCondition(state.error) ? errorText(state.error) : null;
  return (
    <div className={classes.view}>
      <ConditionBar
        where={where}
        search={q}
        problem={refused}
        total={state.total}
        rows={rows}
        columns={columns.length}
        busy={state.busy}
        onWhere={setWhere}
        onSearch={(next) => go({ q: next === '' ? undefined : next }, true)}
      />
      {findings.length > 0 ? (
        <div className={classes.findings} role="note" aria-label="About this file">
          {findings.map((finding) => (
            <span key={`${finding.code} ${finding.column ?? ''}`}>{finding.message}</span>
          ))}
        </div>
      ) : null}
      {columns.length === 0 ? (
        <EmptyState title="Nothing in it">The file has neither columns nor rows.</EmptyState>
      ) : (
        <TableGrid
          key={writeSide(side)}
          project={project}
          side={side}
          columns={columns}
          stamp={`${rows} ${bytes}`}
          condition={where}
          search={q}
          sort={known}
          onSort={(next) => go({ sort: writeTableSort(next) }, true)}
          onFilter={(part) => setWhere(andCondition(where, part))}
          onState={setState}
          empty={
            where === '' && q === '' ? (
              <EmptyState title="No rows">The file has columns and no rows.</EmptyState>
            ) : (
              <EmptyState
                title="No row fits"
                action={
                  <Button variant="default" onClick={clear}>
                    Show all rows
                  </Button>
                }
              />
            )
          }
          refused={
            refused === null ? null : (
              <EmptyState
                title="Mend the condition above, or leave it out"
                action={
                  <Button variant="default" onClick={clear}>
                    Show all rows
                  </Button>
                }
              />
            )
          }
        />
      )}
    </div>
  );
}

/** Whether an error is a fault of what was typed as a condition. */
function isAboutCondition(error: unknown): boolean {
  const { data } = error as { data?: { field?: unknown } };
  return data?.field === 'condition';
}

/** The version that would have to be fetched first, when an error is about that. */
function missingVersion(error: unknown): { path: string; rev: string } | null {
  const { data } = error as { data?: { fetch?: unknown; path?: unknown; rev?: unknown } };
  return data?.fetch === true && typeof data.path === 'string' && typeof data.rev === 'string'
    ? { path: data.path, rev: data.rev }
    : null;
}
