import { Menu, UnstyledButton } from '@mantine/core';
import { IconArrowDown, IconArrowUp, IconChevronDown } from '@tabler/icons-react';
import { type DragEvent, type ReactNode, useState } from 'react';
import type { RunSort } from '../../../shared/contract/runs.ts';
import { metricId, splitMetric } from './columns.ts';
import { nextSort } from './runs-search.ts';
import classes from './runs-table.module.css';
import type { PlacedColumn } from './use-table-columns.ts';

export type HeaderActions = {
  sort(sort: RunSort): void;
  /** Puts the column `id` before another one; null puts it last. */
  move(id: string, before: string | null): void;
  pin(id: string, on: boolean): void;
  hide(id: string): void;
  /** Another column in its place. */
  replace(id: string, by: string): void;
  /** Back to its usual width. */
  fit(id: string): void;
};

type Props = {
  placed: PlacedColumn;
  absolute: boolean;
  pinned: boolean;
  sort: RunSort;
  actions: HeaderActions;
  /** Before the title: the box that selects all. */
  children?: ReactNode;
};

const DRAGGED = 'application/x-assay-column';

/** A column's head: sorts by a click, moves by dragging, resizes at its right edge, and has a menu for all of it. */
export function HeaderCell({ placed, absolute, pinned, sort, actions, children }: Props) {
  const { column, header, start, width } = placed;
  const [over, setOver] = useState(false);
  const [menu, setMenu] = useState(false);
  const sorted =
    column.sort !== null && sort.key === column.sort ? (sort.desc ? 'descending' : 'ascending') : undefined;
  const fixed = column.id === 'name';
  const resizing = header.column.getIsResizing();

  const onDrop = (event: DragEvent): void => {
    event.preventDefault();
    setOver(false);
    const id = event.dataTransfer.getData(DRAGGED);
    if (id && !fixed) actions.move(id, column.id);
  };
  return (
    // biome-ignore lint/a11y/useFocusableInteractive: the button in it takes the focus
    // biome-ignore lint/a11y/useSemanticElements: the rows and columns of a virtual table are placed by hand, so it is a grid of divs
    <div
      role="columnheader"
      aria-sort={sorted ?? (column.sort === null ? undefined : 'none')}
      className={classes.headCell}
      data-align={column.align}
      data-over={over ? '' : undefined}
      style={absolute ? { width, transform: `translateX(${start}px)` } : { width }}
      onDragOver={(event) => {
        if (fixed || !event.dataTransfer.types.includes(DRAGGED)) return;
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={onDrop}
    >
      {children}
      <UnstyledButton
        className={classes.headTitle}
        data-sorted={sorted}
        title={
          column.id.startsWith('metric:') || column.id.startsWith('param:')
            ? `${column.group.slice(0, -1)} ${column.title}`
            : column.title
        }
        draggable={!fixed}
        onDragStart={(event) => event.dataTransfer.setData(DRAGGED, column.id)}
        onClick={() => column.sort && actions.sort(nextSort(sort, column.sort))}
      >
        <span className={classes.headText}>{column.title}</span>
        {sorted === 'ascending' ? (
          <IconArrowUp size={13} />
        ) : sorted === 'descending' ? (
          <IconArrowDown size={13} />
        ) : null}
      </UnstyledButton>
      <Menu position="bottom-end" opened={menu} onChange={setMenu}>
        <Menu.Target>
          <UnstyledButton
            className={`${classes.icon} ${classes.headMenu}`}
            data-open={menu ? '' : undefined}
            aria-label={`Column ${column.title}`}
          >
            <IconChevronDown size={13} />
          </UnstyledButton>
        </Menu.Target>
        <Menu.Dropdown>
          <HeaderMenu placed={placed} pinned={pinned} actions={actions} />
        </Menu.Dropdown>
      </Menu>
      {/* biome-ignore lint/a11y/noStaticElementInteractions: an aid for the pointer; the menu beside it resets the width */}
      <div
        className={classes.resizer}
        data-active={resizing ? '' : undefined}
        role="presentation"
        onMouseDown={header.getResizeHandler()}
        onTouchStart={header.getResizeHandler()}
        onDoubleClick={() => actions.fit(column.id)}
      />
    </div>
  );
}

function HeaderMenu({ placed: { column }, pinned, actions }: Pick<Props, 'placed' | 'pinned' | 'actions'>) {
  const metric = column.id.startsWith('metric:') ? splitMetric(column.id.slice(7)) : null;
  const { sort } = column;
  return (
    <>
      {sort ? (
        <>
          <Menu.Item onClick={() => actions.sort({ key: sort, desc: false })}>Sort ascending</Menu.Item>
          <Menu.Item onClick={() => actions.sort({ key: sort, desc: true })}>Sort descending</Menu.Item>
          <Menu.Divider />
        </>
      ) : null}
      {metric ? (
        <>
          {(['last', 'min', 'max'] as const)
            .filter((part) => part !== metric.part)
            .map((part) => (
              <Menu.Item key={part} onClick={() => actions.replace(column.id, metricId(metric.key, part))}>
                Show the {part === 'last' ? 'last value' : part === 'min' ? 'minimum' : 'maximum'}
              </Menu.Item>
            ))}
          <Menu.Divider />
        </>
      ) : null}
      <Menu.Item onClick={() => actions.fit(column.id)}>Usual width</Menu.Item>
      {column.id === 'name' ? null : (
        <>
          <Menu.Item onClick={() => actions.pin(column.id, !pinned)}>{pinned ? 'Unpin' : 'Pin to the left'}</Menu.Item>
          <Menu.Item onClick={() => actions.move(column.id, null)}>Move to the end</Menu.Item>
          <Menu.Item onClick={() => actions.hide(column.id)}>Hide</Menu.Item>
        </>
      )}
    </>
  );
}
