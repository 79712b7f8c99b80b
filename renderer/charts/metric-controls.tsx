import { ActionIcon, Group, Popover, SegmentedControl, Slider, Stack, Switch, Text, TextInput } from '@mantine/core';
import { IconAdjustmentsHorizontal, IconSearch } from '@tabler/icons-react';
import { Tip } from '../ui/tip.tsx';
import { useChartView } from './chart-view.ts';
import type { XKind } from './figures/x-axis.ts';
import classes from './metric-charts.module.css';
import { useSmoothing } from './use-smoothing.ts';

const KINDS: { value: XKind; label: string }[] = [
  { value: 'step', label: 'Step' },
  { value: 'relative', label: 'Relative' },
  { value: 'wall', label: 'Time' },
];

/** Search over the charts, and how they are drawn. */
export function MetricControls({ search, onSearch }: { search: string; onSearch: (text: string) => void }) {
  const view = useChartView();
  return (
    <div className={classes.controls}>
      <TextInput
        className={classes.search}
        value={search}
        onChange={(event) => onSearch(event.currentTarget.value)}
        placeholder="Search charts"
        aria-label="Search charts by name or regular expression"
        leftSection={<IconSearch size={14} />}
        onKeyDown={(event) => {
          if (event.key === 'Escape') onSearch('');
        }}
      />
      <SegmentedControl
        aria-label="Horizontal axis"
        data={KINDS}
        value={view.x}
        onChange={(x) => view.set({ x: x as XKind })}
      />
      <Smoothing />
      <Popover position="bottom-end" width={260} withinPortal>
        <Popover.Target>
          <Tip label="How charts are drawn">
            <ActionIcon aria-label="How charts are drawn" variant={isChanged(view) ? 'light' : 'subtle'}>
              <IconAdjustmentsHorizontal size={16} />
            </ActionIcon>
          </Tip>
        </Popover.Target>
        <Popover.Dropdown>
          <Stack gap="sm">
            <Switch
              label="Logarithmic values"
              checked={view.logY}
              onChange={(event) => view.set({ logY: event.currentTarget.checked })}
            />
            <Switch
              label="Logarithmic steps"
              description={view.x === 'wall' ? 'Not for the time of day' : undefined}
              disabled={view.x === 'wall'}
              checked={view.logX}
              onChange={(event) => view.set({ logX: event.currentTarget.checked })}
            />
            <Switch
              label="Ignore outliers"
              description="The axis goes from the 5th to the 95th percentile; no point is removed."
              checked={view.ignoreOutliers}
              onChange={(event) => view.set({ ignoreOutliers: event.currentTarget.checked })}
            />
          </Stack>
        </Popover.Dropdown>
      </Popover>
    </div>
  );
}

function isChanged(view: { logX: boolean; logY: boolean; ignoreOutliers: boolean }): boolean {
  return view.logX || view.logY || view.ignoreOutliers;
}

const FORMULA =
  'Exponential moving average as in TensorBoard: last·w + (1 − w)·y, divided by 1 − wⁿ. The raw line stays faint behind it.';

function Smoothing() {
  const { weight, drag, keep } = useSmoothing();
  return (
    <Tip label={FORMULA} multiline w={280}>
      <Group gap={8} wrap="nowrap" className={classes.smoothing}>
        <Text size="xs" c="dimmed">
          Smooth
        </Text>
        <Slider
          w={72}
          size="xs"
          min={0}
          max={0.99}
          step={0.01}
          value={weight}
          label={null}
          thumbLabel="Smoothing weight"
          onChange={drag}
          onChangeEnd={keep}
        />
        <Text size="xs" w={26} ta="right">
          {weight.toFixed(2)}
        </Text>
      </Group>
    </Tip>
  );
}
