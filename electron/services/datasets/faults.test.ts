import { join } from 'node:path';
import { expect, it } from 'vitest';
import { runTool } from '../../platform/process.ts';

const testing = (name: string): string => join(import.meta.dirname, '../../testing', name);
/** All of them with ASSAY_FAULTS=all; usually some spread over the whole way, since each costs a project. */
const MOST = process.env.ASSAY_FAULTS === 'all' ? '1000' : '8';

it.each([
  ['add', 'copy'],
  ['add', 'hardlink'],
  ['checkout', 'copy'],
  ['gc', 'copy'],
  ['restore', 'copy'],
  ['rename', 'copy'],
  ['commit', 'copy'],
])(
  '%s (%s) that dies at any step leaves the old or the new state, and completes when done again',
  async (operation, link) => {
    const args = ['--import', testing('faults.ts'), testing('fault-run.ts'), operation, link, MOST];
    const { code, stdout, stderr } = await runTool(process.execPath, args, { timeoutMs: 300_000 });
    expect(code, stderr).toBe(0);
    const results = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { step?: number; steps?: number; wrong?: string[] });
    expect(results.find((one) => one.steps !== undefined)?.steps).toBeGreaterThan(5);
    expect(results.filter((one) => one.wrong && one.wrong.length > 0)).toEqual([]);
  },
  300_000,
);
