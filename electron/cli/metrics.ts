import type { Command } from 'commander';
import { InvalidArgumentError } from 'commander';
import { AppError } from '../../shared/errors.ts';
import { jsonNumber } from '../services/runs/export.ts';
import { createOutput, number, table } from './output.ts';
import { findRun, openSession } from './session.ts';

/** `assay metrics ID KEY`: the points of one metric. */
export function metricsCommand(program: Command): void {
  program
    .command('metrics')
    .description('print the points of one metric of a run')
    .argument('<id>', 'the run: its id, the beginning or end of it, or its name')
    .argument('<key>', 'the metric, e.g. val/loss')
    .option(
      '--max-points <n>',
      'reduce to at most this many, keeping first, last, least and greatest of every bucket',
      points,
    )
    .option('--json', 'print one JSON value')
    .action(async (id: string, key: string, options: { maxPoints?: number; json?: boolean }) => {
      const session = await openSession(program.opts<{ C: string }>().C);
      try {
        const run = findRun(session, id);
        const series = session.services.metrics.points(
          session.project.id,
          run,
          key,
          options.maxPoints ?? Number.MAX_SAFE_INTEGER,
        );
        if (series.count === 0) {
          const keys = session.services.metrics
            .keys({ project: session.project.id, runs: [run] })
            .map((one) => one.key);
          throw new AppError(
            'NOT_FOUND',
            `This run has no metric "${key}". It has: ${keys.slice(0, 20).join(', ') || 'none'}.`,
          );
        }
        createOutput(options.json ?? false).result(
          {
            run,
            key,
            points: series.points.map(([step, time, value]) => [step, time, jsonNumber(value)]),
            reduced: series.reduced,
            count: series.count,
          },
          () =>
            `${table(
              ['step', 'time', 'value'],
              series.points.map(([step, time, value]) => [number(step), new Date(time).toISOString(), String(value)]),
            )}${series.reduced ? `\n${series.points.length} of ${series.count} points; no minimum or maximum is left out.` : ''}`,
        );
      } finally {
        await session.close();
      }
    });
}

function points(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 4) throw new InvalidArgumentError('It must be a whole number of at least 4.');
  return value;
}
