import { randomBytes } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

export type WrittenRun = {
  name: string;
  experiment?: string;
  params?: Record<string, unknown>;
  /** metric key → values, one a step */
  metrics?: Record<string, readonly number[]>;
  /** path below `artifacts/` → content */
  artifacts?: Record<string, string | Uint8Array>;
  stdout?: string | Uint8Array;
  ageMs?: number;
};

let last = 0;

/** Writes a finished run as plain files, in the format of docs/run-files.md. Returns its id. */
export function writeRun(root: string, run: WrittenRun): string {
  last = Math.max(last + 1, Date.now() - (run.ageMs ?? 0));
  const id = `${last.toString(16).padStart(12, '0')}7${randomBytes(10).toString('hex').slice(0, 3)}8${randomBytes(10).toString('hex').slice(0, 15)}`;
  const folder = join(root, '.assay', 'runs', id);
  mkdirSync(join(folder, 'artifacts'), { recursive: true });
  const at = last / 1000;
  const steps = Math.max(0, ...Object.values(run.metrics ?? {}).map((values) => values.length));
  const text = (value: number): number | string => (Number.isFinite(value) ? value : String(value));
  const lines = Array.from({ length: steps }, (_, s) => {
    const m = Object.fromEntries(
      Object.entries(run.metrics ?? {}).flatMap(([key, values]) =>
        s < values.length ? [[key, text(values[s]!)]] : [],
      ),
    );
    return `${JSON.stringify({ t: at + s, s, m })}\n`;
  });
  for (const [path, content] of Object.entries(run.artifacts ?? {})) {
    mkdirSync(dirname(join(folder, 'artifacts', path)), { recursive: true });
    writeFileSync(join(folder, 'artifacts', path), content);
    lines.push(`${JSON.stringify({ t: at, a: { path, size: content.length, kind: 'file' } })}\n`);
  }
  const identity = {
    version: 1,
    id,
    name: run.name,
    experiment: run.experiment ?? 'default',
    source: 'sdk',
    createdAt: last,
    startedAt: last,
    command: ['python', 'train.py'],
    params: run.params ?? {},
  };
  writeFileSync(join(folder, 'run.json'), JSON.stringify(identity));
  writeFileSync(join(folder, 'log.ndjson'), lines.join(''));
  writeFileSync(join(folder, 'stdout.log'), run.stdout ?? '');
  writeFileSync(
    join(folder, 'exit.json'),
    JSON.stringify({ code: 0, signal: null, endedAt: last + steps * 1000, by: 'sdk' }),
  );
  return id;
}
