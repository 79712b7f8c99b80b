import { join } from 'node:path';
import { expect, test } from 'vitest';
import { runTool } from '../../platform/process.ts';

const testing = (name: string): string => join(import.meta.dirname, '../../testing', name);
/** All of them with ASSAY_FAULTS=all; usually some spread over the whole way, since each costs a project. */
const MOST = process.env.ASSAY_FAULTS === 'all' ? '1000' : '8';

test('registering and aliasing that die at any step are completed by doing them again', async () => {
  const args = ['--import', testing('faults.ts'), testing('fault-models.ts'), MOST];
  const { code, stdout, stderr } = await runTool(process.execPath, args, { timeoutMs: 300_000 });
  expect(code, stderr).toBe(0);
  const results = stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { step?: number; steps?: number; wrong?: string[] });
  expect(results.find((one) => one.steps !== undefined)?.steps).toBeGreaterThan(40);
  expect(results.filter((one) => one.wrong && one.wrong.length > 0)).toEqual([]);
}, 300_000);
