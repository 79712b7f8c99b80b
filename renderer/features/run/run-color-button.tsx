import { ColorSwatch, Popover, SimpleGrid, UnstyledButton, useComputedColorScheme } from '@mantine/core';
import { useState } from 'react';
import type { RunRow } from '../../../shared/contract/runs.ts';
import { runColor, runPalette } from '../../lib/run-color.ts';
import classes from './run-page.module.css';

/** The colour the run has everywhere; a click offers others. */
export function RunColorButton({
  run,
  onColor,
}: {
  run: Pick<RunRow, 'seq' | 'color'>;
  onColor: (color: string | null) => void;
}) {
  const scheme = useComputedColorScheme('light');
  const [open, setOpen] = useState(false);
  const choose = (color: string | null): void => {
    onColor(color);
    setOpen(false);
  };
  return (
    <Popover opened={open} onChange={setOpen} position="bottom-start" trapFocus>
      <Popover.Target>
        <UnstyledButton
          className={classes.swatch}
          style={{ background: runColor(run, scheme) }}
          aria-label="Colour of the run"
          title="Colour of the run"
          onClick={() => setOpen(!open)}
        />
      </Popover.Target>
      <Popover.Dropdown p="xs">
        <SimpleGrid cols={8} spacing={6} verticalSpacing={6}>
          {runPalette(scheme).map((color) => (
            <ColorSwatch
              key={color}
              component="button"
              color={color}
              size={20}
              radius="sm"
              aria-label={color}
              style={{ cursor: 'pointer' }}
              onClick={() => choose(color)}
            />
          ))}
        </SimpleGrid>
        {run.color ? (
          <UnstyledButton fz="xs" mt={8} c="var(--assay-accent)" onClick={() => choose(null)}>
            Back to its own colour
          </UnstyledButton>
        ) : null}
      </Popover.Dropdown>
    </Popover>
  );
}
