import { Checkbox, Input, SegmentedControl, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import type { Gpu } from '../../../shared/contract/gpu.ts';
import type { GpuChoice } from '../../../shared/contract/runs.ts';
import { api } from '../../lib/client.ts';
import { formatBytes, formatPercent, plural } from '../../lib/format.ts';
import classes from './start-page.module.css';

const LOOK_MS = 2000;
type Mode = 'auto' | 'none' | 'choose';

type Props = { label: ReactNode; value: GpuChoice; error: string | undefined; onChange: (value: GpuChoice) => void };

/** Which GPUs the run may see, with what each of them does now. */
export function GpuPicker({ label, value, error, onChange }: Props) {
  const query = useQuery(api.gpu.state.queryOptions({ refetchInterval: LOOK_MS }));
  const gpus = query.data?.gpus ?? [];
  const mode: Mode = typeof value === 'string' ? value : 'choose';
  const choose = (next: Mode): void => {
    const idle = gpus.find((gpu) => gpu.processes.length === 0) ?? gpus[0];
    onChange(next === 'choose' ? (idle ? [idle.index] : []) : next);
  };
  const chosen = typeof value === 'string' ? [] : value;
  const gone = chosen.filter((index) => query.data && !gpus.some((gpu) => gpu.index === index));
  return (
    <Input.Wrapper size="xs" label={label} labelElement="div" error={error}>
      <SegmentedControl
        fullWidth
        mt={4}
        aria-label="GPUs"
        value={mode}
        onChange={(next) => choose(next as Mode)}
        data={[
          { value: 'auto', label: 'Automatic' },
          { value: 'none', label: 'None' },
          { value: 'choose', label: 'Choose', disabled: gpus.length === 0 && mode !== 'choose' },
        ]}
      />
      {mode === 'choose' ? (
        <Stack gap={4} mt="xs">
          {gpus.map((gpu) => (
            <Checkbox
              key={gpu.uuid}
              label={`${gpu.index} · ${gpu.name}`}
              description={loadOf(gpu)}
              checked={chosen.includes(gpu.index)}
              onChange={(event) => {
                const rest = chosen.filter((index) => index !== gpu.index);
                onChange(event.currentTarget.checked ? [...rest, gpu.index].sort((a, b) => a - b) : rest);
              }}
            />
          ))}
          {gone.map((index) => (
            <Checkbox
              key={`gone ${index}`}
              label={`${index} · not on this machine`}
              checked
              onChange={() => onChange(chosen.filter((one) => one !== index))}
            />
          ))}
        </Stack>
      ) : (
        <Text size="xs" c="dimmed" mt={4} className={classes.explain}>
          {explain(mode, gpus, query.data?.reason ?? null)}
        </Text>
      )}
    </Input.Wrapper>
  );
}

function explain(mode: Mode, gpus: readonly Gpu[], reason: string | null): string {
  if (mode === 'none') return 'CUDA_VISIBLE_DEVICES is empty: the script sees no GPU.';
  if (gpus.length === 0) return reason ?? 'This machine has no GPU that Assay can see.';
  return `One of ${plural(gpus.length, 'GPU')} that is free, by CUDA_VISIBLE_DEVICES.`;
}

function loadOf(gpu: Gpu): string {
  const used = gpu.memoryUsedBytes === null ? null : formatBytes(gpu.memoryUsedBytes);
  const total = gpu.memoryTotalBytes === null ? null : formatBytes(gpu.memoryTotalBytes);
  return [
    gpu.utilisationPercent === null ? null : `${formatPercent(gpu.utilisationPercent)} busy`,
    used && total ? `${used} of ${total}` : null,
    gpu.processes.length > 0 ? plural(gpu.processes.length, 'process', 'processes') : 'free',
  ]
    .filter(Boolean)
    .join(' · ');
}
