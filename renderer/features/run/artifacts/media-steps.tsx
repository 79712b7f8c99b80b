import { ActionIcon, Slider } from '@mantine/core';
import { IconChevronLeft, IconChevronRight } from '@tabler/icons-react';
import { useEffect } from 'react';
import type { Artifact } from '../../../../shared/contract/runs.ts';
import { formatNumber } from '../../../lib/format.ts';
import { Tip } from '../../../ui/tip.tsx';
import type { MediaGroup } from './artifact-tree.ts';
import classes from './artifacts.module.css';

type Props = { group: MediaGroup; chosen: Artifact; onChoose: (path: string) => void };

/** Goes through what was logged under one key, step by step; Ctrl with the arrows does the same. */
export function MediaSteps({ group, chosen, onChoose }: Props) {
  const { items } = group;
  const at = items.indexOf(chosen);

  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      const by = event.key === 'ArrowRight' ? 1 : event.key === 'ArrowLeft' ? -1 : 0;
      const next = items[at + by];
      if (!(event.ctrlKey || event.metaKey) || by === 0 || !next) return;
      event.preventDefault();
      onChoose(next.path);
    };
    document.addEventListener('keydown', onKey);
    return () => document.removeEventListener('keydown', onKey);
  }, [items, at, onChoose]);

  const name = (index: number): string => {
    const step = items[index]?.step;
    return step === null || step === undefined ? `${index + 1}` : `step ${formatNumber(step)}`;
  };
  return (
    <div className={classes.steps}>
      <Tip label="Step before (Ctrl ←)">
        <ActionIcon aria-label="Step before" disabled={at === 0} onClick={() => onChoose(items[at - 1]!.path)}>
          <IconChevronLeft size={16} />
        </ActionIcon>
      </Tip>
      <Slider
        flex={1}
        min={0}
        max={items.length - 1}
        value={at}
        label={name}
        thumbLabel="Step"
        size="xs"
        onChange={(index) => onChoose(items[index]!.path)}
      />
      <Tip label="Next step (Ctrl →)">
        <ActionIcon
          aria-label="Next step"
          disabled={at === items.length - 1}
          onClick={() => onChoose(items[at + 1]!.path)}
        >
          <IconChevronRight size={16} />
        </ActionIcon>
      </Tip>
      <span className={classes.muted}>
        {name(at)} ({at + 1} of {items.length})
      </span>
    </div>
  );
}
