/** The Python SDK's own tests (standard library only), on every Python 3.9 or newer that is found. Says so in plain words when there is none. */
import { spawnSync } from 'node:child_process';

const names = process.env.ASSAY_TEST_PYTHONS?.split(',') ?? ['python3'];
let ran = 0;
for (const name of names) {
  const version = spawnSync(
    name,
    ['-c', 'import sys; print(".".join(map(str, sys.version_info[:3]))); sys.exit(sys.version_info < (3, 9))'],
    { encoding: 'utf8' },
  );
  if (version.status !== 0) continue;
  process.stdout.write(`${name} is Python ${version.stdout.trim()}\n`);
  const result = spawnSync(name, ['-m', 'unittest', 'discover', '-s', 'resources/python/tests'], {
    stdio: 'inherit',
    env: { ...process.env, PYTHONPATH: 'resources/python', PYTHONDONTWRITEBYTECODE: '1' },
  });
  if (result.status !== 0) process.exitCode = 1;
  ran++;
}
if (ran === 0)
  process.stdout.write(
    'NOT RUN: the tests of the Python SDK need Python 3.9 or newer, and none was found on the PATH.\n',
  );
