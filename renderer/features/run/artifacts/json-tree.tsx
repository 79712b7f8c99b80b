import { UnstyledButton } from '@mantine/core';
import { IconChevronDown, IconChevronRight } from '@tabler/icons-react';
import { useState } from 'react';
import { formatCount } from '../../../lib/format.ts';
import classes from './artifacts.module.css';

/** Entries of a list or object that are shown at first, and added by each "show more". */
const SHOWN = 200;
const OPEN_DEPTH = 2;

type Props = { value: unknown; name?: string; depth?: number };

/** A JSON value as a tree; lists and objects fold. */
export function JsonTree({ value, name, depth = 0 }: Props) {
  const label = name === undefined ? null : <span className={classes.jsonKey}>{name}: </span>;
  if (typeof value !== 'object' || value === null)
    return (
      <div className={classes.leaf}>
        {label}
        <span className={LEAVES[typeof value]}>{JSON.stringify(value)}</span>
      </div>
    );
  return <Branch value={value} label={label} depth={depth} />;
}

const LEAVES: Record<string, string | undefined> = { string: classes.jsonText, number: classes.jsonNumber };

function Branch({ value, label, depth }: { value: object; label: React.ReactNode; depth: number }) {
  const entries = Object.entries(value);
  const [open, setOpen] = useState(depth < OPEN_DEPTH && entries.length <= SHOWN);
  const [shown, setShown] = useState(SHOWN);
  const [before, after] = Array.isArray(value) ? ['[', ']'] : ['{', '}'];
  if (entries.length === 0)
    return (
      <div className={classes.leaf}>
        {label}
        {before}
        {after}
      </div>
    );
  return (
    <div>
      <UnstyledButton aria-expanded={open} onClick={() => setOpen(!open)}>
        {open ? <IconChevronDown size={12} /> : <IconChevronRight size={12} />}
        <span style={{ marginLeft: 6 }}>
          {label}
          {open ? before : `${before} ${formatCount(entries.length)} ${after}`}
        </span>
      </UnstyledButton>
      {open ? (
        <>
          <div className={classes.children}>
            {entries.slice(0, shown).map(([key, inner]) => (
              <JsonTree key={key} name={key} value={inner} depth={depth + 1} />
            ))}
            {entries.length > shown ? (
              <UnstyledButton className={classes.leaf} c="var(--assay-accent)" onClick={() => setShown(shown + SHOWN)}>
                show more ({formatCount(entries.length - shown)} left)
              </UnstyledButton>
            ) : null}
          </div>
          <div className={classes.leaf}>{after}</div>
        </>
      ) : null}
    </div>
  );
}
