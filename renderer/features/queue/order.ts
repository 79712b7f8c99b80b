/** Moving things in a list, and saying it the way `queue.move` wants it. Pure. */

/** The list after `run` was put before the entry `before`; null puts it last. Unknown names change nothing. */
export function moved<T extends { run: string }>(items: readonly T[], run: string, before: string | null): T[] {
  const item = items.find((one) => one.run === run);
  if (!item || run === before) return [...items];
  const others = items.filter((one) => one.run !== run);
  const at = before === null ? others.length : others.findIndex((one) => one.run === before);
  return at < 0 ? [...items] : [...others.slice(0, at), item, ...others.slice(at)];
}

/** What a run must be put before so that it moves `by` places (negative is up); undefined when it is at that end already. */
export function beforeOf(items: readonly { run: string }[], run: string, by: number): string | null | undefined {
  const from = items.findIndex((one) => one.run === run);
  const to = Math.min(items.length - 1, Math.max(0, from + by));
  if (from < 0 || to === from) return undefined;
  const others = items.filter((one) => one.run !== run);
  return others[to]?.run ?? null;
}
