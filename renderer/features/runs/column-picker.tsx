import { ActionIcon, Button, Checkbox, Popover, Text, TextInput, UnstyledButton } from '@mantine/core';
import { IconColumns3, IconSearch } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useVirtualizer } from '@tanstack/react-virtual';
import { useMemo, useRef, useState } from 'react';
import { api } from '../../lib/client.ts';
import { formatCount, plural } from '../../lib/format.ts';
import { LoadingRows } from '../../ui/loading.tsx';
import { Tip } from '../../ui/tip.tsx';
import { type PickerEntry, pickerEntries } from './picker-entries.ts';
import classes from './runs-toolbar.module.css';

type Props = {
  project: string;
  columns: readonly string[];
  onColumns: (columns: readonly string[]) => void;
  onReset: () => void;
};

const ROW = 28;

/** Which columns are shown: a list to search, with every metric and param that some run has. */
export function ColumnPicker(props: Props) {
  const [opened, setOpened] = useState(false);
  return (
    <Popover opened={opened} onChange={setOpened} position="bottom-end" width={340} trapFocus>
      <Popover.Target>
        <Tip label="Columns">
          <ActionIcon aria-label="Columns" onClick={() => setOpened(!opened)}>
            <IconColumns3 size={16} />
          </ActionIcon>
        </Tip>
      </Popover.Target>
      <Popover.Dropdown p="xs">{opened ? <Picker {...props} /> : null}</Popover.Dropdown>
    </Popover>
  );
}

function Picker({ project, columns, onColumns, onReset }: Props) {
  const [search, setSearch] = useState('');
  const known = useQuery(api.runs.columns.queryOptions({ input: { project } }));
  const entries = useMemo(() => pickerEntries(known.data, search), [known.data, search]);
  const list = useRef<HTMLDivElement>(null);
  const rows = useVirtualizer({
    count: entries.length,
    getScrollElement: () => list.current,
    estimateSize: () => ROW,
    overscan: 12,
  });
  const chosen = new Set(columns);
  const toggle = (id: string): void =>
    onColumns(chosen.has(id) ? columns.filter((one) => one !== id) : [...columns, id]);

  return (
    <div className={classes.picker}>
      <TextInput
        data-autofocus
        value={search}
        onChange={(event) => setSearch(event.currentTarget.value)}
        placeholder="Search metrics, params, tags"
        aria-label="Search columns"
        leftSection={<IconSearch size={14} />}
      />
      <div ref={list} className={classes.pickerList}>
        {known.isPending ? <LoadingRows rows={6} height={ROW} /> : null}
        <div style={{ position: 'relative', height: rows.getTotalSize() }}>
          {rows.getVirtualItems().map((item) => (
            <div
              key={item.key}
              style={{ position: 'absolute', inset: '0 0 auto 0', transform: `translateY(${item.start}px)` }}
            >
              <Entry entry={entries[item.index]!} chosen={chosen} onToggle={toggle} />
            </div>
          ))}
        </div>
        {!known.isPending && entries.length === 0 ? (
          <Text size="sm" c="dimmed" p="xs">
            Nothing has such a name.
          </Text>
        ) : null}
      </div>
      <Button variant="subtle" mt="xs" onClick={onReset}>
        Back to the usual columns
      </Button>
    </div>
  );
}

type EntryProps = { entry: PickerEntry; chosen: ReadonlySet<string>; onToggle: (id: string) => void };

function Entry({ entry, chosen, onToggle }: EntryProps) {
  if (entry.type === 'title') return <div className={classes.pickerGroup}>{entry.text}</div>;
  const id = entry.type === 'metric' ? entry.ids.last : entry.id;
  const name = entry.type === 'metric' ? entry.key : entry.name;
  return (
    <div className={classes.pickerRow}>
      <Checkbox checked={chosen.has(id)} onChange={() => onToggle(id)} aria-label={`Show ${name}`} />
      {/* biome-ignore lint/a11y/noStaticElementInteractions lint/a11y/useKeyWithClickEvents: the box beside it does the same by key */}
      <span className={classes.pickerName} title={name} onClick={() => onToggle(id)}>
        {name}
      </span>
      {entry.type === 'metric' ? (
        <span className={classes.parts}>
          {(['min', 'max'] as const).map((part) => (
            <UnstyledButton
              key={part}
              className={classes.part}
              aria-pressed={chosen.has(entry.ids[part])}
              aria-label={`Show the ${part} of ${name}`}
              onClick={() => onToggle(entry.ids[part])}
            >
              {part}
            </UnstyledButton>
          ))}
        </span>
      ) : null}
      {entry.runs === null ? null : (
        <span className={classes.pickerCount} title={`${plural(entry.runs, 'run')} have it`}>
          {formatCount(entry.runs)}
        </span>
      )}
    </div>
  );
}
