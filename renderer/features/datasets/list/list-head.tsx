// biome-ignore-all lint/a11y/useSemanticElements: rows and columns are placed by hand, so it is a grid of divs
// biome-ignore-all lint/a11y/useFocusableInteractive: the grid has the focus and names what is active; buttons have their own
import { UnstyledButton } from '@mantine/core';
import { IconArrowDown, IconArrowUp } from '@tabler/icons-react';
import { useDatasetsStore } from '../datasets-store.ts';
import { type ListKey, nextListSort } from '../list-order.ts';
import classes from './list.module.css';

const COLUMNS: readonly { key: ListKey | null; title: string; className?: string | undefined }[] = [
  { key: 'path', title: 'Dataset' },
  { key: 'state', title: 'Working copy' },
  { key: null, title: 'Version', className: classes.middle },
  { key: 'size', title: 'Size', className: `${classes.number} ${classes.middle}` },
  { key: 'nfiles', title: 'Files', className: `${classes.number} ${classes.wide}` },
  { key: 'rows', title: 'Rows', className: `${classes.number} ${classes.wide}` },
];

/** The first line of the list: sorts by a click, selects all. */
export function ListHead({ paths }: { paths: readonly string[] }) {
  const { sort, setSort, checked, check } = useDatasetsStore();
  const on = paths.filter((path) => checked.has(path)).length;
  return (
    <div role="row" aria-rowindex={1} className={`${classes.line} ${classes.head}`}>
      <input
        type="checkbox"
        className={classes.check}
        aria-label="Select all datasets of this list"
        checked={on > 0 && on === paths.length}
        ref={(box) => {
          if (box) box.indeterminate = on > 0 && on < paths.length;
        }}
        onChange={(event) => check(paths, event.currentTarget.checked)}
      />
      {COLUMNS.map(({ key, title, className }) => {
        const sorted = key !== null && sort.key === key ? (sort.desc ? 'descending' : 'ascending') : undefined;
        return (
          <div
            key={title}
            role="columnheader"
            aria-sort={sorted ?? (key ? 'none' : undefined)}
            className={`${classes.cell} ${className ?? ''}`}
          >
            {key === null ? (
              title
            ) : (
              <UnstyledButton
                className={classes.sort}
                data-sorted={sorted}
                onClick={() => setSort(nextListSort(sort, key))}
              >
                {title}
                {sorted === 'ascending' ? <IconArrowUp size={13} /> : null}
                {sorted === 'descending' ? <IconArrowDown size={13} /> : null}
              </UnstyledButton>
            )}
          </div>
        );
      })}
      <div role="columnheader" aria-label="What to do" />
    </div>
  );
}
