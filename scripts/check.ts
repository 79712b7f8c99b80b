/** `npm run check`: types, lint and walls, side by side. Ends with 1 when any of them finds something. */
import { spawn } from 'node:child_process';
import { checkShape } from './shape.ts';

type Result = { name: string; code: number; output: string; ms: number };

function tool(name: string, args: readonly string[]): Promise<Result> {
  const started = performance.now();
  return new Promise((resolve) => {
    const child = spawn(args[0]!, args.slice(1), {
      stdio: ['ignore', 'pipe', 'pipe'],
      shell: process.platform === 'win32',
    });
    const output: Buffer[] = [];
    child.stdout.on('data', (piece: Buffer) => output.push(piece));
    child.stderr.on('data', (piece: Buffer) => output.push(piece));
    child.on('error', (error) => resolve({ name, code: 1, output: error.message, ms: performance.now() - started }));
    child.on('close', (code) =>
      resolve({ name, code: code ?? 1, output: Buffer.concat(output).toString(), ms: performance.now() - started }),
    );
  });
}

const started = performance.now();
const results = await Promise.all([
  ...['shared', 'electron', 'electron/app', 'renderer', 'e2e'].map((project) =>
    tool(`types ${project}`, ['tsc', '-p', project]),
  ),
  tool('lint and format', ['biome', 'check', '.']),
]);
const shape = checkShape();
results.push({ name: 'shape', code: shape.length > 0 ? 1 : 0, output: shape.join('\n'), ms: 0 });

for (const result of results) {
  if (result.code !== 0) process.stdout.write(`\n${result.output}\n`);
}
for (const result of results) {
  process.stdout.write(
    `${result.code === 0 ? 'ok    ' : 'FAILED'} ${result.name} (${(result.ms / 1000).toFixed(1)} s)\n`,
  );
}
process.stdout.write(`${((performance.now() - started) / 1000).toFixed(1)} s in all\n`);
process.exitCode = results.some((result) => result.code !== 0) ? 1 : 0;
