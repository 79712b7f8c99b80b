import { type Checking, type Found, Inconclusive, said } from './evaluator.ts';
import type { GateOf } from './forms.ts';
import { runCommand, startOf, tail } from './run-command.ts';

/** How long a command takes with the example input, measured here: the median and the 95th percentile of its runs. */
export async function checkLatency(gate: GateOf<'latency'>, checking: Checking): Promise<Found> {
  const { warmup = 1, runs = 10, timeout = 60, max_median: median, max_p95: p95 } = gate;
  const words = [
    ...(median === undefined ? [] : [`median at most ${said(median)} ms`]),
    ...(p95 === undefined ? [] : [`95th percentile at most ${said(p95)} ms`]),
  ];
  const title = `Latency of ${gate.latency.join(' ').slice(0, 200)}: ${words.join(', ')}`;
  if (checking.own.definition.example === null)
    throw new Inconclusive('This version has no example input. Register it again with one.');
  const start = await startOf(gate.latency, checking);
  const times: number[] = [];
  for (let i = 0; i < warmup + runs; i++) {
    const ended = await runCommand(start, checking, timeout);
    if (ended.code !== 0)
      throw new Inconclusive(
        `The command failed with the example (${ended.signal ?? ended.code}), so its time says nothing.${tail(ended)}`,
      );
    if (i >= warmup) times.push(ended.elapsedMs);
  }
  times.sort((a, b) => a - b);
  const [half, most] = [rank(times, 0.5), rank(times, 0.95)];
  const fits = (median === undefined || half <= median) && (p95 === undefined || most <= p95);
  return {
    title,
    verdict: fits ? 'pass' : 'fail',
    value: median === undefined ? most : half,
    unit: 'ms',
    bound: { op: 'max', value: median ?? p95! },
    evidence: [
      {
        label: 'Times',
        text: `${runs} runs after ${warmup} to warm up, the start of the program included: least ${said(times[0]!)}, most ${said(times.at(-1)!)} ms`,
        ref: {},
      },
    ],
    message: `Median ${said(half)} ms, 95th percentile ${said(most)} ms over ${runs} runs; asked for ${words.join(', ')}.`,
  };
}

/** Nearest rank; the median of an even number is the mean of the two in the middle. */
function rank(sorted: readonly number[], p: number): number {
  if (p === 0.5 && sorted.length % 2 === 0) return (sorted[sorted.length / 2 - 1]! + sorted[sorted.length / 2]!) / 2;
  return sorted[Math.min(sorted.length - 1, Math.ceil(p * sorted.length) - 1)]!;
}
