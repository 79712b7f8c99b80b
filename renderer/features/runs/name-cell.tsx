import { IconDots, IconStar, IconStarFilled } from '@tabler/icons-react';
import { type MouseEvent, useState } from 'react';
import type { RunRow } from '../../../shared/contract/runs.ts';
import type { RowActions } from './row-actions.ts';
import classes from './runs-table.module.css';

type Props = {
  project: string;
  row: RunRow;
  index: number;
  color: string;
  drawn: boolean;
  checked: boolean;
  renaming: boolean;
  actions: RowActions;
};

function runPath(project: string, run: string): string {
  return `/p/${encodeURIComponent(project)}/runs/${run}`;
}

/** A press must not take the focus from the table, whose keys go on from there. */
const keepFocus = (event: MouseEvent): void => event.preventDefault();

/** The first cell of a row: select, draw, star, the name, and the row's menu. */
export function NameCell({ project, row, index, color, drawn, checked, renaming, actions }: Props) {
  return (
    <>
      <input
        type="checkbox"
        tabIndex={-1}
        className={classes.check}
        checked={checked}
        aria-label={`Select ${row.name}`}
        onMouseDown={keepFocus}
        onClick={(event) => actions.check(index, row.id, !checked, event.shiftKey)}
        readOnly
      />
      <button
        type="button"
        tabIndex={-1}
        className={classes.icon}
        disabled={row.deletedAt !== null}
        aria-pressed={drawn}
        aria-label={drawn ? `Hide ${row.name} from the charts` : `Draw ${row.name} in the charts`}
        title={drawn ? 'Hide from the charts' : 'Draw in the charts'}
        onMouseDown={keepFocus}
        onClick={() => actions.draw(row.id)}
      >
        <span
          className={classes.eye}
          data-on={drawn ? '' : undefined}
          style={{ '--c': color } as React.CSSProperties}
        />
      </button>
      {renaming ? (
        <NameInput name={row.name} onDone={(name) => actions.renamed(row.id, name)} />
      ) : (
        <a
          href={runPath(project, row.id)}
          className={classes.link}
          title={row.name}
          tabIndex={-1}
          draggable={false}
          onClick={(event) => {
            // plain elements, because some forty of these come and go with every wheel of the mouse
            if (event.ctrlKey || event.metaKey || event.shiftKey) return;
            event.preventDefault();
            actions.open(row.id);
          }}
        >
          {row.name}
        </a>
      )}
      <span className={classes.tools} data-starred={row.starred ? '' : undefined}>
        <button
          type="button"
          tabIndex={-1}
          className={`${classes.icon} ${classes.star}`}
          data-on={row.starred ? '' : undefined}
          aria-pressed={row.starred}
          aria-label={row.starred ? `Take the star off ${row.name}` : `Star ${row.name}`}
          onMouseDown={keepFocus}
          onClick={() => actions.star(row)}
        >
          {row.starred ? <IconStarFilled size={13} /> : <IconStar size={13} />}
        </button>
        <button
          type="button"
          tabIndex={-1}
          className={`${classes.icon} ${classes.more}`}
          aria-label={`More for ${row.name}`}
          aria-haspopup="menu"
          onMouseDown={keepFocus}
          onClick={(event) => {
            const box = event.currentTarget.getBoundingClientRect();
            actions.menu(row, box.left, box.bottom);
          }}
        >
          <IconDots size={14} />
        </button>
      </span>
    </>
  );
}

function NameInput({ name, onDone }: { name: string; onDone: (name: string | null) => void }) {
  const [text, setText] = useState(name);
  const finish = (): void => onDone(text.trim() === '' || text.trim() === name ? null : text.trim());
  return (
    <input
      className={classes.rename}
      value={text}
      maxLength={300}
      aria-label="Name of the run"
      ref={(input) => input?.focus()}
      onFocus={(event) => event.currentTarget.select()}
      onChange={(event) => setText(event.currentTarget.value)}
      onBlur={finish}
      onDoubleClick={(event) => event.stopPropagation()}
      onKeyDown={(event) => {
        event.stopPropagation();
        if (event.key === 'Enter') finish();
        if (event.key === 'Escape') onDone(null);
      }}
    />
  );
}
