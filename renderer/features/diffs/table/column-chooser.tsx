import { ActionIcon, Button, Checkbox, Popover, TextInput } from '@mantine/core';
import { IconColumns3, IconSearch } from '@tabler/icons-react';
import { useVirtualizer } from '@tanstack/react-virtual';
import { useRef, useState } from 'react';
import type { TableDiff } from '../../../../shared/contract/diffs.ts';
import { formatCount } from '../../../lib/format.ts';
import { Tip } from '../../../ui/tip.tsx';
import type { DiffPlace } from '../use-diff-place.ts';
import classes from './grid.module.css';
import { EVERY, shownColumns } from './grid-columns.ts';

const ROW = 26;

type Props = { place: DiffPlace; diff: TableDiff };

/** Which columns the grid shows besides the key. */
export function ColumnChooser({ place, diff }: Props) {
  const [open, setOpen] = useState(false);
  return (
    <Popover opened={open} onChange={setOpen} position="bottom-end" width={300} trapFocus>
      <Popover.Target>
        <Tip label="Columns">
          <ActionIcon aria-label="Columns" onClick={() => setOpen(!open)}>
            <IconColumns3 size={16} />
          </ActionIcon>
        </Tip>
      </Popover.Target>
      <Popover.Dropdown p="xs">{open ? <Chooser place={place} diff={diff} /> : null}</Popover.Dropdown>
    </Popover>
  );
}

function Chooser({ place, diff }: Props) {
  const [search, setSearch] = useState('');
  const list = useRef<HTMLDivElement>(null);
  const key = new Set(diff.key.columns);
  const all = diff.columns.filter((column) => !key.has(column.name));
  const fitting = all.filter((column) => column.name.toLowerCase().includes(search.toLowerCase()));
  const changed = all.filter((column) => column.changedCells > 0 || column.status !== 'same');
  const chosen = new Set(shownColumns(diff, place.search.cols).map((column) => column.name));
  const rows = useVirtualizer({
    count: fitting.length,
    getScrollElement: () => list.current,
    estimateSize: () => ROW,
    overscan: 10,
  });
  const choose = (names: readonly string[]): void => place.show({ cols: names.length > 0 ? [...names] : undefined });
  const toggle = (name: string): void =>
    choose(all.map((column) => column.name).filter((one) => (one === name ? !chosen.has(one) : chosen.has(one))));
  return (
    <div className={classes.chooser}>
      <TextInput
        data-autofocus
        placeholder="Find a column"
        aria-label="Find a column"
        leftSection={<IconSearch size={14} />}
        value={search}
        onChange={(event) => setSearch(event.currentTarget.value)}
      />
      <div className={classes.chooserTools}>
        <Button size="compact-xs" variant="subtle" onClick={() => choose([EVERY])}>
          All {formatCount(all.length)}
        </Button>
        <Button
          size="compact-xs"
          variant="subtle"
          disabled={changed.length === 0}
          onClick={() => choose(changed.map((column) => column.name))}
        >
          Changed {formatCount(changed.length)}
        </Button>
        <Button size="compact-xs" variant="subtle" onClick={() => choose([])}>
          As usual
        </Button>
      </div>
      <div ref={list} className={classes.chooserList}>
        <div style={{ position: 'relative', height: rows.getTotalSize() }}>
          {rows.getVirtualItems().map((item) => {
            const column = fitting[item.index]!;
            return (
              <div key={item.key} className={classes.chooserRow} style={{ transform: `translateY(${item.start}px)` }}>
                <Checkbox checked={chosen.has(column.name)} label={column.name} onChange={() => toggle(column.name)} />
                {column.changedCells > 0 ? <span>{formatCount(column.changedCells)}</span> : null}
              </div>
            );
          })}
        </div>
      </div>
    </div>
  );
}
