import type { ReactNode } from 'react';

export type Command = {
  id: string;
  group: 'Runs' | 'Go to' | 'Do' | 'Projects';
  label: string;
  /** Second line, muted. */
  detail?: string;
  /** Other words that should find it. */
  also?: string;
  keys?: string;
  icon?: ReactNode;
  run: () => void;
};

/**
 * The commands that have every word of the query, best first: the label begins with it, a word of the label begins with it, it is
 * somewhere. Commands of equal rank keep their order. An empty query keeps all.
 */
export function ranked(commands: readonly Command[], query: string): Command[] {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) return [...commands];
  const rank = (command: Command): number => {
    const label = command.label.toLowerCase();
    const all = `${label} ${command.detail ?? ''} ${command.also ?? ''}`.toLowerCase();
    if (!words.every((word) => all.includes(word))) return -1;
    if (label.startsWith(words.join(' '))) return 0;
    return words.every((word) => ` ${label}`.includes(` ${word}`)) ? 1 : 2;
  };
  return commands
    .map((command) => ({ command, rank: rank(command) }))
    .filter((entry) => entry.rank >= 0)
    .sort((a, b) => a.rank - b.rank)
    .map((entry) => entry.command);
}

/** What a person typed, as a filter that looks for the text: quoted, so that nothing in it is read as an operator. */
export function asTextFilter(query: string): string {
  return query
    .trim()
    .split(/\s+/)
    .filter(Boolean)
    .map((word) => `"${word.replaceAll(/["\\]/g, ' ').trim()}"`)
    .filter((word) => word !== '""')
    .join(' ');
}
