/** Pieces of at most `size`. The time to plan one statement grows with the square of what it counts, so wide tables are asked piece by piece. */
export function batchesOf<T>(items: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, i) => items.slice(i * size, (i + 1) * size));
}
