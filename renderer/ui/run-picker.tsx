import { Text, TextInput, UnstyledButton, useComputedColorScheme } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { IconSearch } from '@tabler/icons-react';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { type KeyboardEvent, useEffect, useState } from 'react';
import { api } from '../lib/client.ts';
import { errorText } from '../lib/errors.ts';
import { formatAgo } from '../lib/format.ts';
import { runColor } from '../lib/run-color.ts';
import classes from './run-picker.module.css';
import { StatusDot } from './status-badge.tsx';

type Props = {
  project: string;
  /** Runs that are not offered. */
  exclude: readonly string[];
  onPick: (run: string) => void;
};

const LIMIT = 30;

/** A field and the newest runs that fit it; arrows and Enter choose. For popovers. */
export function RunPicker({ project, exclude, onPick }: Props) {
  const scheme = useComputedColorScheme('light');
  const [filter, setFilter] = useState('');
  const [late] = useDebouncedValue(filter, 120);
  const [active, setActive] = useState(0);
  const query = useQuery({
    ...api.runs.list.queryOptions({
      input: { project, filter: late, limit: LIMIT + exclude.length, metrics: [], params: [] },
    }),
    placeholderData: keepPreviousData,
  });
  const rows = (query.data?.rows ?? []).filter((row) => !exclude.includes(row.id)).slice(0, LIMIT);
  const at = Math.min(active, rows.length - 1);

  // Enter may come before the answer to what was typed; it then means the first row of that answer.
  const [entered, setEntered] = useState(false);
  const settled = late === filter && query.isSuccess && !query.isPlaceholderData;
  const picked = rows[at]?.id;
  useEffect(() => {
    if (!entered || !settled) return;
    setEntered(false);
    if (picked) onPick(picked);
  }, [entered, settled, picked, onPick]);

  const onKeyDown = (event: KeyboardEvent): void => {
    const move = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (move) {
      event.preventDefault();
      setActive(Math.min(rows.length - 1, Math.max(0, at + move)));
    }
    if (event.key === 'Enter') setEntered(true);
  };
  return (
    <div style={{ width: 340 }}>
      <TextInput
        data-autofocus
        placeholder="Name, tag or filter"
        aria-label="Find a run"
        leftSection={<IconSearch size={14} />}
        value={filter}
        error={query.error ? errorText(query.error) : undefined}
        onChange={(event) => {
          setFilter(event.currentTarget.value);
          setActive(0);
        }}
        onKeyDown={onKeyDown}
      />
      <div className={classes.list}>
        {rows.map((row, index) => (
          <UnstyledButton
            key={row.id}
            className={classes.run}
            data-active={index === at || undefined}
            onMouseMove={() => setActive(index)}
            onFocus={() => setActive(index)}
            onClick={() => onPick(row.id)}
          >
            <span className={classes.swatch} style={{ background: runColor(row, scheme) }} />
            <span className={classes.name}>{row.name}</span>
            <StatusDot status={row.status} />
            <span className={classes.when}>{formatAgo(row.createdAt)}</span>
          </UnstyledButton>
        ))}
        {query.data && rows.length === 0 ? (
          <Text size="xs" c="dimmed" p="xs">
            {filter ? 'No other run fits.' : 'There is no other run yet.'}
          </Text>
        ) : null}
      </div>
    </div>
  );
}
