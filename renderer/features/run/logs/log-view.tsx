import { Button } from '@mantine/core';
import { IconArrowDown } from '@tabler/icons-react';
import { useVirtualizer } from '@tanstack/react-virtual';
import { type KeyboardEvent, useEffect, useMemo, useRef } from 'react';
import { rowAt, shownRows } from './line-window.ts';
import { LogLine } from './log-line.tsx';
import classes from './logs.module.css';
import { type Log, reachesEnd } from './use-log.ts';

const ROW_PX = 18;
/** How near to an edge the next piece is asked for, in px. */
const NEAR_PX = 1500;
const AT_END_PX = 24;
const BY_HAND_MS = 1000;
const MAX_FILLS = 4;

type Props = {
  log: Log;
  wrap: boolean;
  follow: boolean;
  onFollow: (follow: boolean) => void;
  /** The text that is marked; empty for none. */
  needle: string;
  /** Place in the file of the match that is shown; the view goes there when it changes. */
  active: number | null;
};

/**
 * The rows of a log, only those drawn that are seen. Pieces are added at both edges as the reader comes near them, without a jump;
 * following ends when the reader scrolls up and begins again at the end.
 */
export function LogView({ log, wrap, follow, onFollow, needle, active }: Props) {
  const scroller = useRef<HTMLDivElement>(null);
  const rows = useMemo(() => shownRows(log.window), [log.window]);
  const list = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_PX,
    getItemKey: (index) => rows[index]?.offset ?? index,
    overscan: 20,
    anchorTo: 'end',
    followOnAppend: follow,
    scrollEndThreshold: AT_END_PX,
    paddingStart: 8,
    paddingEnd: 16,
  });

  const activeRow = active === null || active < log.window.start ? -1 : rowAt(rows, active);
  const shown = useRef<number | null>(null);
  useEffect(() => {
    if (active === shown.current) return;
    if (active !== null && activeRow < 0) return;
    shown.current = active;
    if (active !== null) list.scrollToIndex(activeRow, { align: 'center' });
  }, [active, activeRow, list]);

  // A view that is not full cannot be scrolled, so it is filled; a log that is one endless line is not read through for that.
  const filled = useRef(0);
  const { window: loaded, earlier, reading } = log;
  useEffect(() => {
    const element = scroller.current;
    if (!element || reading !== null || loaded.start === 0 || filled.current >= MAX_FILLS) return;
    if (list.getTotalSize() > element.clientHeight) return;
    filled.current += 1;
    earlier();
  }, [loaded, reading, earlier, list]);

  const wantsStart = useRef(false);
  useEffect(() => {
    if (!wantsStart.current || loaded.start > 0) return;
    wantsStart.current = false;
    list.scrollToIndex(0, { align: 'start' });
  }, [loaded, list]);

  const last = rows.at(-1)?.end;
  useEffect(() => {
    if (follow && last !== undefined) list.scrollToEnd();
  }, [follow, last, list]);

  // A measured row keeps its height until it is measured anew, which a change of wrapping calls for.
  // biome-ignore lint/correctness/useExhaustiveDependencies: wrap decides the heights
  useEffect(() => list.measure(), [wrap, list]);

  const before = useRef(0);
  /** When a person last moved the view: what the list itself scrolls is no wish to leave the end. */
  const touched = useRef(0);
  const touch = (): void => {
    touched.current = performance.now();
  };
  const onScroll = (): void => {
    const element = scroller.current;
    if (!element) return;
    const up = element.scrollTop < before.current;
    before.current = element.scrollTop;
    const toEnd = element.scrollHeight - element.clientHeight - element.scrollTop;
    if (element.scrollTop < NEAR_PX) log.earlier();
    if (toEnd < NEAR_PX && !reachesEnd(log.window)) log.later();
    const byHand = performance.now() - touched.current < BY_HAND_MS;
    if (follow && up && byHand && toEnd > AT_END_PX) onFollow(false);
    if (!follow && !up && byHand && toEnd <= AT_END_PX && reachesEnd(log.window)) onFollow(true);
  };

  const toEnd = (): void => {
    onFollow(true);
    if (!reachesEnd(log.window)) void log.openEnd();
    else list.scrollToEnd();
  };
  const toStart = (): void => {
    onFollow(false);
    wantsStart.current = log.window.start > 0;
    if (wantsStart.current) void log.openAt(0);
    else list.scrollToIndex(0, { align: 'start' });
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    touch();
    if (event.key === 'End') toEnd();
    else if (event.key === 'Home') toStart();
    else return;
    event.preventDefault();
  };

  return (
    <div className={classes.frame}>
      <section
        ref={scroller}
        className={classes.scroll}
        onScroll={onScroll}
        onWheel={(event) => {
          touch();
          // At the top no scroll event comes any more.
          if (event.deltaY < 0 && event.currentTarget.scrollTop === 0) log.earlier();
        }}
        onPointerDown={touch}
        onPointerMove={(event) => event.buttons > 0 && touch()}
        onTouchMove={touch}
        onKeyDown={onKeyDown}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
        tabIndex={0}
        aria-label="Log"
      >
        <div className={classes.canvas} style={{ height: list.getTotalSize() }}>
          {list.getVirtualItems().map((item) => (
            <div
              key={item.key}
              ref={list.measureElement}
              data-index={item.index}
              data-wrap={wrap || undefined}
              data-active={item.index === activeRow || undefined}
              className={classes.row}
              style={{ transform: `translateY(${item.start}px)` }}
            >
              <LogLine row={rows[item.index]!} needle={needle} />
            </div>
          ))}
        </div>
      </section>
      {follow ? null : (
        <Button
          className={classes.edge}
          variant="default"
          size="compact-xs"
          leftSection={<IconArrowDown size={12} />}
          onClick={toEnd}
        >
          Jump to end
        </Button>
      )}
    </div>
  );
}
