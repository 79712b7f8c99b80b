/** A key or two keys one after the other, such as `n` or `g r`. Pure: no DOM. */
export type Shortcut = { keys: string; label: string; group: 'Go to' | 'Do'; needsProject: boolean };

export const SHORTCUTS = {
  palette: { keys: 'mod K', label: 'Search and commands', group: 'Do', needsProject: false },
  help: { keys: '?', label: 'Keyboard shortcuts', group: 'Do', needsProject: false },
  newRun: { keys: 'n', label: 'Start a run', group: 'Do', needsProject: true },
  open: { keys: 'o', label: 'Open a folder', group: 'Do', needsProject: false },
  theme: { keys: 't', label: 'Light or dark', group: 'Do', needsProject: false },
  runs: { keys: 'g r', label: 'Runs', group: 'Go to', needsProject: true },
  data: { keys: 'g d', label: 'Data', group: 'Go to', needsProject: true },
  models: { keys: 'g m', label: 'Models', group: 'Go to', needsProject: true },
  lineage: { keys: 'g l', label: 'Lineage', group: 'Go to', needsProject: true },
  targets: { keys: 'g t', label: 'Targets', group: 'Go to', needsProject: true },
  audit: { keys: 'g a', label: 'Audit log', group: 'Go to', needsProject: true },
  queue: { keys: 'g q', label: 'Queue and GPUs', group: 'Go to', needsProject: true },
  settings: { keys: 'g s', label: 'Settings', group: 'Go to', needsProject: false },
  projects: { keys: 'g p', label: 'Projects', group: 'Go to', needsProject: false },
} as const satisfies Record<string, Shortcut>;

export type Action = keyof typeof SHORTCUTS;

const WITHIN_MS = 1200;

/**
 * Follows keys and says which action they make, or null. The second key of a pair counts for 1.2 s.
 * `mod K` is not among them: the palette listens for it itself.
 */
export function createKeyReader(): (key: string, atMs: number) => Action | null {
  let first: { key: string; atMs: number } | null = null;
  const find = (keys: string): Action | null =>
    (Object.keys(SHORTCUTS) as Action[]).find((action) => SHORTCUTS[action].keys === keys) ?? null;
  const opens = (key: string): boolean => Object.values(SHORTCUTS).some(({ keys }) => keys.startsWith(`${key} `));

  return (key, atMs) => {
    const pair = first && atMs - first.atMs <= WITHIN_MS ? find(`${first.key} ${key}`) : null;
    first = !pair && key !== 'mod' && opens(key) ? { key, atMs } : null;
    return pair ?? (first ? null : find(key));
  };
}
