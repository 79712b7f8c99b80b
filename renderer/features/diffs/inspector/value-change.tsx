import { useMemo } from 'react';
import { isNumeric, typeWord } from '../../../../shared/type-words.ts';
import { plural } from '../../../lib/format.ts';
import { CopyButton } from '../../../ui/copy-button.tsx';
import { CellText } from '../table/cell-text.tsx';
import classes from './inspector.module.css';
import { jsonDiffOf } from './json-diff.ts';
import { JsonDiffTree } from './json-diff-tree.tsx';
import { numberDelta, timeDelta } from './value-delta.ts';
import { wordDiff } from './word-diff.ts';

type Value = string | null | undefined;
type Props = { old: Value; now: Value; type: string | null };

const WORDS_MOST = 200_000;
const PLAIN_MOST = 100_000;

/** Two values and how they differ: by words, as a tree, by how much, by how long. */
export function ValueChange({ old, now, type }: Props) {
  if (old === undefined && now === undefined) return <p className={classes.note}>This row has no such column.</p>;
  if (old === undefined) return <Plain side="after" label="Only after" value={now} />;
  if (now === undefined) return <Plain side="before" label="Only before" value={old} />;
  if (old === now) return <Plain label="The same on both sides" value={now} />;
  return (
    <>
      <Plain side="before" label="Before" value={old} />
      <Plain side="after" label="After" value={now} />
      {old !== null && now !== null ? <Difference old={old} now={now} type={type} /> : null}
    </>
  );
}

function Plain({ side, label, value }: { side?: 'before' | 'after'; label: string; value: Value }) {
  const long = typeof value === 'string' && value.length > PLAIN_MOST;
  return (
    <div className={classes.value} data-side={side}>
      <div className={classes.label}>
        {label}
        <span className={classes.space} />
        {typeof value === 'string' ? (
          <CopyButton value={value} label={`Copy the value: ${label.toLowerCase()}`} />
        ) : null}
      </div>
      <pre className={classes.text}>
        <CellText value={long ? `${value.slice(0, PLAIN_MOST)}…` : value} />
      </pre>
    </div>
  );
}

function Difference({ old, now, type }: { old: string; now: string; type: string | null }) {
  const trees = useMemo(() => jsonDiffOf(old, now), [old, now]);
  if (trees)
    return (
      <Part
        title={
          trees.changes === 0 ? 'The same JSON, written differently' : `${plural(trees.changes, 'change')} in the JSON`
        }
      >
        <JsonDiffTree node={trees} />
      </Part>
    );
  const number = isNumeric(type) ? numberDelta(old, now) : null;
  if (number)
    return (
      <Part title="Difference">
        <div className={classes.delta}>
          <b>{number.absolute}</b>
          {number.relative ? <span>{number.relative}</span> : null}
        </div>
      </Part>
    );
  const time = ['time', 'date'].includes(typeWord(type)) ? timeDelta(old, now) : null;
  if (time)
    return (
      <Part title="Difference">
        <div className={classes.delta}>
          <b>{time}</b>
        </div>
      </Part>
    );
  return <Words old={old} now={now} />;
}

function Words({ old, now }: { old: string; now: string }) {
  const words = useMemo(() => (old.length + now.length > WORDS_MOST ? null : wordDiff(old, now)), [old, now]);
  if (!words) return <p className={classes.note}>The texts differ too much to be compared word by word.</p>;
  return (
    <Part title="Word by word">
      <pre className={classes.text}>
        {words.map(({ text, status }, at) =>
          status === 'removed' ? (
            // biome-ignore lint/suspicious/noArrayIndexKey: words of a text have no identity
            <del key={at}>{text}</del>
          ) : status === 'added' ? (
            // biome-ignore lint/suspicious/noArrayIndexKey: as above
            <ins key={at}>{text}</ins>
          ) : (
            text
          ),
        )}
      </pre>
    </Part>
  );
}

function Part({ title, children }: { title: string; children: React.ReactNode }) {
  return (
    <div className={classes.value}>
      <div className={classes.label}>{title}</div>
      {children}
    </div>
  );
}
