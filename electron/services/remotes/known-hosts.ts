import { createHash, createHmac } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { fits } from './ssh-config.ts';

export type KnownKey = {
  readonly type: string;
  readonly key: string;
  readonly revoked: boolean;
  readonly where: string;
};

export const KNOWN_HOSTS: readonly string[] = [
  join(homedir(), '.ssh', 'known_hosts'),
  join(homedir(), '.ssh', 'known_hosts2'),
  '/etc/ssh/ssh_known_hosts',
];

/** The keys that files in the format of sshd(8), "SSH_KNOWN_HOSTS FILE FORMAT", hold for a host. Certificate authorities are left out. */
export function knownKeys(host: string, port: number, files: readonly string[] = KNOWN_HOSTS): KnownKey[] {
  const name = port === 22 ? host.toLowerCase() : `[${host.toLowerCase()}]:${port}`;
  return files.flatMap((file) => {
    let text: string;
    try {
      text = readFileSync(file, 'utf8');
    } catch {
      return [];
    }
    return text.split(/\r?\n/).flatMap((line, index): KnownKey[] => {
      const fields = line.trim().split(/\s+/);
      const marker = fields[0]?.startsWith('@') ? fields.shift() : undefined;
      const [hosts, type, key] = fields;
      if (!hosts || !type || !key || hosts.startsWith('#') || marker === '@cert-authority') return [];
      const matches = hosts.startsWith('|1|') ? isHashOf(hosts, name) : fits(name, hosts.split(','));
      return matches ? [{ type, key, revoked: marker === '@revoked', where: `${file}, line ${index + 1}` }] : [];
    });
  });
}

/** `|1|salt|hash`: HMAC-SHA1 of the name. */
function isHashOf(field: string, name: string): boolean {
  const [, , salt, hash] = field.split('|');
  return (
    createHmac('sha1', Buffer.from(salt ?? '', 'base64'))
      .update(name)
      .digest('base64') === hash
  );
}

/** The type that a key itself names, and its fingerprint as `ssh` prints it. */
export function describeKey(key: Buffer): { type: string; fingerprint: string } {
  const type = key.toString('latin1', 4, 4 + key.readUInt32BE(0));
  return { type, fingerprint: `SHA256:${createHash('sha256').update(key).digest('base64').replace(/=+$/, '')}` };
}
