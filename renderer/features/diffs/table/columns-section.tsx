import { Button, TextInput } from '@mantine/core';
import { IconSearch } from '@tabler/icons-react';
import { useMemo, useState } from 'react';
import type { TableDiff } from '../../../../shared/contract/diffs.ts';
import { formatCount, plural } from '../../../lib/format.ts';
import type { ViewProps } from '../view-props.ts';
import { ColumnLine } from './column-line.tsx';
import { byImpact, matchedRows } from './impact.ts';
import { Section } from './section.tsx';
import classes from './table.module.css';
import { batchOf } from './use-column-drift.ts';

const AT_FIRST = 60;
const SEARCHED_FROM = 13;

/** Every column, those with the most changed cells first. A click shows the rows in which it changed. */
export function ColumnsSection({ place, opened, diff }: ViewProps<TableDiff>) {
  const [search, setSearch] = useState('');
  const [shown, setShown] = useState(AT_FIRST);
  const sorted = useMemo(() => byImpact(diff.columns), [diff.columns]);
  const names = useMemo(() => sorted.map((column) => column.name), [sorted]);
  const fitting = sorted.filter((column) => column.name.toLowerCase().includes(search.toLowerCase()));
  const changed = sorted.filter((column) => column.changedCells > 0).length;
  const chosen = place.search.in ?? [];
  const toggle = (name: string): void => {
    const next = chosen.includes(name) ? chosen.filter((one) => one !== name) : [...chosen, name];
    place.show({ in: next.length > 0 ? next : undefined });
  };
  return (
    <Section
      title="Columns"
      detail={`${formatCount(changed)} of ${formatCount(sorted.length)} with changed cells`}
      tools={
        sorted.length >= SEARCHED_FROM ? (
          <TextInput
            className={classes.columnSearch}
            placeholder="Find"
            aria-label="Find a column"
            leftSection={<IconSearch size={13} />}
            value={search}
            onChange={(event) => setSearch(event.currentTarget.value)}
          />
        ) : null
      }
    >
      <div className={classes.columns}>
        {fitting.slice(0, shown).map((column) => (
          <ColumnLine
            key={column.name}
            project={place.project}
            id={opened.id}
            column={column}
            batch={batchOf(names, names.indexOf(column.name), diff.rows.after)}
            matched={matchedRows(diff)}
            chosen={chosen.includes(column.name)}
            onChoose={() => toggle(column.name)}
          />
        ))}
      </div>
      {fitting.length > shown ? (
        <Button variant="subtle" onClick={() => setShown(shown + 4 * AT_FIRST)}>
          Show more ({plural(fitting.length - shown, 'column')} left)
        </Button>
      ) : null}
      {fitting.length === 0 ? <p className={classes.nothing}>No column has such a name.</p> : null}
    </Section>
  );
}
