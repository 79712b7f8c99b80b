import { type RefObject, useEffect, useRef, useState } from 'react';
import { fitted, pan, type Size, type View, zoomAt } from './zoom.ts';

const WHEEL = 0.0016;
export const STEP = 1.5;

/** The view that all pictures of a comparison share: fitted at first, zoomed by wheel and keys, moved by dragging. */
export function useView(frame: RefObject<HTMLElement | null>, picture: Size | null, panes: number) {
  const [size, setSize] = useState<Size | null>(null);
  const [chosen, setChosen] = useState<View | null>(null);
  useEffect(() => {
    const box = frame.current;
    if (!box) return;
    const observer = new ResizeObserver(() => setSize({ width: box.clientWidth, height: box.clientHeight }));
    observer.observe(box);
    return () => observer.disconnect();
  }, [frame]);

  const room = size ? { width: size.width / panes, height: size.height } : null;
  const view =
    chosen ?? (picture && room ? fitted(picture, { width: room.width - 24, height: room.height - 24 }) : null);
  const now = useRef({ view, picture, room });
  now.current = { view, picture, room };

  const zoom = (factor: number, x = 0, y = 0): void => {
    if (now.current.view) setChosen(zoomAt(now.current.view, factor, x, y));
  };
  const move = (dx: number, dy: number): void => {
    const { view, picture, room } = now.current;
    if (view && picture && room) setChosen(pan(view, dx, dy, picture, room));
  };
  const zoomed = useRef(zoom);
  zoomed.current = zoom;
  useEffect(() => {
    const box = frame.current;
    if (!box) return;
    const onWheel = (event: WheelEvent): void => {
      event.preventDefault();
      const { left, top } = box.getBoundingClientRect();
      const width = now.current.room?.width ?? box.clientWidth;
      const x = ((event.clientX - left) % width) - width / 2;
      zoomed.current(Math.exp(-event.deltaY * WHEEL), x, event.clientY - top - box.clientHeight / 2);
    };
    box.addEventListener('wheel', onWheel, { passive: false });
    return () => box.removeEventListener('wheel', onWheel);
  }, [frame]);
  return {
    view,
    /** of the frame, in px */
    size,
    zoom,
    move,
    fit: () => setChosen(null),
    actual: () => setChosen({ scale: 1, x: 0, y: 0 }),
  };
}

export type ImageViewState = ReturnType<typeof useView>;
