import { spawnSync } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import {
  closeSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readSync,
  rmSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { Row } from '../results.ts';

const FILES = 100_000;
const FILE_BYTES = 4096;
const LARGE_BYTES = 2_000_000_000;
const ASSAY = resolve('bin', 'assay.mjs');
const DVC = 'dvc==3.67.1';

/**
 * Adding and looking again, from the terminal, starts of the programs included: 100,000 small files against `dvc` on the same files, and
 * one file of 2 GB against reading and hashing it. Everything is in the page cache; each side gets a repository and a cache of its own.
 */
export function measureAdd(): { rows: Row[]; notes: string[] } {
  const folder = mkdtempSync(join(tmpdir(), 'assay-bench-add-'));
  try {
    makeSmall(join(folder, 'ours', 'data'));
    makeSmall(join(folder, 'theirs', 'data'));
    const ours = repository(join(folder, 'ours'), folder);
    const theirs = repository(join(folder, 'theirs'), folder);
    const dvc = join(peerFolder(), 'bin', 'dvc');
    settle();
    theirs.time(dvc, 'init', '-q');
    const added = ours.time(process.execPath, ASSAY, 'data', 'add', 'data');
    settle();
    const peer = theirs.time(dvc, 'add', '-q', 'data');
    // the first look reads nothing again, but writes down what was too new to be remembered
    ours.time(process.execPath, ASSAY, 'data', 'status');
    const status = ours.time(process.execPath, ASSAY, 'data', 'status');
    theirs.time(dvc, 'status', '-q');
    const peerStatus = theirs.time(dvc, 'status', '-q');
    const start = ours.time(process.execPath, ASSAY, '--version');
    const { hashMs, addMs } = measureLarge(folder);
    return {
      rows: [
        row('add 100,000 files of 4 KiB, from the terminal', '3 s', '≤ 6 s', seconds(added), added <= 6000),
        row('the same as a part of `dvc add`', '1/10', '≤ 1/4', part(added, peer), added <= peer / 4),
        row('`assay data status` of them, nothing changed', '0.7 s', '≤ 1 s', seconds(status), status <= 1000),
        row('the same as a part of `dvc status`', '1/5', '', part(status, peerStatus), null),
        row(
          'add one file of 2 GB, as a multiple of reading and hashing it',
          '1.15',
          '≤ 1.3',
          (addMs / hashMs).toFixed(2),
          addMs <= hashMs * 1.3,
        ),
      ],
      notes: [
        `\`${DVC}\`: add ${seconds(peer)}, status ${seconds(peerStatus)}. Hashing 2 GB alone takes ${seconds(hashMs)}. Starting \`assay\` takes ${seconds(start)} of each figure, and is taken off for the 2 GB.`,
      ],
    };
  } finally {
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

function measureLarge(within: string): { hashMs: number; addMs: number } {
  const { root, time } = repository(join(within, 'large'), within);
  const path = join(root, 'large.bin');
  makeLarge(path);
  settle();
  hash(path);
  const hashMs = hash(path);
  const startMs = time(process.execPath, ASSAY, '--version');
  return { hashMs, addMs: time(process.execPath, ASSAY, 'data', 'add', 'large.bin') - startMs };
}

function repository(root: string, home: string) {
  mkdirSync(root, { recursive: true });
  const time = (program: string, ...args: string[]): number => {
    const started = performance.now();
    const { status, stderr } = spawnSync(program, args, {
      cwd: root,
      encoding: 'utf8',
      stdio: ['ignore', 'ignore', 'pipe'],
      env: { ...process.env, ASSAY_HOME: join(home, 'home'), HOME: join(home, 'home'), DVC_NO_ANALYTICS: '1' },
    });
    if (status !== 0) throw new Error(`${program} ${args.join(' ')} ended with ${status}: ${stderr}`);
    return performance.now() - started;
  };
  mkdirSync(join(home, 'home'), { recursive: true });
  time('git', 'init', '-q');
  return { root, time };
}

/** Waits until the disk has what was written before: it would slow down whoever writes next. */
const settle = (): void => void spawnSync('sync');

function makeSmall(folder: string): void {
  for (let i = 0; i < FILES; i++) {
    const below = join(folder, String(i % 100));
    if (i < 100) mkdirSync(below, { recursive: true });
    writeFileSync(join(below, `${i}.bin`), randomBytes(FILE_BYTES));
  }
}

function makeLarge(path: string): void {
  const fd = openSync(path, 'wx');
  for (let done = 0; done < LARGE_BYTES; done += 4_000_000) writeSync(fd, randomBytes(4_000_000));
  closeSync(fd);
}

/** Milliseconds that one thread needs to read and hash a file. */
function hash(path: string): number {
  const started = performance.now();
  const chunk = Buffer.allocUnsafe(1 << 20);
  const md5 = createHash('md5');
  const fd = openSync(path, 'r');
  for (let read = readSync(fd, chunk); read > 0; read = readSync(fd, chunk)) md5.update(chunk.subarray(0, read));
  closeSync(fd);
  md5.digest();
  return performance.now() - started;
}

/** A Python environment with dvc, made once in `.cache/`. */
function peerFolder(): string {
  const folder = resolve('.cache', 'bench-dvc');
  if (existsSync(join(folder, 'installed'))) return folder;
  const must = (program: string, ...args: string[]): void => {
    if (spawnSync(program, args, { stdio: 'inherit' }).status !== 0)
      throw new Error('dvc could not be installed; python3 with venv and PyPI are needed.');
  };
  must('python3', '-m', 'venv', '--clear', folder);
  must(join(folder, 'bin', 'python'), '-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', DVC);
  writeFileSync(join(folder, 'installed'), '');
  return folder;
}

const row = (what: string, expected: string, bar: string, measured: string, holds: boolean | null): Row => ({
  what,
  expected,
  bar,
  measured,
  holds,
});
const seconds = (ms: number): string => `${(ms / 1000).toFixed(2)} s`;
const part = (ours: number, theirs: number): string => `1/${(theirs / ours).toFixed(1)}`;
