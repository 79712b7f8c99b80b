import { Text, Title } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { type DragEvent, useState } from 'react';
import type { QueueState } from '../../../shared/contract/queue.ts';
import { beforeOf } from './order.ts';
import classes from './queue-page.module.css';
import type { Queue } from './use-queue.ts';
import { WaitingLine } from './waiting-line.tsx';

/** The runs that wait, in the order in which they start; dragged, or moved with buttons and Alt + arrow keys. */
export function WaitingList({ queue, state }: { queue: Queue; state: QueueState }) {
  const [dragged, setDragged] = useState<string | null>(null);
  /** The run before which it would land; '' is the end. */
  const [over, setOver] = useState<string | null>(null);
  const { items } = state;

  const end = (): void => {
    setDragged(null);
    setOver(null);
  };
  const dropZone = (before: string) => ({
    'data-over': over === before && dragged !== null && dragged !== before,
    onDragOver: (event: DragEvent) => {
      if (dragged === null) return;
      event.preventDefault();
      setOver(before);
    },
    onDrop: (event: DragEvent) => {
      event.preventDefault();
      if (dragged !== null && dragged !== before) queue.move(dragged, before === '' ? null : before);
      end();
    },
  });
  const shift = (run: string, by: number): void => {
    const before = beforeOf(items, run, by);
    if (before !== undefined) queue.move(run, before);
  };

  return (
    <section className={classes.section} aria-labelledby="queue-waiting">
      <div className={classes.heading}>
        <Title order={2} id="queue-waiting">
          Waiting
        </Title>
        <Text c="dimmed">{items.length}</Text>
        {state.paused ? <Text c="var(--assay-warn)">Paused: nothing starts until the queue is resumed.</Text> : null}
      </div>
      {items.length === 0 ? (
        <div className={classes.nothing}>
          Nothing waits. Choose “Add to queue” when you{' '}
          <Link to="/p/$project/start" params={{ project: queue.project }}>
            start a run
          </Link>
          , and it lines up here.
        </div>
      ) : (
        <ol className={classes.list}>
          {items.map((item, index) => (
            <WaitingLine
              key={item.run}
              project={queue.project}
              item={item}
              index={index}
              last={index === items.length - 1}
              dragged={dragged === item.run}
              dropZone={dropZone(item.run)}
              onDragStart={() => setDragged(item.run)}
              onDragEnd={end}
              onShift={(by) => shift(item.run, by)}
              onRemove={() => queue.remove(item.run)}
            />
          ))}
        </ol>
      )}
      {items.length > 1 ? <div className={classes.end} {...dropZone('')} /> : null}
    </section>
  );
}
