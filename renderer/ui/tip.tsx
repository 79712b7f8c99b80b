import { Tooltip, type TooltipProps } from '@mantine/core';

/** A tooltip with the house's delay. For what a label abbreviates; never the only place where something is said. */
export function Tip(props: TooltipProps) {
  return (
    <Tooltip
      openDelay={350}
      closeDelay={0}
      withArrow={false}
      events={{ hover: true, focus: true, touch: false }}
      {...props}
    />
  );
}
