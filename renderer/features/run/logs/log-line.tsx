import { UnstyledButton } from '@mantine/core';
import { type CSSProperties, memo, useState } from 'react';
import { formatCount } from '../../../lib/format.ts';
import { type AnsiColor, type AnsiStyle, parseAnsi } from './ansi.ts';
import { highlight } from './highlight.ts';
import type { LogRow } from './line-window.ts';
import classes from './logs.module.css';

/** Longer rows are cut until somebody asks for the rest: the browser is slow with very long ones. */
const SHOWN_CHARACTERS = 2000;

/** One row of a log: colours, marks, and the rest of a very long one on request. */
export const LogLine = memo(function LogLine({ row, needle }: { row: LogRow; needle: string }) {
  const [whole, setWhole] = useState(false);
  const cut = !whole && row.text.length > SHOWN_CHARACTERS;
  const pieces = highlight(parseAnsi(cut ? row.text.slice(0, SHOWN_CHARACTERS) : row.text), needle);
  return (
    <>
      {pieces.map(({ text, style, hit }, at) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the pieces of a row never move
        <span key={at} style={cssOf(style)} className={hit ? classes.hit : undefined}>
          {text}
        </span>
      ))}
      {cut ? (
        <UnstyledButton className={classes.more} onClick={() => setWhole(true)}>
          … show {formatCount(row.text.length - SHOWN_CHARACTERS)} more characters
        </UnstyledButton>
      ) : null}
      {row.goesOn ? <span className={classes.goesOn}>↵</span> : null}
    </>
  );
});

/** Text without a colour of its own on a true-colour ground, by the ground's luma (ITU-R BT.601); undefined leaves it as it is. */
function readableOn(ground: AnsiColor | undefined): string | undefined {
  if (typeof ground !== 'string' || !ground.startsWith('#')) return undefined;
  const [red, green, blue] = [1, 3, 5].map((at) => Number.parseInt(ground.slice(at, at + 2), 16)) as [
    number,
    number,
    number,
  ];
  return 0.299 * red + 0.587 * green + 0.114 * blue > 140 ? '#1f242a' : '#f0f2f4';
}

const css = (color: AnsiColor): string => (typeof color === 'number' ? `var(--ansi-${color})` : color);

function cssOf(style: AnsiStyle): CSSProperties | undefined {
  const { color, background, bold, dim, italic, underline, strike, inverse } = style;
  const [front, back] = inverse
    ? [background ?? 'var(--assay-ground)', color ?? 'var(--mantine-color-text)']
    : [color, background];
  return {
    color: front === undefined ? readableOn(back) : css(front),
    background: back === undefined ? undefined : css(back),
    fontWeight: bold ? 600 : undefined,
    opacity: dim ? 0.65 : undefined,
    fontStyle: italic ? 'italic' : undefined,
    textDecoration: [underline && 'underline', strike && 'line-through'].filter(Boolean).join(' ') || undefined,
  };
}
