import { ActionIcon, Text } from '@mantine/core';
import { IconArrowDown, IconArrowUp, IconGripVertical, IconX } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import type { DragEvent, HTMLAttributes, KeyboardEvent } from 'react';
import type { QueueItem } from '../../../shared/contract/queue.ts';
import { formatAgo, formatCommand } from '../../lib/format.ts';
import { useNow } from '../../lib/use-now.ts';
import { Tip } from '../../ui/tip.tsx';
import classes from './queue-page.module.css';

type Props = {
  project: string;
  item: QueueItem;
  index: number;
  last: boolean;
  dragged: boolean;
  dropZone: HTMLAttributes<HTMLLIElement>;
  onDragStart: () => void;
  onDragEnd: () => void;
  /** Negative is up. */
  onShift: (by: number) => void;
  onRemove: () => void;
};

/** One waiting run: its place, what it will do, why it waits, and the ways to move it. */
export function WaitingLine({ project, item, index, last, dragged, dropZone, ...on }: Props) {
  const now = useNow(15_000);
  const onKey = (event: KeyboardEvent): void => {
    if (!event.altKey || (event.key !== 'ArrowUp' && event.key !== 'ArrowDown')) return;
    event.preventDefault();
    on.onShift(event.key === 'ArrowUp' ? -1 : 1);
  };
  const onDragStart = (event: DragEvent): void => {
    event.dataTransfer.effectAllowed = 'move';
    event.dataTransfer.setData('text/plain', item.name);
    on.onDragStart();
  };
  return (
    <li
      className={classes.line}
      data-dragged={dragged}
      draggable
      onDragStart={onDragStart}
      onDragEnd={on.onDragEnd}
      onKeyDown={onKey}
      {...dropZone}
    >
      <span className={classes.grip} aria-hidden>
        <IconGripVertical size={16} stroke={1.6} />
      </span>
      <span className={classes.number}>{index + 1}</span>
      <div className={classes.text}>
        <Link to="/p/$project/runs/$run" params={{ project, run: item.run }} className={classes.name} draggable={false}>
          {item.name}
        </Link>
        <Text size="xs" c="dimmed" truncate title={formatCommand(item.command)}>
          {item.waitingFor} <span className="mono">{formatCommand(item.command)}</span>
        </Text>
      </div>
      <div className={classes.facts}>
        <div>{gpuWord(item.gpus)}</div>
        <div>{formatAgo(item.queuedAt, now)}</div>
      </div>
      <ActionIcon.Group>
        <Step label={`Move ${item.name} up (Alt + ↑)`} disabled={index === 0} onClick={() => on.onShift(-1)} up />
        <Step label={`Move ${item.name} down (Alt + ↓)`} disabled={last} onClick={() => on.onShift(1)} />
      </ActionIcon.Group>
      <Tip label="Take it out of the queue">
        <ActionIcon aria-label={`Take ${item.name} out of the queue`} onClick={on.onRemove}>
          <IconX size={16} stroke={1.6} />
        </ActionIcon>
      </Tip>
    </li>
  );
}

function Step({
  label,
  disabled,
  onClick,
  up,
}: {
  label: string;
  disabled: boolean;
  onClick: () => void;
  up?: boolean;
}) {
  const Icon = up ? IconArrowUp : IconArrowDown;
  return (
    <ActionIcon variant="default" aria-label={label} disabled={disabled} onClick={onClick} size={24}>
      <Icon size={14} stroke={1.8} />
    </ActionIcon>
  );
}

function gpuWord(gpus: string): string {
  if (gpus === 'none') return 'CPU';
  return gpus === 'auto' ? 'GPU: any' : `GPU ${gpus}`;
}
