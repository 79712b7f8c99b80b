import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { silentLog } from '../../platform/log.ts';
import type { Keyring } from './keyring.ts';
import { channelSecret, targetSecret, variableOf } from './names.ts';
import { createSecrets } from './service.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'assay-secrets-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const broken: Keyring = {
  get: () => Promise.reject(new Error('locked')),
  set: () => Promise.reject(new Error('locked')),
  remove: () => Promise.reject(new Error('locked')),
};
function memoryKeyring(): Keyring {
  const kept = new Map<string, string>();
  return {
    get: async (name) => kept.get(name) ?? null,
    set: async (name, value) => void kept.set(name, value),
    remove: async (name) => void kept.delete(name),
  };
}
const open = (keyring: Keyring, env: NodeJS.ProcessEnv = {}) => createSecrets({ folder, log: silentLog, keyring, env });
const file = (): string => join(folder, 'secrets.json');
const secret = { user: 'ada', secret: 's3cret' };

describe('secrets', () => {
  it('are kept in the keyring, and nowhere else', async () => {
    const secrets = open(memoryKeyring());
    expect(await secrets.set('a', secret)).toBe('keyring');
    expect(await secrets.get('a')).toEqual(secret);
    expect(existsSync(file())).toBe(false);
    expect(await secrets.set('a', null)).toBe('none');
    expect(await secrets.get('a')).toBeNull();
  });

  it('are in a file of their owner where the keyring is locked or missing, and the file says so', async () => {
    const secrets = open(broken);
    expect(await secrets.set('a', secret)).toBe('file');
    expect(statSync(file()).mode & 0o777).toBe(0o600);
    expect(readFileSync(file(), 'utf8')).toContain('not encrypted');
    chmodSync(file(), 0o644);
    expect(await open(broken).get('a')).toEqual(secret);
    expect(statSync(file()).mode & 0o777).toBe(0o600);
    expect(await secrets.get('constructor')).toBeNull();
    expect(await secrets.set('a', null)).toBe('none');
    expect(readFileSync(file(), 'utf8')).not.toContain('s3cret');
  });

  it('leave the file when a keyring takes them', async () => {
    await open(broken).set('a', secret);
    expect(await open(memoryKeyring()).set('a', { user: null, secret: 'new' })).toBe('keyring');
    expect(readFileSync(file(), 'utf8')).not.toContain('s3cret');
  });

  it('come from the environment before the file', async () => {
    await open(broken).set('target:oci:reg.example.com/team', secret);
    const secrets = open(broken, {
      ASSAY_SECRET_REG_EXAMPLE_COM___TEAM: 'tok',
      ASSAY_SECRET_REG_EXAMPLE_COM___TEAM_USER: 'bo',
    });
    expect(await secrets.get('target:oci:reg.example.com/team')).toEqual({ user: 'bo', secret: 'tok' });
    expect(await secrets.where('target:oci:reg.example.com/team')).toBe('environment');
  });

  it('of a target belong to its address, whatever a project calls it', () => {
    expect(targetSecret('mlflow', 'https://ml.example.com:5000/')).toBe('target:mlflow:ml.example.com:5000');
    expect(targetSecret('mlflow', 'https://u:p@ML.example.com:5000')).toBe('target:mlflow:ml.example.com:5000');
    expect(targetSecret('oci', 'reg.example.com/team')).not.toBe(targetSecret('oci', 'evil.example.com/team'));
    expect(variableOf(targetSecret('mlflow', 'https://ml.example.com:5000'))).toBe(
      'ASSAY_SECRET_ML_EXAMPLE_COM____5000',
    );
    expect(variableOf(channelSecret('p1', 'ops'))).toBe('ASSAY_SECRET_OPS');
    // hosts that look alike do not share a variable
    const alike = ['reg.example.com/team', 'reg-example.com/team', 'reg.example.com.team', 'reg.example.com-team'];
    expect(new Set(alike.map((url) => variableOf(targetSecret('oci', url)))).size).toBe(alike.length);
  });
});
