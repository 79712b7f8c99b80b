import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, expect, test } from 'vitest';

const home = mkdtempSync(join(tmpdir(), 'assay-keyring-interop-'));
afterAll(() => rmSync(home, { recursive: true, force: true }));

/** In a session of its own, with a Secret Service that is unlocked and ends with it. */
function inSession(script: string): { status: number | null; stdout: string; stderr: string } {
  const { ASSAY_KEYRING: _, ...env } = process.env;
  const unlock = 'printf pw | gnome-keyring-daemon --unlock --components=secrets --daemonize >/dev/null 2>&1';
  return spawnSync('dbus-run-session', ['--', 'sh', '-c', `${unlock}\n${script}`], {
    encoding: 'utf8',
    env: { ...env, HOME: home, XDG_RUNTIME_DIR: join(home, 'run'), ASSAY_HOME: join(home, 'assay'), NO_COLOR: '1' },
  });
}

test('the signing key is kept in a real Secret Service, found by the next process, and in no file', () => {
  mkdirSync(join(home, 'run'), { mode: 0o700 });
  mkdirSync(join(home, 'model'));
  writeFileSync(join(home, 'model/weights.bin'), 'w');
  const assay = `node '${resolve('bin/assay.mjs')}'`;
  const { status, stdout, stderr } = inSession(
    `${assay} sign '${join(home, 'model')}' --json && ${assay} verify '${join(home, 'model')}' --json`,
  );
  expect(status, `${stdout}${stderr}`).toBe(0);
  const [signed, verified] = stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
  expect(verified).toMatchObject({ valid: true, signer: { fingerprint: signed!.fingerprint } });
  expect(existsSync(join(home, 'assay/secrets.json'))).toBe(false);
  // without the keyring nobody has the key
  const { ASSAY_KEYRING: _, ...env } = process.env;
  const outside = spawnSync('node', [resolve('bin/assay.mjs'), 'verify', join(home, 'model')], {
    encoding: 'utf8',
    env: { ...env, HOME: home, ASSAY_HOME: join(home, 'assay'), DBUS_SESSION_BUS_ADDRESS: '', NO_COLOR: '1' },
  });
  expect(outside.status, outside.stdout).toBe(1);
  expect(outside.stderr).toContain('no public key is known');
});
