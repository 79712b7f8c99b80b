import { createHmac } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { describeKey, knownKeys } from './known-hosts.ts';
import { readSshConfig } from './ssh-config.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'assay-ssh-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));
const put = (name: string, text: string): string => {
  writeFileSync(join(folder, name), text);
  return join(folder, name);
};

describe('readSshConfig', () => {
  it('takes the first value that fits the host, and gathers keys', () => {
    mkdirSync(join(folder, 'more'));
    put('more/a.conf', 'Host box\n  Port 2200\n');
    put(
      'config',
      `# mine
Include more/*.conf
Host other
  User wrong
Host b?x !bax
  HostName "%h.example.invalid"
  User = ada
  IdentityFile ~/.ssh/one
  IdentityFile "/keys/of %h"
Match host box
  User matched
Host *
  User nobody
  Port 22
  UserKnownHostsFile /known /known2
`,
    );
    expect(readSshConfig('box', folder)).toEqual({
      hostName: 'box.example.invalid',
      port: 2200,
      user: 'ada',
      identityFiles: [join(homedir(), '.ssh/one'), '/keys/of box.example.invalid'],
      knownHostsFiles: ['/known', '/known2'],
      proxy: null,
    });
    expect(readSshConfig('bax', folder)).toMatchObject({ hostName: null, user: 'nobody', identityFiles: [] });
  });

  it('is empty without a file, and names a proxy', () => {
    expect(readSshConfig('x', folder)).toMatchObject({ hostName: null, port: null, user: null, proxy: null });
    put('config', 'Host x\nProxyJump gate\nHost y\nProxyCommand none\n');
    expect(readSshConfig('x', folder).proxy).toBe('gate');
    expect(readSshConfig('y', folder).proxy).toBeNull();
  });
});

describe('knownKeys', () => {
  it('finds plain, hashed, listed and revoked hosts, with their line', () => {
    const hashed = (name: string): string => {
      const salt = Buffer.from('twenty bytes of salt');
      return `|1|${salt.toString('base64')}|${createHmac('sha1', salt).update(name).digest('base64')}`;
    };
    const file = put(
      'known_hosts',
      `# comment
box,10.0.0.1 ssh-ed25519 AAA1 me@x
${hashed('[box]:2222')} ssh-rsa AAA2
@revoked *.bad ssh-ed25519 AAA3
@cert-authority * ssh-ed25519 AAA4
half a line
`,
    );
    expect(knownKeys('BOX', 22, [file])).toEqual([
      { type: 'ssh-ed25519', key: 'AAA1', revoked: false, where: `${file}, line 2` },
    ]);
    expect(knownKeys('box', 2222, [file, join(folder, 'none')]).map((one) => one.key)).toEqual(['AAA2']);
    expect(knownKeys('very.bad', 22, [file])[0]).toMatchObject({ revoked: true });
    expect(knownKeys('10.0.0.2', 22, [file])).toEqual([]);
  });

  it('prints fingerprints as ssh does', () => {
    const key = Buffer.from('AAAAC3NzaC1lZDI1NTE5AAAAIAdcbm0lRIyQUVVDQVA6pyvdi9TW4j1pLvcTbyMhTcEO', 'base64');
    expect(describeKey(key)).toEqual({
      type: 'ssh-ed25519',
      fingerprint: 'SHA256:Nx2s04AE8iTxh743nq3Sd5N6ArBmv0ZOSD/2ZE0Rk+c',
    });
  });
});
