import { memo } from 'react';
import classes from './spread-mini.module.css';
import { type BothSpreads, miniShapes } from './spread-shapes.ts';

type Props = { spread: BothSpreads; width: number; height: number };

/** A column's distribution before (an outline) and after (an area) over each other, each as shares of its own side. */
export const SpreadMini = memo(function SpreadMini({ spread, width, height }: Props) {
  const shapes = miniShapes(spread, width, height - 2);
  return (
    <svg className={classes.mini} width={width} height={height} viewBox={`0 -1 ${width} ${height}`} aria-hidden>
      <path className={classes.floor} d={`M0 ${height - 2}H${width}`} />
      {shapes.kind === 'steps' ? (
        <>
          <path className={classes.after} d={shapes.after} />
          <path className={classes.before} d={shapes.before} />
        </>
      ) : (
        shapes.bars.map((bar) => (
          <g key={bar.x}>
            <rect
              className={classes.beforeBar}
              x={bar.x + 1}
              width={Math.max(1, bar.width / 2 - 1.5)}
              y={height - 2 - bar.before}
              height={bar.before}
            />
            <rect
              className={classes.afterBar}
              x={bar.x + bar.width / 2 - 0.5}
              width={Math.max(1, bar.width / 2 - 1.5)}
              y={height - 2 - bar.after}
              height={bar.after}
            />
          </g>
        ))
      )}
    </svg>
  );
});
