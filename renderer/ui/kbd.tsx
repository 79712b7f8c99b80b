import { Kbd as Key } from '@mantine/core';
import { isMac } from '../lib/platform.ts';

/** Keys as they are printed on this machine's keyboard: `mod` is ⌘ or Ctrl. `keys="mod K"`, `keys="g r"`. */
export function Kbd({ keys }: { keys: string }) {
  return (
    <span style={{ display: 'inline-flex', gap: 4, whiteSpace: 'nowrap' }}>
      {keys.split(' ').map((key) => (
        <Key key={key} size="xs">
          {key === 'mod' ? (isMac ? '⌘' : 'Ctrl') : key}
        </Key>
      ))}
    </span>
  );
}
