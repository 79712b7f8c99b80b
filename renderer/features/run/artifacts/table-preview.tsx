import { ActionIcon, Group } from '@mantine/core';
import { IconChevronLeft, IconChevronRight } from '@tabler/icons-react';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { TablePage } from '../../../../shared/contract/runs.ts';
import { api } from '../../../lib/client.ts';
import { formatCount, plural } from '../../../lib/format.ts';
import { ErrorState } from '../../../ui/error-state.tsx';
import { LoadingRows } from '../../../ui/loading.tsx';
import { Tip } from '../../../ui/tip.tsx';
import type { PreviewProps } from './artifact-preview.tsx';
import classes from './artifacts.module.css';

const PAGE_ROWS = 100;
const NUMERIC = /^(U?(TINY|SMALL|BIG|HUGE)?INT(EGER)?|FLOAT|DOUBLE|DECIMAL.*)$/i;

/** DuckDB's names of types in words. */
function typeWord(type: string): string {
  if (/^VARCHAR/i.test(type)) return 'text';
  if (/INT/i.test(type)) return 'integer';
  if (NUMERIC.test(type)) return 'number';
  return type.toLowerCase();
}

/** A CSV, TSV, JSON-lines or Parquet file, a page of rows at a time. Cells are as they are written in the file. */
export function TablePreview({ project, run, artifact }: PreviewProps) {
  const [offset, setOffset] = useState(0);
  const query = useQuery({
    ...api.runs.artifactTable.queryOptions({ input: { project, run, path: artifact.path, offset, limit: PAGE_ROWS } }),
    placeholderData: keepPreviousData,
  });
  if (query.error)
    return <ErrorState error={query.error} title="The table could not be read" onRetry={() => void query.refetch()} />;
  if (!query.data) return <LoadingRows rows={14} height={24} />;
  return (
    <div className={classes.view}>
      <div className={classes.body}>
        <Rows page={query.data} offset={offset} />
      </div>
      <Group className={classes.steps} gap="xs">
        <Pager offset={offset} total={query.data.total} onOffset={setOffset} />
        <span className={classes.muted}>{plural(query.data.columns.length, 'column')}</span>
      </Group>
    </div>
  );
}

function Rows({ page, offset }: { page: TablePage; offset: number }) {
  return (
    <table className={classes.table}>
      <thead>
        <tr>
          <th className={classes.index} aria-label="Row" />
          {page.columns.map((column, at) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: two columns may have one name
            <th key={at}>
              {column.name}
              <span>{typeWord(column.type)}</span>
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {page.rows.map((row, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: rows of a file are known by their place
          <tr key={index}>
            <td className={classes.index}>{offset + index + 1}</td>
            {row.map((cell, at) => (
              <td
                // biome-ignore lint/suspicious/noArrayIndexKey: cells are known by their place
                key={at}
                title={cell ?? undefined}
                data-number={NUMERIC.test(page.columns[at]?.type ?? '') || undefined}
              >
                {cell === null ? <span className={classes.null}>null</span> : cell}
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Pager({ offset, total, onOffset }: { offset: number; total: number; onOffset: (offset: number) => void }) {
  const last = Math.min(offset + PAGE_ROWS, total);
  return (
    <>
      <Tip label="Rows before">
        <ActionIcon
          aria-label="Rows before"
          disabled={offset === 0}
          onClick={() => onOffset(Math.max(0, offset - PAGE_ROWS))}
        >
          <IconChevronLeft size={16} />
        </ActionIcon>
      </Tip>
      <Tip label="Next rows">
        <ActionIcon aria-label="Next rows" disabled={last >= total} onClick={() => onOffset(offset + PAGE_ROWS)}>
          <IconChevronRight size={16} />
        </ActionIcon>
      </Tip>
      <span className={classes.muted}>
        {total === 0 ? 'no rows' : `rows ${formatCount(offset + 1)} to ${formatCount(last)} of ${formatCount(total)}`}
      </span>
    </>
  );
}
