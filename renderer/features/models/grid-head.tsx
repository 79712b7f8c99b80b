// biome-ignore-all lint/a11y/useSemanticElements: rows and columns are placed by hand, so it is a grid of divs
// biome-ignore-all lint/a11y/useFocusableInteractive: the grid has the focus and names what is active; buttons have their own
import { UnstyledButton } from '@mantine/core';
import { IconArrowDown, IconArrowUp } from '@tabler/icons-react';
import classes from './models.module.css';
import type { Sort, SortKey } from './models-search.ts';

const COLUMNS: readonly { key: SortKey | null; title: string; className?: string | undefined }[] = [
  { key: 'name', title: 'Model' },
  { key: null, title: 'Stage and aliases', className: classes.middle },
  { key: 'gates', title: 'Gates' },
  { key: 'approval', title: 'Approval' },
  { key: null, title: 'Metrics', className: classes.wide },
  { key: null, title: 'Pushed to', className: classes.middle },
  { key: 'format', title: 'Format', className: classes.wide },
  { key: 'size', title: 'Size', className: `${classes.number} ${classes.middle}` },
  { key: 'created', title: 'Registered', className: classes.number },
];

/** The first line of the grid: sorts by a click. */
export function GridHead({ sort, onSort }: { sort: Sort; onSort: (key: SortKey) => void }) {
  return (
    <div role="row" aria-rowindex={1} className={`${classes.line} ${classes.head}`}>
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
              <UnstyledButton className={classes.sort} data-sorted={sorted} onClick={() => onSort(key)}>
                {title}
                {sorted === 'ascending' ? <IconArrowUp size={13} /> : null}
                {sorted === 'descending' ? <IconArrowDown size={13} /> : null}
              </UnstyledButton>
            )}
          </div>
        );
      })}
    </div>
  );
}
