// biome-ignore-all lint/a11y/useSemanticElements: rows and columns are placed by hand, so it is a grid of divs
// biome-ignore-all lint/a11y/useFocusableInteractive: the grid has the focus and names what is active; buttons have their own
import { Popover, UnstyledButton } from '@mantine/core';
import { IconArrowDown, IconArrowUp } from '@tabler/icons-react';
import { type PointerEvent, useState } from 'react';
import type { ColumnProfile } from '../../../../shared/contract/tables.ts';
import { nextTableSort, type TableSort } from '../data-search.ts';
import { ColumnCard } from './column-card.tsx';
import { briefWords } from './profile-words.ts';
import { Sparkline } from './sparkline.tsx';
import classes from './table.module.css';
import { typeMark } from './types-in-words.ts';
import type { PlacedColumn } from './use-columns.ts';
import type { Profiles } from './use-profile.ts';

export const HEAD_HEIGHT = 72;

type Props = {
  shown: readonly PlacedColumn[];
  width: number;
  lead: number;
  profiles: Profiles;
  sort: TableSort | null;
  onSort: (sort: TableSort | null) => void;
  onResize: (name: string, width: number | null) => void;
  onFilter: (part: string) => void;
};

/** Names, types and profiles of the columns, always in sight. */
export function GridHead({ shown, width, lead, profiles, sort, onSort, onResize, onFilter }: Props) {
  return (
    <div role="row" aria-rowindex={1} className={classes.head} style={{ width, height: HEAD_HEIGHT }}>
      <div className={classes.index} style={{ width: lead, zIndex: 2 }} aria-hidden />
      {shown.map((column) => (
        <HeadCell
          key={column.index}
          column={column}
          profile={profiles.get(column.name)}
          sort={sort}
          onSort={onSort}
          onResize={onResize}
          onFilter={onFilter}
        />
      ))}
    </div>
  );
}

type CellProps = Pick<Props, 'sort' | 'onSort' | 'onResize' | 'onFilter'> & {
  column: PlacedColumn;
  profile: ColumnProfile | undefined;
};

function HeadCell({ column, profile, sort, onSort, onResize, onFilter }: CellProps) {
  const { name, type, start, width, index } = column;
  const [card, setCard] = useState(false);
  const mark = typeMark(type);
  const sorted = sort?.column === name ? (sort.desc ? 'descending' : 'ascending') : undefined;
  return (
    <div
      role="columnheader"
      aria-sort={sorted ?? 'none'}
      aria-colindex={index + 2}
      className={classes.headCell}
      style={{ width, transform: `translateX(${start}px)` }}
    >
      <div className={classes.headLine}>
        <span className={classes.glyph} title={`${mark.word} (${type})`}>
          {mark.glyph}
        </span>
        <UnstyledButton
          className={classes.headName}
          title={`${name}: ${mark.word}. A click sorts.`}
          onClick={() => onSort(nextTableSort(sort, name))}
        >
          <span>{name === '' ? ' ' : name}</span>
          {sorted === 'ascending' ? <IconArrowUp size={13} /> : null}
          {sorted === 'descending' ? <IconArrowDown size={13} /> : null}
        </UnstyledButton>
      </div>
      <Popover opened={card} onChange={setCard} position="bottom-start" withinPortal>
        <Popover.Target>
          <UnstyledButton
            className={classes.profile}
            aria-label={`Profile of ${name}`}
            aria-expanded={card}
            onClick={() => setCard(!card)}
          >
            <Sparkline spread={profile?.spread ?? null} />
            <div className={classes.brief}>{profile ? briefWords(profile) : ''}</div>
          </UnstyledButton>
        </Popover.Target>
        <Popover.Dropdown>
          <ColumnCard
            name={name}
            type={type}
            profile={profile}
            onFilter={(part) => {
              setCard(false);
              onFilter(part);
            }}
          />
        </Popover.Dropdown>
      </Popover>
      <Resizer width={width} onResize={(next) => onResize(name, next)} />
    </div>
  );
}

/** The right edge of a head: dragged for another width, a double click takes it back. */
function Resizer({ width, onResize }: { width: number; onResize: (width: number | null) => void }) {
  const [from, setFrom] = useState<{ x: number; width: number } | null>(null);
  const onPointerDown = (event: PointerEvent<HTMLDivElement>): void => {
    event.preventDefault();
    event.currentTarget.setPointerCapture(event.pointerId);
    setFrom({ x: event.clientX, width });
  };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: an aid for the pointer only
    <div
      role="presentation"
      className={classes.resizer}
      data-active={from ? '' : undefined}
      onPointerDown={onPointerDown}
      onPointerMove={(event) => from && onResize(from.width + event.clientX - from.x)}
      onPointerUp={() => setFrom(null)}
      onPointerCancel={() => setFrom(null)}
      onDoubleClick={() => onResize(null)}
    />
  );
}
