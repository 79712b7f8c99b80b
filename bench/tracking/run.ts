import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { Area, Row } from '../results.ts';

const HERE = import.meta.dirname;
/** Each with what it needs to be held back to: newer releases of these dependencies break the peer. */
const PEERS: Record<string, readonly string[]> = {
  tensorboardX: ['tensorboardX==2.6.4'],
  wandb: ['wandb==0.30.0'],
  trackio: ['trackio==0.36.0', 'huggingface_hub==1.20.1'],
  mlflow: ['mlflow==3.6.0', 'sqlalchemy<2.1'],
};

type Sdk = Record<
  string,
  { calls: number; us_per_log: number; bytes_per_point: number; version: string } | { error: string }
>;
type Index = { what: string; expected: string; bar: string; measured: number; unit: string; holds: boolean }[];
type Table = { runs: number; pageMs: Record<string, number> };
type Page = { runs: number; writeSeconds: number; ingestSeconds: number; openMs: number; sortMs: number };

/** Area "tracking": the SDK against its peers, files to index, the table, the start of the host and the painted page. */
export async function measureTracking(): Promise<Area> {
  const sdk: Sdk = {
    assay: json('python3', [join(HERE, 'sdk_log.py'), 'assay'], { PYTHONPATH: resolve('resources/python') }),
  };
  for (const [peer, packages] of Object.entries(PEERS)) {
    sdk[peer] = json(peerPython(peer, packages), [join(HERE, 'sdk_log.py'), peer]);
  }
  const index = json<Index>(process.execPath, [join(HERE, 'index.ts')]);
  const table = json<Table>(process.execPath, [join(HERE, 'table.ts')]);
  const host = await measureHost();
  const page = json<Page>(process.execPath, [join(HERE, 'page.ts')]);
  const rows: Row[] = [...sdkRows(sdk), ...index.map(indexRow), ...hostRows(host), ...tableRows(table, page)];
  return { title: 'Tracking', rows, notes: notes(sdk, table, page) };
}

function sdkRows(sdk: Sdk): Row[] {
  const ours = sdk.assay;
  if (!ours || 'error' in ours) throw new Error(`the SDK could not be measured: ${JSON.stringify(ours)}`);
  const peers = Object.entries(sdk).flatMap(([name, one]) =>
    name === 'assay' || 'error' in one ? [] : [{ name, ...one }],
  );
  const fastest = peers.sort((a, b) => a.us_per_log - b.us_per_log)[0];
  return [
    {
      what: 'SDK: one `log()` of one metric, flush and finish included',
      expected: '2 µs',
      bar: '≤ 3 µs',
      measured: `${ours.us_per_log.toFixed(2)} µs`,
      holds: ours.us_per_log <= 3,
    },
    {
      what: `the same as a part of the fastest peer's (${fastest?.name ?? 'none could be measured'})`,
      expected: '1/15',
      bar: '≤ 1/5',
      measured: fastest ? `1/${(fastest.us_per_log / ours.us_per_log).toFixed(1)}` : '–',
      holds: fastest ? ours.us_per_log <= fastest.us_per_log / 5 : null,
    },
  ];
}

function indexRow(row: Index[number]): Row {
  return {
    what: row.what,
    expected: row.expected,
    bar: row.bar,
    measured: `${row.measured.toLocaleString('en')} ${row.unit}`,
    holds: row.holds,
  };
}

function hostRows({ startMs, idleMb }: { startMs: number; idleMb: number | null }): Row[] {
  return [
    {
      what: 'start of the server to its first answer',
      expected: '500 ms',
      bar: '≤ 1 s',
      measured: `${startMs.toFixed(0)} ms`,
      holds: startMs <= 1000,
    },
    {
      what: 'memory of the idle host, the example open',
      expected: '130 MB',
      bar: '< 150 MB',
      measured: idleMb === null ? 'not measured here' : `${idleMb.toFixed(0)} MB`,
      holds: idleMb === null ? null : idleMb < 150,
    },
  ];
}

function tableRows(table: Table, page: Page): Row[] {
  const ms = table.pageMs.metric!;
  return [
    {
      what: `${table.runs.toLocaleString('en')} runs: first page sorted by a metric, at the service`,
      expected: '10 ms',
      bar: '≤ 30 ms',
      measured: `${ms.toFixed(1)} ms`,
      holds: ms <= 30,
    },
    {
      what: `${page.runs.toLocaleString('en')} runs: the same, from click to painted rows`,
      expected: '150 ms',
      bar: '≤ 500 ms',
      measured: `${page.sortMs.toFixed(0)} ms`,
      holds: page.sortMs <= 500,
    },
    {
      what: 'the same page loaded afresh, to painted rows',
      expected: '1,000 ms',
      bar: '–',
      measured: `${page.openMs.toFixed(0)} ms`,
      holds: null,
    },
  ];
}

