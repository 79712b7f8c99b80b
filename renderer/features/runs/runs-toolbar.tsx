import { ActionIcon, Menu } from '@mantine/core';
import { IconDots } from '@tabler/icons-react';
import type { RefObject } from 'react';
import { plural } from '../../lib/format.ts';
import { saveFile } from '../../lib/platform.ts';
import { useProjectState } from '../../lib/use-project.ts';
import { notifyError } from '../../ui/notify.ts';
import { BulkBar } from './bulk-bar.tsx';
import { ColumnPicker } from './column-picker.tsx';
import { FilterBox } from './filter-box.tsx';
import { readTable } from './read-table.ts';
import { useRunsStore } from './runs-store.ts';
import classes from './runs-toolbar.module.css';
import type { RunCommands } from './use-run-commands.tsx';
import type { RunList } from './use-run-pages.ts';
import type { RunsView } from './use-runs-view.ts';

type Props = {
  project: string;
  view: RunsView;
  list: RunList;
  total: number;
  commands: RunCommands;
  filterInput: RefObject<HTMLInputElement | null>;
  onLeaveFilter: () => void;
};

/** Above the table: the filter, or what can be done with the checked runs; columns; and the way out as CSV. */
export function RunsToolbar({ project, view, list, total, commands, filterInput, onLeaveFilter }: Props) {
  const anyChecked = useRunsStore((state) => state.checked.size > 0);
  const clearChecked = useRunsStore((state) => state.clearChecked);
  const inTrash = useProjectState()?.runs.deleted ?? 0;
  const saveCsv = async (): Promise<void> => {
    try {
      const text = await readTable(list, view.columns ?? []);
      saveFile('runs.csv', new Blob([text], { type: 'text/csv;charset=utf-8' }));
    } catch (error) {
      notifyError('The table was not saved', error);
    }
  };
  return (
    <div className={classes.toolbar}>
      {anyChecked ? (
        <BulkBar project={project} list={list} total={total} commands={commands} onDraw={view.setDrawn} />
      ) : (
        <FilterBox filter={view.filter} onFilter={view.setFilter} input={filterInput} onLeave={onLeaveFilter} />
      )}
      <ColumnPicker
        project={project}
        columns={view.columns ?? []}
        onColumns={view.setColumns}
        onReset={view.resetColumns}
      />
      <Menu position="bottom-end">
        <Menu.Target>
          <ActionIcon aria-label="More of the table">
            <IconDots size={16} />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item disabled={total === 0} onClick={() => void saveCsv()}>
            Save {plural(total, 'run')} as CSV
          </Menu.Item>
          <Menu.Item disabled={view.drawn === null} onClick={() => view.setDrawn(null)}>
            Draw the first runs again
          </Menu.Item>
          <Menu.Divider />
          <Menu.Item
            onClick={() => {
              clearChecked();
              view.setTrash(!view.trash);
            }}
          >
            {view.trash ? 'Back to the runs' : `Trash (${inTrash})`}
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
    </div>
  );
}
