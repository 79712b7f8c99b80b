import type { Command } from 'commander';
import { bytes, createOutput, number, printable, table } from './output.ts';
import { openServices } from './session.ts';

/** `assay gpu`: the GPUs of this machine and who uses them. */
export function gpuCommand(program: Command): void {
  program
    .command('gpu')
    .description('show GPUs, their load and who uses them')
    .option('--json', 'print one JSON value')
    .action(async (options: { json?: boolean }) => {
      const output = createOutput(options.json ?? false);
      const services = openServices();
      try {
        const state = await services.gpu.state();
        output.result(state, () =>
          state.gpus.length === 0
            ? (state.reason ?? 'No GPU was found.')
            : table(
                ['GPU', 'name', 'use %', 'memory', 'power W', '°C', 'used by'],
                state.gpus.map((gpu) => [
                  String(gpu.index),
                  gpu.name,
                  number(gpu.utilisationPercent),
                  `${bytes(gpu.memoryUsedBytes)} / ${bytes(gpu.memoryTotalBytes)}`,
                  number(gpu.powerWatts),
                  number(gpu.temperatureCelsius),
                  gpu.processes.map((one) => one.run?.slice(-8) ?? `${printable(one.name)} (${one.pid})`).join(', '),
                ]),
              ),
        );
      } finally {
        await services.dispose();
      }
    });
}
