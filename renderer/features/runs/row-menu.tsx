import { ColorSwatch, Menu, SimpleGrid, useComputedColorScheme } from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
import type { RunRow } from '../../../shared/contract/runs.ts';
import { runPalette } from '../../lib/run-color.ts';
import { notifyDone, notifyError } from '../../ui/notify.ts';
import { useRunsStore } from './runs-store.ts';
import type { RunCommands } from './use-run-commands.tsx';

export type MenuPlace = { row: RunRow; x: number; y: number };

type Props = { project: string; place: MenuPlace | null; onClose: () => void; commands: RunCommands };

/** What can be done with one run, at the pointer. */
export function RowMenu({ project, place, onClose, commands }: Props) {
  return (
    <Menu opened={place !== null} onClose={onClose} position="bottom-start" offset={2} width={210} returnFocus={false}>
      <Menu.Target>
        <span style={{ position: 'fixed', left: place?.x ?? 0, top: place?.y ?? 0, width: 1, height: 1 }} aria-hidden />
      </Menu.Target>
      <Menu.Dropdown>
        {place === null ? null : place.row.deletedAt === null ? (
          <Items project={project} row={place.row} commands={commands} onClose={onClose} />
        ) : (
          <>
            <Menu.Item onClick={() => void commands.restore([place.row.id])}>Restore</Menu.Item>
            <Menu.Item color="red" onClick={() => void commands.purge([place.row.id])}>
              Remove for good…
            </Menu.Item>
          </>
        )}
      </Menu.Dropdown>
    </Menu>
  );
}

function Items({
  project,
  row,
  commands,
  onClose,
}: {
  project: string;
  row: RunRow;
  commands: RunCommands;
  onClose: () => void;
}) {
  const navigate = useNavigate();
  const { rename, open } = useRunsStore();
  const active = row.status === 'running' || row.status === 'queued';
  const copyId = (): void => {
    navigator.clipboard.writeText(row.id).then(
      () => notifyDone('The id was copied.'),
      (error: unknown) => notifyError('Nothing was copied', error),
    );
  };
  return (
    <>
      <Menu.Item onClick={() => void navigate({ to: '/p/$project/runs/$run', params: { project, run: row.id } })}>
        Open
      </Menu.Item>
      <Menu.Item onClick={() => rename(row.id)}>Rename</Menu.Item>
      <Menu.Item onClick={() => open({ kind: 'note', runs: [row.id], note: row.note })}>Note…</Menu.Item>
      <Menu.Item onClick={() => open({ kind: 'tag', runs: [row.id] })}>Tag…</Menu.Item>
      <Menu.Item onClick={() => open({ kind: 'experiment', runs: [row.id] })}>Move to experiment…</Menu.Item>
      <Colors row={row} commands={commands} onClose={onClose} />
      <Menu.Divider />
      {row.command.length > 0 ? (
        <Menu.Item
          onClick={() => void navigate({ to: '/p/$project/start', params: { project }, search: { from: row.id } })}
        >
          Restart…
        </Menu.Item>
      ) : null}
      <Menu.Item onClick={copyId}>Copy id</Menu.Item>
      {active ? <Menu.Item onClick={() => void commands.stop([row.id])}>Stop</Menu.Item> : null}
      <Menu.Item color="red" disabled={row.status === 'running'} onClick={() => void commands.remove([row.id])}>
        {row.status === 'running' ? 'Delete (stop it first)' : 'Delete to trash'}
      </Menu.Item>
    </>
  );
}

function Colors({ row, commands, onClose }: { row: RunRow; commands: RunCommands; onClose: () => void }) {
  const scheme = useComputedColorScheme('light');
  const choose = (color: string | null): void => {
    void commands.update([row.id], { color });
    onClose();
  };
  return (
    <>
      <Menu.Label>Colour</Menu.Label>
      <SimpleGrid cols={8} spacing={4} verticalSpacing={4} px="xs" pb={6}>
        {runPalette(scheme).map((color) => (
          <ColorSwatch
            key={color}
            component="button"
            type="button"
            color={color}
            size={18}
            radius="sm"
            aria-label={`Colour ${color}`}
            style={{ cursor: 'pointer' }}
            onClick={() => choose(color)}
          />
        ))}
      </SimpleGrid>
      {row.color ? <Menu.Item onClick={() => choose(null)}>Its own colour again</Menu.Item> : null}
    </>
  );
}
