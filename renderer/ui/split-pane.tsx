import { Splitter } from '@mantine/core';
import type { ReactNode } from 'react';
import { useRemembered } from '../lib/remembered.ts';

type Props = {
  /** Under this name the place of the handle is remembered in this browser, e.g. `runs.split`. */
  name: string;
  left: ReactNode;
  right: ReactNode;
  /** Share of the left (or upper) side when nothing is remembered, in per cent. */
  initial?: number;
  /** Smallest width (or height) of either side, in per cent. */
  min?: number;
  orientation?: 'horizontal' | 'vertical';
};

/**
 * Two sides with a handle between them: dragged, moved with the arrow keys (Shift for bigger steps), reset by a double click, and
 * found where it was left. Fills its parent; each side scrolls for itself.
 */
export function SplitPane({ name, left, right, initial = 55, min = 20, orientation = 'horizontal' }: Props) {
  const [share, setShare] = useRemembered(name, initial);
  const place = Math.min(100 - min, Math.max(min, Number.isFinite(share) ? share : initial));
  return (
    <Splitter
      orientation={orientation}
      sizes={[place, 100 - place]}
      onSizeChange={([first]) => setShare(Number.parseFloat(String(first)))}
      lineSize={1}
      handleColor="var(--assay-line)"
      h="100%"
      w="100%"
    >
      <Splitter.Pane defaultSize={initial} min={min} style={{ minWidth: 0, minHeight: 0, overflow: 'hidden' }}>
        {left}
      </Splitter.Pane>
      <Splitter.Pane defaultSize={100 - initial} min={min} style={{ minWidth: 0, minHeight: 0, overflow: 'hidden' }}>
        {right}
      </Splitter.Pane>
    </Splitter>
  );
}
