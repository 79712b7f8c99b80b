import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { diffPaths } from '../electron/services/diffs/diff.ts';
import { type CaseSide, type TortureCase, writeSide } from '../electron/services/diffs/torture/cases.ts';

const LIMIT_MS = 150_000;

type Counts = { added: number; removed: number; changed: number };
type Answer = Counts | { error: string };
type Job = { before: string; after: string; key: string[]; tolerance: { abs_tol?: number; rel_tol?: number } };

/** What each program makes of a case: `ok`, or in words what it says instead. */
export type TortureResult = {
  name: string;
  expected: string;
  assay: string;
  daff: string;
  pandas: string;
  polars: string;
};

/** Runs cases through Assay, daff and datacompy. Peers count rows only; of Assay the verdict and every finding are looked at as well. */
export async function runTorture(python: string, cases: readonly TortureCase[]): Promise<TortureResult[]> {
  const folder = mkdtempSync(join(tmpdir(), 'assay-torture-peers-'));
  try {
    const jobs: Job[] = [];
    for (const [i, one] of cases.entries()) {
      const side = (own: 'before' | 'after'): Promise<string> => writeSide(join(folder, `${i}-${own}`), one[own]);
      jobs.push({
        before: await side('before'),
        after: await side('after'),
        key: keyOf(one),
        tolerance: toleranceOf(one),
      });
    }
    const datacompy = resolve('interop/torture_datacompy.py');
    const daff = ask(process.execPath, [resolve('interop/torture-daff.ts')], jobs, folder);
    const pandas = ask(python, [datacompy, 'pandas'], jobs, folder);
    const polars = ask(python, [datacompy, 'polars'], jobs, folder);
    const results: TortureResult[] = [];
    for (const [i, one] of cases.entries())
      results.push({
        name: one.name,
        expected: counts(one.expected.rows),
        assay: await own(one, jobs[i]!),
        daff: said(one, daff[i]!),
        pandas: said(one, pandas[i]!),
        polars: said(one, polars[i]!),
      });
    return results;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Peers are told the key where there is one: the declared one, else the one that is to be found, else `id`. */
function keyOf({ options, before, after, expected }: TortureCase): string[] {
  if (options?.key) return [...options.key];
  if (expected.key?.source === 'none') return [];
  if (expected.key?.columns?.length) return expected.key.columns;
  const text = (side: CaseSide): string => side.text ?? side.sql ?? String(side.pieces?.[0] ?? 'id');
  return [before, after].every((side) => /\bid\b/.test(text(side))) ? ['id'] : [];
}

/** As datacompy takes it; the cases have one tolerance each. */
function toleranceOf({ options }: TortureCase): Job['tolerance'] {
  const [one] = Object.values(options?.tolerance ?? {});
  return one ? { [`${one.kind}_tol`]: one.value } : {};
}

async function own(one: TortureCase, { before, after }: Job): Promise<string> {
  const diff = await diffPaths(before, after, one.options ?? {});
  if (diff.kind !== 'table') return `a ${diff.kind}`;
  const codes = diff.findings.map(({ code }) => code).join(', ');
  if (diff.verdict !== one.expected.verdict || codes !== one.expected.findings.join(', '))
    return `${diff.verdict}: ${codes}`;
  return said(one, diff.rows);
}

function ask(command: string, args: readonly string[], jobs: readonly Job[], folder: string): Answer[] {
  const { stdout, status, signal } = spawnSync(command, args, {
    input: JSON.stringify(jobs),
    encoding: 'utf8',
    timeout: LIMIT_MS,
    stdio: ['pipe', 'pipe', 'ignore'],
    env: { ...process.env, PYTHONWARNINGS: 'ignore' },
  });
  const answers = stdout
    .split('\n')
    // daff warns on its output
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line.replaceAll(folder, '')) as Answer);
  const missing = { error: signal ? `not done in ${LIMIT_MS / 1000} s` : `the program ended (${status})` };
  return jobs.map((_, i) => answers[i] ?? missing);
}

function said({ expected }: TortureCase, answer: Answer): string {
  if ('error' in answer) return `fails: ${answer.error.replace(/^Error: /, '').slice(0, 70)}`;
  const kinds = ['added', 'removed', 'changed'] as const;
  const same = kinds.every((kind) => expected.rows[kind] === undefined || expected.rows[kind] === answer[kind]);
  return same ? 'ok' : counts(answer);
}

const counts = ({ added = 0, removed = 0, changed = 0 }: Partial<Counts>): string =>
  `+${added} −${removed} ~${changed}`;
