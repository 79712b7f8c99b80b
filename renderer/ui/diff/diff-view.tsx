import { Button, Stack, UnstyledButton } from '@mantine/core';
import { IconChevronRight } from '@tabler/icons-react';
import { Fragment, useMemo, useState } from 'react';
import { formatCount, plural } from '../../lib/format.ts';
import classes from './diff.module.css';
import { type DiffFile, type DiffLine, parseUnifiedDiff } from './unified-diff.ts';

/** Files with more lines than this start folded, and are shown in pieces of this size. */
const LARGE_LINES = 600;
/** With more files than this all start folded. */
const MANY_FILES = 40;

/** A unified diff (as `git diff` writes it) as files with coloured lines, each of which folds. */
export function DiffView({ text }: { text: string }) {
  const files = useMemo(() => parseUnifiedDiff(text), [text]);
  return (
    <Stack gap="xs">
      {files.map((file, at) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a diff may name a path twice
        <FileDiff key={at} file={file} open={files.length <= MANY_FILES && lineCount(file) <= LARGE_LINES} />
      ))}
    </Stack>
  );
}

function lineCount(file: DiffFile): number {
  return file.hunks.reduce((sum, hunk) => sum + hunk.lines.length, 0);
}

function FileDiff({ file, open: openAtFirst }: { file: DiffFile; open: boolean }) {
  const [open, setOpen] = useState(openAtFirst);
  return (
    <section className={classes.file} aria-label={file.path}>
      <UnstyledButton className={classes.head} aria-expanded={open} onClick={() => setOpen(!open)}>
        <IconChevronRight size={14} className={classes.chevron} data-open={open || undefined} aria-hidden />
        <span className={classes.path}>
          {file.from ? <span className={classes.from}>{file.from} → </span> : null}
          {file.path}
        </span>
        {file.status === 'modified' ? null : <span className={classes.status}>{file.status}</span>}
        <Counts added={file.added} removed={file.removed} />
      </UnstyledButton>
      {open ? <FileBody file={file} /> : null}
    </section>
  );
}

/** `+3 −1`, each only when there is some. */
export function Counts({ added, removed }: { added: number; removed: number }) {
  return (
    <>
      {added > 0 ? <span className={classes.added}>+{formatCount(added)}</span> : null}
      {removed > 0 ? <span className={classes.removed}>−{formatCount(removed)}</span> : null}
    </>
  );
}

function FileBody({ file }: { file: DiffFile }) {
  const [shown, setShown] = useState(LARGE_LINES);
  if (file.binary) return <div className={classes.aside}>A binary file; its bytes are not shown.</div>;
  if (file.hunks.length === 0)
    return <div className={classes.aside}>{file.notes.join(', ') || 'Its text did not change.'}</div>;
  let left = shown;
  const hunks = file.hunks.map((hunk) => {
    const lines = hunk.lines.slice(0, Math.max(0, left));
    left -= hunk.lines.length;
    return { header: hunk.header, lines };
  });
  return (
    <div className={classes.body}>
      <table className={classes.table}>
        <tbody>
          {hunks
            .filter((hunk) => hunk.lines.length > 0)
            .map((hunk) => (
              <Fragment key={hunk.header}>
                <tr className={classes.hunk}>
                  <td colSpan={4}>{hunk.header}</td>
                </tr>
                {hunk.lines.map((line, at) => (
                  // biome-ignore lint/suspicious/noArrayIndexKey: lines of a diff never move
                  <Line key={at} line={line} />
                ))}
              </Fragment>
            ))}
        </tbody>
      </table>
      {left < 0 ? (
        <div className={classes.aside}>
          <Button size="compact-xs" variant="default" onClick={() => setShown(shown + 5 * LARGE_LINES)}>
            Show more ({plural(-left, 'line')} left)
          </Button>
        </div>
      ) : null}
    </div>
  );
}

const SIGNS = { added: '+', removed: '−', context: '', note: '' } as const;

function Line({ line }: { line: DiffLine }) {
  return (
    <tr data-kind={line.kind}>
      <td className={classes.number}>{line.before}</td>
      <td className={classes.number}>{line.after}</td>
      <td className={classes.sign}>{SIGNS[line.kind]}</td>
      <td className={classes.text}>{line.text}</td>
    </tr>
  );
}
