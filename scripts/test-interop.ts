/**
 * `npm run test:interop`: what needs PyPI packages or programs beside npm's. Makes a Python environment in `.cache/` (kept between runs),
 * then runs `interop/*.interop.ts` with it. Fails, rather than skips, when Python or a package is missing.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { needDebian, needGo } from './interop-programs.ts';
import { runSteps } from './steps.ts';

const REQUIREMENTS = 'interop/requirements.txt';
const folder = resolve('.cache', 'interop-venv');
const python = join(folder, process.platform === 'win32' ? 'Scripts/python.exe' : 'bin/python');
const stamp = join(folder, 'requirements.txt');

if (spawnSync('git', ['--version']).status !== 0) {
  process.stdout.write('The interop tests need the git program. Install it and run them again.\n');
  process.exit(1);
}
if (!existsSync(stamp) || readFileSync(stamp, 'utf8') !== readFileSync(REQUIREMENTS, 'utf8')) {
  const failed = await runSteps([
    { name: 'make a Python environment', command: ['python3', '-m', 'venv', '--clear', folder] },
    {
      name: 'install the packages',
      command: [python, '-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '-r', REQUIREMENTS],
    },
  ]);
  if (failed.length > 0) process.exit(1);
  writeFileSync(stamp, readFileSync(REQUIREMENTS));
}
// servers for the tests of remotes; those of the tests are started on loopback, with folders and keys of their own
if (
  !(await needDebian({
    'git-lfs': 'git-lfs',
    'dbus-run-session': 'dbus-daemon',
    'gnome-keyring-daemon': 'gnome-keyring',
    sshd: 'openssh-server',
    'ssh-keygen': 'openssh-client',
    nginx: 'nginx-light',
    'docker-registry': 'docker-registry',
    skopeo: 'skopeo',
  }))
)
  process.exit(1);
const s3 = await needGo('github.com/versity/versitygw/cmd/versitygw', 'v1.8.0', 'versitygw', python);
if (s3 === null) process.exit(1);
const oci = await needGo('github.com/distribution/distribution/v3/cmd/registry', 'v3.1.2', 'registry', python);
const oras = await needGo('oras.land/oras/cmd/oras', 'v1.3.6', 'oras', python, 'version');
if (oci === null || oras === null) process.exit(1);
const failed = await runSteps([
  {
    name: 'interop tests',
    command: ['vitest', 'run', '--config', 'vitest.interop.config.ts'],
    env: { ASSAY_INTEROP_PYTHON: python, ASSAY_INTEROP_S3: s3, ASSAY_INTEROP_OCI: oci, ASSAY_INTEROP_ORAS: oras },
  },
]);
process.exitCode = failed.length > 0 ? 1 : 0;
