import { type RefObject, useCallback, useEffect, useLayoutEffect, useRef, useState } from 'react';
import { isTall, lastTop, rowsAt, scrollHeight, type Tall, toList, topFor, toScroll } from '../lib/tall.ts';

/**
 * Scrolls a list of any length inside `element`, whose first `head` px are covered by a sticky head. The rows belong into a sticky layer below the
 * head, each at `index * row - top`; the layer lies in a box of `height`. Wheel and keys move by exact pixels however long the list is.
 */
export function useTallScroll(element: RefObject<HTMLElement | null>, count: number, row: number, head: number) {
  const [view, setView] = useState(0);
  const [top, setTop] = useState(0);
  const tall: Tall = { count, row, view };
  const now = useRef({ tall, top });
  now.current = { tall, top: Math.min(top, lastTop(tall)) };
  /** the scrollTop that we set ourselves, so that its event is not taken for a person's */
  const ours = useRef<number | null>(null);

  const moveTo = useCallback(
    (next: number): void => {
      const { tall } = now.current;
      const place = Math.min(lastTop(tall), Math.max(0, next));
      setTop(place);
      now.current.top = place;
      if (!element.current) return;
      element.current.scrollTop = toScroll(tall, place);
      ours.current = element.current.scrollTop;
    },
    [element],
  );

  useLayoutEffect(() => {
    const box = element.current;
    if (!box) return;
    const measure = (): void => setView(Math.max(0, box.clientHeight - head));
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(box);
    return () => observer.disconnect();
  }, [element, head]);

  useEffect(() => {
    const box = element.current;
    if (!box) return;
    const onScroll = (): void => {
      if (ours.current !== null && Math.abs(box.scrollTop - ours.current) < 1) return;
      ours.current = null;
      setTop(toList(now.current.tall, box.scrollTop));
    };
    const onWheel = (event: WheelEvent): void => {
      if (event.ctrlKey || event.shiftKey || event.deltaY === 0 || !isTall(now.current.tall)) return;
      event.preventDefault();
      const unit = event.deltaMode === 1 ? row : event.deltaMode === 2 ? now.current.tall.view : 1;
      moveTo(now.current.top + event.deltaY * unit);
      box.scrollLeft += event.deltaX * unit;
    };
    box.addEventListener('scroll', onScroll, { passive: true });
    box.addEventListener('wheel', onWheel, { passive: false });
    return () => {
      box.removeEventListener('scroll', onScroll);
      box.removeEventListener('wheel', onWheel);
    };
  }, [element, moveTo, row]);

  const place = now.current.top;
  return {
    /** px of the list at the upper edge */
    top: place,
    /** of the box that scrolls, in px */
    height: scrollHeight(tall),
    /** of what is seen, in px */
    view,
    ...rowsAt(tall, place),
    moveTo,
    /** Scrolls no further than needed to see a row. */
    reveal: useCallback((index: number) => moveTo(topFor(now.current.tall, now.current.top, index)), [moveTo]),
  };
}
