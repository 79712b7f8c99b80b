import { spawn } from 'node:child_process';

export type Step = { name: string; command: readonly string[]; env?: Record<string, string> };

/** Runs steps one after the other, their output shown as it comes. Returns the names of those that failed. */
export async function runSteps(steps: readonly Step[]): Promise<string[]> {
  const failed: string[] = [];
  const times: string[] = [];
  for (const step of steps) {
    process.stdout.write(`\n=== ${step.name}\n`);
    const started = performance.now();
    const code = await new Promise<number>((resolve) => {
      const child = spawn(step.command[0]!, step.command.slice(1), {
        stdio: 'inherit',
        env: { ...process.env, ...step.env },
        shell: process.platform === 'win32',
      });
      child.on('error', (error) => {
        process.stdout.write(`${error.message}\n`);
        resolve(1);
      });
      child.on('close', (result) => resolve(result ?? 1));
    });
    times.push(
      `${code === 0 ? 'ok    ' : 'FAILED'} ${step.name} (${((performance.now() - started) / 1000).toFixed(1)} s)`,
    );
    if (code !== 0) failed.push(step.name);
  }
  process.stdout.write(`\n${times.join('\n')}\n`);
  return failed;
}
