import { ActionIcon, Menu, UnstyledButton, useComputedColorScheme } from '@mantine/core';
import { IconX } from '@tabler/icons-react';
import { useNavigate } from '@tanstack/react-router';
import type { RunDetail } from '../../../shared/contract/runs.ts';
import { runColor } from '../../lib/run-color.ts';
import { StatusDot } from '../../ui/status-badge.tsx';
import classes from './compare-page.module.css';

type Props = {
  project: string;
  run: RunDetail;
  baseline: boolean;
  onBaseline: () => void;
  onRemove: () => void;
};

/** A run of the legend: its colour, the way to its page, the way out of the comparison. */
export function RunChip({ project, run, baseline, onBaseline, onRemove }: Props) {
  const scheme = useComputedColorScheme('light');
  const navigate = useNavigate();
  return (
    <div className={classes.chip}>
      <Menu position="bottom-start">
        <Menu.Target>
          <UnstyledButton className={classes.chipName} title={run.name}>
            <span className={classes.swatch} style={{ background: runColor(run, scheme) }} />
            <span className={classes.ellipsis}>{run.name}</span>
            {run.status === 'finished' ? null : <StatusDot status={run.status} />}
            {baseline ? <span className={classes.baseline}>baseline</span> : null}
          </UnstyledButton>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item onClick={() => void navigate({ to: '/p/$project/runs/$run', params: { project, run: run.id } })}>
            Open the run
          </Menu.Item>
          <Menu.Item disabled={baseline} onClick={onBaseline}>
            Compare the others with it
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
      <ActionIcon size="xs" aria-label={`Take ${run.name} out of the comparison`} onClick={onRemove}>
        <IconX size={12} />
      </ActionIcon>
    </div>
  );
}
