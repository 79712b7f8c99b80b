import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { Row } from '../results.ts';
import { daffTimes } from './peer-daff.ts';
import { timeJoin, writeTables } from './tables.ts';

const PEER = ['datacompy==1.1.0', 'pandas==3.0.6', 'polars==1.33.1', 'pyarrow==26.0.1'];
const ROUNDS = 3;

type Ours = { ms: number; verdictMs: number; changed: number; mb: number };
type Theirs = { readMs: number; compareMs: number; changed: number; versions: Record<string, string> };

/**
 * Two versions of a Parquet table, one row in a thousand changed, compared exactly with every column counted: by Assay (in a process of its own,
 * from the file on), by the bare DuckDB join, by datacompy on pandas and on polars, and by daff at a size that it manages. The best of three
 * alternating rounds up to ten million rows, one round beyond.
 */
export async function measureDiff(): Promise<{ rows: Row[]; notes: string[] }> {
  const folder = mkdtempSync(join(tmpdir(), 'assay-bench-diff-'));
  try {
    const million = await round(folder, 1_000_000, 10, ROUNDS);
    const ten = await round(folder, 10_000_000, 10, ROUNDS);
    const fifty = await round(folder, 50_000_000, 5, 1);
    const [old, now] = files(folder);
    await writeTables(old, now, 1_000_000, 10, folder);
    const pandas = peer('pandas', old, now);
    const polars = peer('polars', old, now);
    await writeTables(old, now, 100_000, 10, folder);
    const daff = await daffTimes(old, now, folder);
    const small = once(old, now);
    const theirs = (one: Theirs): number => one.readMs + one.compareMs;
    return {
      rows: [
        bar('diff of 1M × 10, Parquet', '0.8 s', 1000, million.ours.ms),
        bar('diff of 10M × 10', '6 s', 12_000, ten.ours.ms),
        bar('diff of 50M × 5', '30 s', 75_000, fifty.ours.ms),
        {
          what: 'largest memory of the process at 50M × 5',
          expected: '3.3 GB',
          bar: '≤ 4 GB',
          measured: `${(fifty.ours.mb / 1000).toFixed(2)} GB`,
          holds: fifty.ours.mb <= 4000,
        },
        bar('certain verdict at 10M × 10', '0.5 s', 1000, ten.ours.verdictMs),
        ratio('1M × 10 as a multiple of the bare DuckDB join', '2.5', 3, million.ours.ms / million.joinMs),
        ratio('10M × 10 as a multiple of the bare DuckDB join', '2.2', 3, ten.ours.ms / ten.joinMs),
        ratio('50M × 5 as a multiple of the bare DuckDB join', '2', 3, fifty.ours.ms / fifty.joinMs),
        times('datacompy on pandas, 1M × 10, as a multiple of ours', '15', 10, theirs(pandas) / million.ours.ms),
        times('datacompy on polars, 1M × 10, as a multiple of ours', '3', null, theirs(polars) / million.ours.ms),
        times('daff, 100,000 × 10 by key, as a multiple of ours', '5', null, daff.ms / small.ms),
      ],
      notes: [
        `The bare join takes ${seconds(million.joinMs)}, ${seconds(ten.joinMs)} and ${seconds(fifty.joinMs)}; it knows its key, counts differing cells and nothing else. Figures of Assay have reading, the search for the key, its proof, moved rows and patterns in them, but not the start of the process.`,
        `datacompy ${pandas.versions.datacompy}: on pandas ${pandas.versions.pandas} ${seconds(pandas.readMs)} to read and ${seconds(pandas.compareMs)} to compare, on polars ${polars.versions.polars} ${seconds(polars.readMs)} and ${seconds(polars.compareMs)}. Changed rows, of 1,000: Assay ${million.ours.changed}, pandas ${pandas.changed}, polars ${polars.changed}.`,
        `daff ${daff.version} at 100,000 rows: ${seconds(daff.ms)} with the key named and ${seconds(daff.keylessMs)} without; changed rows, of 100: ${daff.changed} and ${daff.keylessChanged}. Assay: ${seconds(small.ms)}, ${small.changed}.`,
      ],
    };
  } finally {
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

const files = (folder: string): [string, string] => [join(folder, 'old.parquet'), join(folder, 'new.parquet')];

async function round(
  folder: string,
  rows: number,
  width: number,
  rounds: number,
): Promise<{ ours: Ours; joinMs: number }> {
  const [old, now] = files(folder);
  await writeTables(old, now, rows, width, folder);
  const ours: Ours[] = [];
  const joins: number[] = [];
  for (let i = 0; i < rounds; i++) {
    joins.push(await timeJoin(old, now, folder));
    ours.push(once(old, now));
  }
  if (ours.some(({ changed }) => changed !== rows / 1000)) throw new Error(`the diff of ${rows} rows is wrong`);
  return { ours: ours.reduce((best, one) => (one.ms < best.ms ? one : best)), joinMs: Math.min(...joins) };
}

function once(old: string, now: string): Ours {
  return json(process.execPath, [join(import.meta.dirname, 'diff-once.ts'), old, now]);
}

function peer(kind: 'pandas' | 'polars', old: string, now: string): Theirs {
  return json(peerPython(), [join(import.meta.dirname, 'peer_datacompy.py'), kind, old, now]);
}

/** A Python environment with datacompy, made once in `.cache/`. */
function peerPython(): string {
  const folder = resolve('.cache', 'bench-datacompy');
  const python = join(folder, 'bin', 'python');
  const stamp = join(folder, 'installed');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === PEER.join('\n')) return python;
  mkdirSync(folder, { recursive: true });
  for (const [command, ...args] of [
    ['python3', '-m', 'venv', '--clear', folder],
    [python, '-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', ...PEER],
  ] as [string, ...string[]][])
    if (spawnSync(command, args, { stdio: 'inherit' }).status !== 0)
      throw new Error('datacompy could not be installed; python3 with venv and PyPI are needed.');
  writeFileSync(stamp, PEER.join('\n'));
  return python;
}

function json<T>(command: string, args: readonly string[]): T {
  const { status, stdout } = spawnSync(command, args, {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  if (status !== 0) throw new Error(`${args.join(' ')} ended with ${status}`);
  return JSON.parse(stdout) as T;
}

const seconds = (ms: number): string => `${(ms / 1000).toFixed(2)} s`;

const bar = (what: string, expected: string, most: number, ms: number): Row => ({
  what,
  expected,
  bar: `≤ ${most / 1000} s`,
  measured: seconds(ms),
  holds: ms <= most,
});

const ratio = (what: string, expected: string, most: number, value: number): Row => ({
  what,
  expected,
  bar: `≤ ${most}`,
  measured: value.toFixed(2),
  holds: value <= most,
});

const times = (what: string, expected: string, least: number | null, value: number): Row => ({
  what,
  expected,
  bar: least === null ? '' : `≥ ${least}`,
  measured: value.toFixed(1),
  holds: least === null ? null : value >= least,
});