function notes(sdk: Sdk, table: Table, page: Page): string[] {
  const lines = Object.entries(sdk).map(([name, one]) =>
    'error' in one
      ? `| ${name} | could not be measured: ${one.error.slice(0, 120)} | | |`
      : `| ${name} (${one.version}) | ${one.us_per_log.toFixed(2)} | ${one.bytes_per_point.toFixed(0)} | ${one.calls.toLocaleString('en')} |`,
  );
  return [
    `One \`log()\` of one metric, in one process one after the other, until everything is on disk:\n\n| | µs a log | bytes a point on disk | calls |\n| --- | --- | --- | --- |\n${lines.join('\n')}`,
    `Other pages of the table at the service, in ms: ${Object.entries(table.pageMs)
      .map(([name, ms]) => `${name} ${ms}`)
      .join(', ')}.`,
    `The ${page.runs.toLocaleString('en')} runs of the painted page (4 metrics × 100 points each) were written as files in ${page.writeSeconds.toFixed(0)} s and read into the index in ${page.ingestSeconds.toFixed(1)} s.`,
  ];
}

/** Starts the headless host on the finished example and reads its resident memory once it has gone quiet. */
async function measureHost(): Promise<{ startMs: number; idleMb: number | null }> {
  const home = mkdtempSync(join(tmpdir(), 'assay-bench-'));
  const env = { ...process.env, ASSAY_HOME: home };
  try {
    const made = spawnSync(process.execPath, ['bin/assay.mjs', 'demo', '--json'], { env, encoding: 'utf8' });
    const root = (JSON.parse(made.stdout) as { root: string }).root;
    const started = performance.now();
    const host = spawn(process.execPath, ['bin/assay.mjs', '-C', root, 'serve', '--no-open', '--port', '0'], {
      env,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const origin = await new Promise<string>((resolve, reject) => {
      let text = '';
      host.stdout.on('data', (piece: Buffer) => {
        text += piece.toString();
        const url = /http:\/\/\S+token=\S+/.exec(text)?.[0];
        if (url) resolve(new URL(url).origin);
      });
      host.once('exit', () => reject(new Error(text)));
    });
    await fetch(`${origin}/health`);
    const startMs = performance.now() - started;
    // idle is what it is after a minute's worth of nothing; ten seconds are enough for start-up garbage to go
    await new Promise((resolve) => setTimeout(resolve, 10_000));
    const status = existsSync(`/proc/${host.pid}/status`) ? readFileSync(`/proc/${host.pid}/status`, 'utf8') : '';
    const kb = /VmRSS:\s+(\d+)/.exec(status)?.[1];
    host.kill('SIGTERM');
    await new Promise((resolve) => host.once('exit', resolve));
    return { startMs, idleMb: kb ? Number(kb) / 1000 : null };
  } finally {
    rmSync(home, { recursive: true, force: true, maxRetries: 5 });
  }
}

/** A Python environment with one peer, made once in `.cache/`. */
function peerPython(peer: string, packages: readonly string[]): string {
  const folder = resolve('.cache', `bench-${peer}`);
  const python = join(folder, 'bin', 'python');
  const done = join(folder, 'installed');
  if (existsSync(done)) return python;
  mkdirSync(folder, { recursive: true });
  for (const [command, ...args] of [
    ['python3', '-m', 'venv', '--clear', folder],
    [python, '-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', ...packages],
  ] as [string, ...string[]][]) {
    if (spawnSync(command, args, { stdio: 'inherit' }).status !== 0) {
      throw new Error(`${peer} could not be installed; python3 with venv and PyPI are needed.`);
    }
  }
  writeFileSync(done, '');
  return python;
}

function json<T>(command: string, args: readonly string[], env: Record<string, string> = {}): T {
  const result = spawnSync(command, args, {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, ...env },
    maxBuffer: 100_000_000,
  });
  if (result.status !== 0) throw new Error(`${args.join(' ')} ended with ${result.status}`);
  return JSON.parse(result.stdout) as T;
}
