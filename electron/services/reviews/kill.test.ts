import { join } from 'node:path';
import { expect, it } from 'vitest';
import { runTool } from '../../platform/process.ts';

const testing = (name: string): string => join(import.meta.dirname, '../../testing', name);
/** All of them with ASSAY_FAULTS=all; usually some spread over the whole way, since each costs a project. */
const MOST = process.env.ASSAY_FAULTS === 'all' ? '1000' : '6';

it.each(['request', 'approve'])(
  '%s that dies at any step completes when done again: event, signature, tag and commit, each once',
  async (operation) => {
    const args = ['--import', testing('faults.ts'), testing('review-faults.ts'), operation, MOST];
    const { code, stdout, stderr } = await runTool(process.execPath, args, { timeoutMs: 300_000 });
    expect(code, stderr).toBe(0);
    const results = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { step?: number; steps?: number; wrong?: string[] });
    expect(results.find((one) => one.steps !== undefined)?.steps).toBeGreaterThan(20);
    expect(results.filter((one) => one.wrong && one.wrong.length > 0)).toEqual([]);
  },
  300_000,
);
