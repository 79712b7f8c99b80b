import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { api } from '../../../lib/client.ts';
import { formatAgo, formatBytes, formatDate, plural } from '../../../lib/format.ts';
import { confirm } from '../../../ui/confirm.tsx';
import type { DatasetCommands } from '../use-dataset-commands.ts';
import classes from './dialogs.module.css';

/** What clean-ups of before moved away, while it can still be brought back. */
export function TrashList({ project, commands }: { project: string; commands: DatasetCommands }) {
  const { data } = useQuery(api.datasets.trash.queryOptions({ input: { project } }));
  if (!data || data.length === 0) return null;
  const empty = async (id: string, bytes: number): Promise<void> => {
    const sure = await confirm({
      title: `Free ${formatBytes(bytes)} now?`,
      body: 'What is in the trash is removed for good. Only a remote can bring it back then.',
      confirm: 'Remove for good',
      danger: true,
    });
    if (sure) await commands.emptyTrash(id);
  };
  return (
    <section className={classes.trash} aria-label="Trash">
      <h3>In the trash</h3>
      <table className={classes.table}>
        <tbody>
          {data.map(({ id, at, objects, bytes, emptiedAt }) => (
            <tr key={id}>
              <td>{formatAgo(at)}</td>
              <td>
                {plural(objects, 'object')}, {formatBytes(bytes)}
              </td>
              <td>kept until {formatDate(emptiedAt)}</td>
              <td className={classes.number}>
                <Button size="compact-xs" variant="default" onClick={() => void commands.restoreTrash(id)}>
                  Bring back
                </Button>{' '}
                <Button size="compact-xs" variant="subtle" color="red" onClick={() => void empty(id, bytes)}>
                  Remove
                </Button>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
