import { Button, Popover } from '@mantine/core';
import { useState } from 'react';
import type { RowCounts, TableDiff } from '../../../../shared/contract/diffs.ts';
import { keyWords, share } from '../../../lib/diff-verdict.ts';
import { formatCount, plural } from '../../../lib/format.ts';
import { ROW_KINDS, type RowKind, usualKinds } from '../diff-search.ts';
import { KeyPicker } from '../key-picker.tsx';
import { inBoth } from '../options-menu.tsx';
import type { ViewProps } from '../view-props.ts';
import classes from './table.module.css';

const MARKS: Record<RowKind, string> = { added: '+', removed: '−', changed: '~', moved: '↕', unchanged: '=' };
const BAR: readonly (keyof RowCounts & RowKind)[] = ['removed', 'changed', 'added', 'unchanged'];

/** Rows by what happened to them: each kind shows or hides its rows. And how rows were matched, with the way to change it. */
export function RowStrip({ place, diff }: ViewProps<TableDiff>) {
  const { rows } = diff;
  const usual = usualKinds(rows);
  const shown = place.search.show ?? usual;
  const toggle = (kind: RowKind): void => {
    const next = ROW_KINDS.filter((one) => (one === kind ? !shown.includes(one) : shown.includes(one)));
    if (next.length > 0) place.show({ show: same(next, usual) ? undefined : next });
  };
  const all = rows.added + rows.removed + rows.changed + rows.unchanged;
  return (
    <div className={classes.strip}>
      {/* biome-ignore lint/a11y/useSemanticElements: toggles that belong together, not fields of a form */}
      <div className={classes.kinds} role="group" aria-label="Rows that are shown">
        {ROW_KINDS.map((kind) => (
          <button
            key={kind}
            type="button"
            className={classes.kind}
            data-kind={kind}
            aria-pressed={shown.includes(kind)}
            title={`${plural(rows[kind], 'row')} ${kind}, ${share(rows[kind], all)} of all; click to ${shown.includes(kind) ? 'hide' : 'show'}`}
            onClick={() => toggle(kind)}
          >
            <span className={classes.kindMark} aria-hidden>
              {MARKS[kind]}
            </span>
            <b>{formatCount(rows[kind])}</b> {kind}
          </button>
        ))}
      </div>
      <div
        className={classes.bar}
        aria-hidden
        title={`${formatCount(rows.before)} rows before, ${formatCount(rows.after)} after`}
      >
        {BAR.filter((kind) => rows[kind] > 0).map((kind) => (
          <span key={kind} data-kind={kind} style={{ flexGrow: rows[kind] }} />
        ))}
      </div>
      <span className={classes.rowTotals}>
        {rows.before === rows.after
          ? plural(rows.after, 'row')
          : `${formatCount(rows.before)} → ${plural(rows.after, 'row')}`}
      </span>
      <span className={classes.space} />
      <Key place={place} diff={diff} />
    </div>
  );
}

function same(kinds: readonly RowKind[], others: readonly RowKind[]): boolean {
  return kinds.length === others.length && others.every((kind) => kinds.includes(kind));
}

function Key({ place, diff }: Pick<ViewProps<TableDiff>, 'place' | 'diff'>) {
  const [open, setOpen] = useState(false);
  const [key, setKey] = useState<readonly string[]>(diff.key.columns);
  const repeated = diff.rows.duplicateKeysBefore + diff.rows.duplicateKeysAfter;
  return (
    <span className={classes.keyLine}>
      <span className={classes.keyWords} title={keyWords(diff)}>
        {keyWords(diff)}
      </span>
      {repeated > 0 ? (
        <span
          className={classes.warn}
          title={`${plural(diff.rows.duplicateKeysBefore, 'row')} before and ${formatCount(diff.rows.duplicateKeysAfter)} after have the key of an earlier row; those are matched in order`}
        >
          {plural(repeated, 'repeated key')}
        </span>
      ) : null}
      <Popover opened={open} onChange={setOpen} position="bottom-end" width={300} trapFocus>
        <Popover.Target>
          <Button size="compact-xs" variant="subtle" onClick={() => setOpen(!open)}>
            Change
          </Button>
        </Popover.Target>
        <Popover.Dropdown>
          {open ? (
            <form
              className={classes.keyForm}
              onSubmit={(event) => {
                event.preventDefault();
                setOpen(false);
                place.compare({ key: key.length > 0 ? [...key] : undefined });
              }}
            >
              <KeyPicker
                columns={diff.columns.filter(inBoth).map((column) => column.name)}
                value={key}
                onChange={setKey}
              />
              <Button type="submit">Match rows so</Button>
            </form>
          ) : null}
        </Popover.Dropdown>
      </Popover>
    </span>
  );
}
