import type { PointerEvent } from 'react';
import { isNumeric, typeWord } from '../../../../shared/type-words.ts';
import { useDiffsStore } from '../diffs-store.ts';
import classes from './grid.module.css';
import { usualWidth } from './grid-columns.ts';
import { exactTypes, schemaChange } from './impact.ts';
import { type GridLayout, MIN_WIDTH, type PlacedColumn } from './use-grid-layout.ts';

type Props = { layout: GridLayout; split: boolean };

/** Names of the columns; their right edges are dragged to make them wider. */
export function GridHead({ layout, split }: Props) {
  const { lead, onScreen, leadWidth, restWidth, number } = layout;
  return (
    // biome-ignore lint/a11y/useFocusableInteractive: the grid holds the focus
    // biome-ignore lint/a11y/useSemanticElements: a grid of divs, because rows and columns are placed by hand
    <div
      role="row"
      aria-rowindex={1}
      className={classes.head}
      style={{ width: leadWidth + restWidth, minWidth: '100%' }}
    >
      <div className={classes.lead} style={{ width: leadWidth }} role="presentation">
        {/* biome-ignore lint/a11y/useFocusableInteractive: the grid holds the focus */}
        {/* biome-ignore lint/a11y/useSemanticElements: a grid of divs, because rows and columns are placed by hand */}
        <div role="columnheader" className={classes.marks} aria-label="Row numbers before and after">
          <span className={classes.mark} />
          <span className={classes.number} data-side="before" style={{ width: number }} title="Row number before">
            old
          </span>
          <span className={classes.number} data-side="after" style={{ width: number }} title="Row number after">
            new
          </span>
        </div>
        {lead.map((one) => (
          <HeadCell key={one.column.name} placed={one} frozen split={split} />
        ))}
      </div>
      <div className={classes.rest} style={{ width: restWidth }} role="presentation">
        {onScreen.map((one) => (
          <HeadCell key={one.column.name} placed={one} frozen={false} split={split} />
        ))}
      </div>
    </div>
  );
}

function HeadCell({ placed, frozen, split }: { placed: PlacedColumn; frozen: boolean; split: boolean }) {
  const { column, start, width } = placed;
  const setWidth = useDiffsStore((store) => store.setWidth);
  const onPointerDown = (event: PointerEvent<HTMLDivElement>): void => {
    const handle = event.currentTarget;
    const from = event.clientX;
    handle.setPointerCapture(event.pointerId);
    const onMove = (move: globalThis.PointerEvent): void =>
      setWidth(column.name, Math.max(MIN_WIDTH, Math.round(width + move.clientX - from)));
    handle.addEventListener('pointermove', onMove);
    handle.addEventListener('lostpointercapture', () => handle.removeEventListener('pointermove', onMove), {
      once: true,
    });
  };
  const change = column.status === 'same' ? typeWord(column.typeAfter) : `${column.status} ${schemaChange(column)}`;
  return (
    // biome-ignore lint/a11y/useFocusableInteractive: the grid holds the focus
    // biome-ignore lint/a11y/useSemanticElements: a grid of divs, because rows and columns are placed by hand
    <div
      role="columnheader"
      className={classes.headCell}
      data-status={column.status}
      data-numeric={isNumeric(column.typeAfter ?? column.typeBefore) || undefined}
      title={`${column.name}: ${change} (${exactTypes(column)})`}
      style={frozen ? { width } : { width, transform: `translateX(${start}px)` }}
    >
      <span className={classes.headName}>{column.name}</span>
      {column.status !== 'same' ? <span className={classes.headStatus}>{column.status}</span> : null}
      {split ? <span className={classes.headSplit} aria-hidden /> : null}
      {/* biome-ignore lint/a11y/noStaticElementInteractions: an aid for the pointer */}
      <div
        className={classes.resizer}
        role="presentation"
        onPointerDown={onPointerDown}
        onDoubleClick={() => setWidth(column.name, usualWidth(column, split))}
      />
    </div>
  );
}
