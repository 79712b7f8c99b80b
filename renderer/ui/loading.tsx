import { Skeleton, Stack } from '@mantine/core';
import { useEffect, useState } from 'react';
import classes from './loading.module.css';

/** True after `ms`, so that what is quick never flashes a skeleton. */
export function useLate(ms = 150): boolean {
  const [late, setLate] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setLate(true), ms);
    return () => clearTimeout(timer);
  }, [ms]);
  return late;
}

/** Lines as high as the rows they stand for, so that nothing jumps when these come. `height` in px. */
export function LoadingRows({ rows = 8, height = 32 }: { rows?: number; height?: number }) {
  const late = useLate();
  return (
    <Stack gap={0} aria-busy aria-label="Loading" role="status" className={late ? classes.shown : classes.held}>
      {Array.from({ length: rows }, (_, row) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the rows have no identity
        <div key={row} className={classes.row} style={{ height }}>
          <Skeleton height={10} width={`${62 - ((row * 13) % 34)}%`} radius="sm" />
        </div>
      ))}
    </Stack>
  );
}

/** A grey area of a fixed height, for a chart or a card that is on its way. `height` in px, or any CSS length. */
export function LoadingBox({ height = 200 }: { height?: number | string }) {
  const late = useLate();
  return (
    <div
      style={{ height }}
      aria-busy
      role="status"
      aria-label="Loading"
      className={late ? classes.shown : classes.held}
    >
      <Skeleton height="100%" radius="md" />
    </div>
  );
}

/** A page that is on its way. */
export function LoadingPage() {
  return (
    <div style={{ padding: 16 }}>
      <LoadingRows rows={12} />
    </div>
  );
}
