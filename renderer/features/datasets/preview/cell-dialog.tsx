import { Modal, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { DataSide } from '../../../../shared/contract/tables.ts';
import { api } from '../../../lib/client.ts';
import { formatCount } from '../../../lib/format.ts';
import { CopyButton } from '../../../ui/copy-button.tsx';
import { ErrorState } from '../../../ui/error-state.tsx';
import { LoadingRows } from '../../../ui/loading.tsx';
import classes from './table.module.css';

type Props = { project: string; side: DataSide; cell: { row: number; column: string } | null; onClose: () => void };

/** One cell, whole. */
export function CellDialog({ project, side, cell, onClose }: Props) {
  return (
    <Modal
      opened={cell !== null}
      onClose={onClose}
      centered
      size="lg"
      title={cell ? `${cell.column}, row ${formatCount(cell.row + 1)}` : ''}
    >
      {cell ? <Whole project={project} side={side} {...cell} /> : null}
    </Modal>
  );
}

function Whole({ project, side, row, column }: { project: string; side: DataSide; row: number; column: string }) {
  const query = useQuery({
    ...api.tables.cell.queryOptions({ input: { project, side, row, column } }),
    gcTime: 60_000,
  });
  if (query.error) return <ErrorState error={query.error} onRetry={() => void query.refetch()} />;
  if (!query.data) return <LoadingRows rows={3} />;
  const { value } = query.data;
  if (value === null) return <Text c="dimmed">NULL: there is no value here.</Text>;
  if (value === '') return <Text c="dimmed">The empty text: a value without a character.</Text>;
  return (
    <>
      <Text size="xs" c="dimmed" component="div">
        {formatCount([...value].length)} characters <CopyButton value={value} label="Copy the cell" />
      </Text>
      <pre className={classes.whole}>{pretty(value)}</pre>
    </>
  );
}

/** JSON objects and lists with line breaks, everything else as it is. */
function pretty(value: string): string {
  if (!/^\s*[[{]/.test(value) || value.length > 200_000) return value;
  try {
    return JSON.stringify(JSON.parse(value), null, 2);
  } catch {
    return value;
  }
}
