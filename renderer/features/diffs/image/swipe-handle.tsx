import type { KeyboardEvent, PointerEvent } from 'react';
import classes from './image.module.css';

type Props = {
  /** 0 is the left edge, 1 the right one */
  place: number;
  width: number;
  onPlace: (place: number) => void;
};

const STEP = 0.02;

/** The line between before (left) and after (right), dragged or moved with the arrow keys. */
export function SwipeHandle({ place, width, onPlace }: Props) {
  const to = (next: number): void => onPlace(Math.min(1, Math.max(0, next)));
  const onPointerDown = (event: PointerEvent<HTMLDivElement>): void => {
    event.stopPropagation();
    event.currentTarget.setPointerCapture(event.pointerId);
  };
  const onPointerMove = (event: PointerEvent<HTMLDivElement>): void => {
    if (!event.currentTarget.hasPointerCapture(event.pointerId)) return;
    event.stopPropagation();
    const frame = event.currentTarget.parentElement?.getBoundingClientRect();
    if (frame && frame.width > 0) to((event.clientX - frame.left) / frame.width);
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const move = { ArrowLeft: -STEP, ArrowRight: STEP }[event.key];
    if (!move) return;
    event.preventDefault();
    event.stopPropagation();
    to(place + move * (event.shiftKey ? 5 : 1));
  };
  return (
    <div
      role="slider"
      tabIndex={0}
      aria-label="Before at the left, after at the right"
      aria-valuenow={Math.round(place * 100)}
      aria-valuemin={0}
      aria-valuemax={100}
      className={classes.swipe}
      style={{ transform: `translateX(${place * width}px)` }}
      onPointerDown={onPointerDown}
      onPointerMove={onPointerMove}
      onKeyDown={onKeyDown}
    />
  );
}
