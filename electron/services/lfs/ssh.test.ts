import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import ssh2 from 'ssh2';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { sshTarget } from './ssh.ts';

const plain = { url: 'https://git.example/org/repo.git/info/lfs', headers: {} };
const signal = new AbortController().signal;
let home: string;
let server: ssh2.Server;
let url: string;
let asked: string[];
/** what the server's shell says to a command */
let answer: { code: number; stdout?: string; stderr?: string };

beforeEach(async () => {
  home = mkdtempSync(join(tmpdir(), 'assay-lfs-ssh-'));
  mkdirSync(join(home, '.ssh'));
  vi.stubEnv('HOME', home);
  vi.stubEnv('SSH_AUTH_SOCK', '');
  const host = ssh2.utils.generateKeyPairSync('ed25519');
  const own = ssh2.utils.generateKeyPairSync('ed25519');
  writeFileSync(join(home, '.ssh', 'id_ed25519'), own.private, { mode: 0o600 });
  asked = [];
  server = new ssh2.Server({ hostKeys: [host.private] }, (client) => {
    client.on('authentication', (auth) => (auth.method === 'publickey' ? auth.accept() : auth.reject()));
    client.on('error', () => {});
    client.on('session', (accept) =>
      accept().on('exec', (acceptExec, _reject, { command }) => {
        asked.push(command);
        const channel = acceptExec();
        if (answer.stderr) channel.stderr.write(answer.stderr);
        channel.write(answer.stdout ?? '');
        channel.exit(answer.code);
        channel.end();
      }),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()));
  const { port } = server.address() as AddressInfo;
  url = `ssh://git@127.0.0.1:${port}`;
  writeFileSync(join(home, '.ssh', 'known_hosts'), `[127.0.0.1]:${port} ${host.public}\n`);
  writeFileSync(
    join(home, '.ssh', 'config'),
    `Host 127.0.0.1\n  UserKnownHostsFile ${join(home, '.ssh', 'known_hosts')}\n`,
  );
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await new Promise<void>((resolve) => server.close(() => resolve()));
  rmSync(home, { recursive: true, force: true });
});

describe('leave over SSH', () => {
  it('is an address and headers, for a time', async () => {
    answer = {
      code: 0,
      stdout: JSON.stringify({
        href: 'https://lfs.example/x/',
        header: { Authorization: 'RemoteAuth t' },
        expires_in: 120,
      }),
    };
    const { target, until } = await sshTarget({ url, path: "org/it's a repo.git" }, 'upload', plain, signal);
    expect(target).toEqual({ url: 'https://lfs.example/x', headers: { Authorization: 'RemoteAuth t' } });
    expect(asked).toEqual([String.raw`git-lfs-authenticate 'org/it'\''s a repo.git' upload`]);
    expect(until - Date.now()).toBeGreaterThan(60_000);
    expect(until - Date.now()).toBeLessThanOrEqual(90_000);
  });

  it('without an address is for the usual one', async () => {
    answer = { code: 0, stdout: '{"header":{"Authorization":"x"}}' };
    const { target } = await sshTarget({ url, path: 'org/repo.git' }, 'download', plain, signal);
    expect(target).toEqual({ url: plain.url, headers: { Authorization: 'x' } });
    expect(asked).toEqual(['git-lfs-authenticate org/repo.git download']);
  });

  it('that a server does not know of is not needed', async () => {
    answer = { code: 127, stderr: 'sh: git-lfs-authenticate: command not found' };
    expect((await sshTarget({ url, path: 'r' }, 'download', plain, signal)).target).toEqual(plain);
  });

  it('that is refused is said so', async () => {
    answer = { code: 1, stderr: 'no access to r\u001b[2J\n' };
    await expect(sshTarget({ url, path: 'r' }, 'upload', plain, signal)).rejects.toThrow(
      /does not let you push to r\. It says: "no access to r \[2J"/,
    );
  });
});
