import { CloseButton, Loader, TextInput } from '@mantine/core';
import { useDebouncedCallback } from '@mantine/hooks';
import { IconFilter, IconSearch } from '@tabler/icons-react';
import { useEffect, useState } from 'react';
import { formatCount, plural } from '../../../lib/format.ts';
import classes from './table.module.css';

type Props = {
  where: string;
  search: string;
  /** what is wrong with the condition */
  problem: string | null;
  total: number | undefined;
  rows: number;
  columns: number;
  busy: boolean;
  onWhere: (where: string) => void;
  onSearch: (search: string) => void;
};

/** The condition (used with Enter), the search (used while typing), and how many rows fit. */
export function ConditionBar({ where, search, problem, total, rows, columns, busy, onWhere, onSearch }: Props) {
  const [draft, setDraft] = useState(where);
  const [text, setText] = useState(search);
  useEffect(() => setDraft(where), [where]);
  useEffect(() => setText(search), [search]);
  const searchLate = useDebouncedCallback(onSearch, 300);
  const filtered = total !== undefined && total !== rows;
  return (
    <div className={classes.bar}>
      <TextInput
        className={classes.where}
        placeholder="Condition, as after WHERE in SQL: age > 30 AND city ILIKE 'B%'"
        aria-label="Condition on rows"
        spellCheck={false}
        autoComplete="off"
        leftSection={<IconFilter size={14} />}
        rightSection={
          draft ? (
            <CloseButton
              size="xs"
              aria-label="Clear the condition"
              onClick={() => {
                setDraft('');
                onWhere('');
              }}
            />
          ) : null
        }
        value={draft}
        error={problem && draft === where ? problem : undefined}
        onChange={(event) => setDraft(event.currentTarget.value)}
        onBlur={() => draft !== where && onWhere(draft)}
        onKeyDown={(event) => {
          if (event.key === 'Enter') onWhere(draft.trim());
          else if (event.key === 'Escape') setDraft(where);
        }}
      />
      <TextInput
        className={classes.search}
        placeholder="Search all cells"
        aria-label="Search all cells"
        leftSection={<IconSearch size={14} />}
        value={text}
        onChange={(event) => {
          setText(event.currentTarget.value);
          searchLate(event.currentTarget.value);
        }}
      />
      <span className={classes.count} role="status">
        {busy ? <Loader size={12} mr={6} style={{ verticalAlign: '-1px' }} /> : null}
        {total === undefined
          ? ''
          : filtered
            ? `${formatCount(total)} of ${plural(rows, 'row')}`
            : `${plural(rows, 'row')}, ${plural(columns, 'column')}`}
      </span>
    </div>
  );
}
