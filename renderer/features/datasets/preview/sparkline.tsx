import type { Spread } from '../../../../shared/contract/tables.ts';
import classes from './table.module.css';

const HEIGHT = 24;

/** Heights of bars from 0 to 1; what is there but small stays visible. */
export function barHeights(counts: readonly number[]): number[] {
  const most = Math.max(...counts, 0);
  return counts.map((count) => (count === 0 || most === 0 ? 0 : Math.max(0.06, count / most)));
}

/** How values spread, as small bars. */
export function Sparkline({ spread }: { spread: Spread | null }) {
  if (!spread) return <div className={classes.noSpark} />;
  const counts = spread.kind === 'category' && spread.other > 0 ? [...spread.counts, spread.other] : spread.counts;
  const heights = barHeights(counts);
  const gap = counts.length > 40 ? 0 : 0.12;
  return (
    <svg
      className={classes.spark}
      data-kind={spread.kind}
      viewBox={`0 0 ${counts.length} ${HEIGHT}`}
      preserveAspectRatio="none"
      aria-hidden
    >
      {heights.map((height, i) => (
        <rect
          // biome-ignore lint/suspicious/noArrayIndexKey: bars are known by their place
          key={i}
          x={i + gap / 2}
          y={HEIGHT * (1 - height)}
          width={1 - gap}
          height={HEIGHT * height}
          data-other={(spread.kind === 'category' && i === spread.counts.length) || undefined}
        />
      ))}
    </svg>
  );
}
