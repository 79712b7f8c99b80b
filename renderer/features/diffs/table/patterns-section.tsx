import { Button, UnstyledButton } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import type { Patterns, TableDiff } from '../../../../shared/contract/diffs.ts';
import { api, client } from '../../../lib/client.ts';
import { errorText } from '../../../lib/errors.ts';
import { formatCount } from '../../../lib/format.ts';
import { LoadingRows } from '../../../ui/loading.tsx';
import { useDiffsStore } from '../diffs-store.ts';
import type { ViewProps } from '../view-props.ts';
import { CellText } from './cell-text.tsx';
import { patternWords } from './impact.ts';
import { inTurn } from './in-turn.ts';
import { Section } from './section.tsx';
import classes from './table.module.css';

const AT_FIRST = 8;

/** What changes have in common: named ones, columns that change together, and values that became others. Each shows its rows. */
export function PatternsSection({ place, opened, diff }: ViewProps<TableDiff>) {
  const none = diff.rows.changed === 0;
  const ready = useDiffsStore((store) => store.ready);
  const input = { project: place.project, id: opened.id };
  const query = useQuery({
    ...api.diffs.patterns.queryOptions({ input, enabled: !none && ready }),
    queryFn: ({ signal }) => inTurn(() => client.diffs.patterns(input, { signal }), signal),
  });
  return (
    <Section title="Patterns" empty={none} detail={none ? 'no cell changed' : undefined}>
      {query.data ? (
        <Lists place={place} patterns={query.data} />
      ) : query.error ? (
        <p className={classes.nothing}>{errorText(query.error)}</p>
      ) : (
        <LoadingRows rows={5} height={26} />
      )}
    </Section>
  );
}

function Lists({ place, patterns }: { place: ViewProps<TableDiff>['place']; patterns: Patterns }) {
  const { search } = place;
  const sorted = [...patterns.transitions].sort((a, b) => b.cells - a.cells);
  return (
    <>
      <List title="Named" of={patterns.named}>
        {({ column, code, message, cells }) => {
          const on = search.in?.length === 1 && search.in[0] === column;
          return (
            <Pattern
              key={`${column} ${code} ${message}`}
              on={on}
              count={cells}
              unit="cells"
              onClick={() => place.show({ in: on ? undefined : [column] })}
            >
              <b>{column}</b> {patternWords({ column, message })}
            </Pattern>
          );
        }}
      </List>
      <List title="Changed together" of={patterns.columnSets}>
        {({ columns, rows }) => {
          const on = search.set?.length === columns.length && columns.every((one) => search.set?.includes(one));
          return (
            <Pattern
              key={columns.join('\n')}
              on={on}
              count={rows}
              unit="rows"
              onClick={() => place.show({ set: on ? undefined : [...columns] })}
            >
              {columns.length > 6 ? (
                <>
                  <b>{columns.slice(0, 5).join(' + ')}</b> and {columns.length - 5} more
                </>
              ) : (
                <b>{columns.join(' + ')}</b>
              )}
            </Pattern>
          );
        }}
      </List>
      <List title="Values that became others" of={sorted}>
        {({ column, from, to, cells }) => {
          const on = search.was?.column === column && search.was.from === from && search.was.to === to;
          return (
            <Pattern
              key={JSON.stringify([column, from, to])}
              on={on}
              count={cells}
              unit="cells"
              onClick={() => place.show({ was: on ? undefined : { column, from, to } })}
            >
              <b>{column}</b>
              <span className={classes.transition}>
                <del>
                  <CellText value={from} />
                </del>
                <span aria-hidden>→</span>
                <ins>
                  <CellText value={to} />
                </ins>
              </span>
            </Pattern>
          );
        }}
      </List>
    </>
  );
}

function List<T>({ title, of, children }: { title: string; of: readonly T[]; children: (one: T) => ReactNode }) {
  const [shown, setShown] = useState(AT_FIRST);
  if (of.length === 0) return null;
  return (
    <div className={classes.patterns}>
      <h3 className={classes.patternTitle}>{title}</h3>
      {of.slice(0, shown).map(children)}
      {of.length > shown ? (
        <Button size="compact-xs" variant="subtle" onClick={() => setShown(of.length)}>
          Show {formatCount(of.length - shown)} more
        </Button>
      ) : null}
    </div>
  );
}

type PatternProps = {
  on: boolean | undefined;
  count: number;
  unit: 'rows' | 'cells';
  onClick: () => void;
  children: ReactNode;
};

function Pattern({ on, count, unit, onClick, children }: PatternProps) {
  return (
    <UnstyledButton className={classes.pattern} aria-pressed={on ?? false} onClick={onClick}>
      <span className={classes.patternText}>{children}</span>
      <span className={classes.patternCount} title={`${formatCount(count)} ${unit}`}>
        {formatCount(count)}×
      </span>
    </UnstyledButton>
  );
}
