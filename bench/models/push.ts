/** A model of 2 GB to a registry on loopback, by Assay and by `curl -T`: the same server, turn by turn, each in a process of its own. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { closeSync, mkdtempSync, openSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Row } from '../results.ts';
import type { Once } from './push-once.ts';

const MB = 1_000_000;
const SIZE = 2000 * MB;
const ROUNDS = 3;

/** @throws Error when curl is missing or a push fails */
export async function measurePush(): Promise<Row[]> {
  const folder = mkdtempSync(join(tmpdir(), 'assay-bench-push-'));
  const digest = writeModel(folder);
  const server = await startServer(join(folder, 'registry'));
  try {
    const curl: number[] = [];
    const ours: Once[] = [];
    let again: Once | null = null;
    for (let round = 1; round <= ROUNDS; round++) {
      curl.push(await byCurl(server.host, folder, digest, round));
      rmSync(join(folder, 'registry'), { recursive: true });
      const version = `1.${round}.0`;
      ours.push(once(server.host, folder, version));
      if (round === ROUNDS) again = once(server.host, folder, version);
      rmSync(join(folder, 'registry'), { recursive: true });
    }
    const [best, theirs] = [Math.min(...ours.map(({ seconds }) => seconds)), Math.min(...curl)];
    const grown = Math.max(...ours.map(({ grownMb }) => grownMb));
    return [
      {
        what: 'push of a 2 GB model to a registry on loopback: time of `curl -T` over Assay’s, best of 3',
        expected: '0.95',
        bar: '≥ 0.8',
        measured: `${(theirs / best).toFixed(2)} (${theirs.toFixed(2)} s, ${best.toFixed(2)} s)`,
        holds: theirs / best >= 0.8,
      },
      {
        what: 'memory of the pushing process over idle, most of 3',
        expected: '60 MB',
        bar: '< 200 MB',
        measured: `${Math.round(grown)} MB`,
        holds: grown < 200,
      },
      {
        what: 'push of the same again',
        expected: '50 ms',
        bar: '≤ 1 s',
        measured: `${Math.round(again!.seconds * 1000)} ms, ${(again!.skipped * 100).toFixed(0)} % there`,
        holds: again!.seconds <= 1 && again!.skipped === 1,
      },
    ];
  } finally {
    server.child.kill('SIGKILL');
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Bytes that nothing can make smaller; returns their SHA-256. */
function writeModel(folder: string): string {
  const piece = randomBytes(16 * MB);
  const hash = createHash('sha256');
  const fd = openSync(join(folder, 'model.safetensors'), 'w');
  for (let at = 0; at < SIZE; at += piece.length) {
    piece.writeUInt32LE(at >>> 0);
    hash.update(piece);
    writeSync(fd, piece);
  }
  closeSync(fd);
  const digest = hash.digest('hex');
  writeFileSync(join(folder, 'sha256'), digest);
  return digest;
}

function startServer(folder: string): Promise<{ child: ChildProcess; host: string }> {
  const child = spawn(process.execPath, ['bin/assay.mjs', 'registry', '--folder', folder, '--port', '0'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  return new Promise((resolve, reject) => {
    child.on('close', () => reject(new Error('the registry ended')));
    child.stdout.on('data', (text) => {
      const host = /Registry on (\S+),/.exec(String(text))?.[1];
      if (host) resolve({ child, host });
    });
  });
}

/** Seconds of the whole upload: where to send it is asked first, as Assay has to ask. */
async function byCurl(host: string, folder: string, digest: string, round: number): Promise<number> {
  const from = performance.now();
  const begun = await fetch(`http://${host}/v2/curl${round}/model/blobs/uploads/`, { method: 'POST' });
  const url = `http://${host}${begun.headers.get('location')}?digest=sha256:${digest}`;
  const done = spawnSync('curl', ['-sS', '--fail', '--noproxy', '*', '-T', join(folder, 'model.safetensors'), url], {
    encoding: 'utf8',
  });
  if (done.status !== 0) throw new Error(`curl: ${done.stderr || done.error?.message}`);
  return (performance.now() - from) / 1000;
}

function once(host: string, folder: string, version: string): Once {
  const done = spawnSync(process.execPath, ['bench/models/push-once.ts', host, folder, version], { encoding: 'utf8' });
  if (done.status !== 0) throw new Error(done.stderr);
  return JSON.parse(done.stdout) as Once;
}
