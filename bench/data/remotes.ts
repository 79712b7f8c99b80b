/**
 * Pushing and pulling 10,000 small files by Assay and by `dvc`, each in a process of its own and a repository of its own, against a folder and, where
 * there is a server program for it, S3 on loopback. `node bench/data/remotes.ts DVC [S3-SERVER]` prints the rows.
 */
import { spawnSync } from 'node:child_process';
import { appendFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { S3_KEY, S3_SECRET, startS3 } from '../../interop/remote-servers.ts';
import type { Row } from '../results.ts';

const COUNT = 10_000;
/** Seconds of each step by one program. */
type Seconds = { push: number; again: number; pull: number };

/**
 * @param dvc the program of a Python environment with `dvc[s3]`
 * @param s3 true when ASSAY_INTEROP_S3 names a server program (see scripts/test-interop.ts)
 */
export async function measureRemotes(dvc: string, s3: boolean): Promise<Row[]> {
  const folder = mkdtempSync(join(tmpdir(), 'assay-bench-remotes-'));
  const server = s3 ? await startS3(folder) : null;
  const assay = [process.execPath, resolve('bin/assay.mjs'), 'data'];
  try {
    const rows: Row[] = [];
    for (const kind of server ? ['a folder', 'S3 on loopback'] : ['a folder']) {
      const configure = (root: string, name: string): void =>
        appendFileSync(
          join(root, '.dvc/config'),
          kind === 'a folder'
            ? `[core]\n    remote = far\n['remote "far"']\n    url = ${join(folder, `store-${name}`)}\n`
            : `[core]\n    remote = far\n['remote "far"']\n    url = s3://data/${name}\n    endpointurl = http://127.0.0.1:${server!.port}\n    access_key_id = ${S3_KEY}\n    secret_access_key = ${S3_SECRET}\n`,
        );
      const ours = steps(folder, assay, configure);
      const theirs = steps(folder, [dvc], configure);
      const row = (what: string, step: keyof Seconds, expected: string): Row => ({
        what: `${what} ${COUNT.toLocaleString('en')} files of 4 KB, ${kind}: dvc's time over Assay's`,
        expected,
        bar: '≥ 1',
        measured: `${(theirs[step] / ours[step]).toFixed(1)} (${theirs[step].toFixed(1)} s, ${ours[step].toFixed(1)} s)`,
        holds: theirs[step] >= ours[step],
      });
      rows.push(row('push', 'push', '2'), row('push again', 'again', '2'), row('pull', 'pull', '2'));
    }
    return rows;
  } finally {
    await server?.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

function steps(folder: string, program: readonly string[], configure: (root: string, name: string) => void): Seconds {
  const root = mkdtempSync(join(folder, 'project-'));
  const data = join(root, 'd');
  for (let i = 0; i < COUNT; i++) {
    if (i % 100 === 0) mkdirSync(join(data, String(i / 100)), { recursive: true });
    writeFileSync(join(data, String(Math.floor(i / 100)), String(i)), `${root} ${i} `.padEnd(4096, 'x'));
  }
  const run = (...args: string[]): number => {
    const [command, ...words] = [...program, ...args];
    const started = performance.now();
    const home = { HOME: join(folder, 'home'), ASSAY_HOME: join(folder, 'home', 'assay'), DVC_NO_ANALYTICS: '1' };
    const done = spawnSync(command!, words, { cwd: root, env: { ...process.env, ...home }, encoding: 'utf8' });
    if (done.status !== 0) throw new Error(`${command} ${words.join(' ')}: ${done.stdout}${done.stderr}`);
    return (performance.now() - started) / 1000;
  };
  mkdirSync(join(folder, 'home'), { recursive: true });
  spawnSync('git', ['init', '-q', root]);
  mkdirSync(join(root, '.dvc'));
  writeFileSync(join(root, '.dvc/config'), '');
  run('add', 'd');
  configure(root, root.slice(-6));
  const push = run('push');
  const again = run('push');
  rmSync(join(root, '.dvc/cache'), { recursive: true });
  rmSync(data, { recursive: true });
  const pull = run('pull');
  rmSync(root, { recursive: true });
  return { push, again, pull };
}

if (import.meta.main) {
  const [dvc, s3] = process.argv.slice(2);
  if (s3) process.env.ASSAY_INTEROP_S3 = resolve(s3);
  process.stdout.write(`${JSON.stringify(await measureRemotes(resolve(dvc!), s3 !== undefined), null, 2)}\n`);
}
