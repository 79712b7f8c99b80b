import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startRegistry } from '../electron/http/oci-registry/start.ts';
import type { Driver } from '../electron/services/targets/driver.ts';
import { openOci } from '../electron/services/targets/oci/oci.ts';
import { outgoingVersion } from '../electron/testing/outgoing-version.ts';
import { findProgram } from '../scripts/interop-programs.ts';
import { freePort, start } from './remote-servers.ts';

/** our own registry lives in this process, so nothing may block it */
const execute = promisify(execFile);
const USER = 'ada';
const PASSWORD = 'interop-password';
/** bcrypt of the password above, which is all that registries take */
const HTPASSWD = '$2b$05$abcdefghijklmnopqrstuuwUEJiP5oj5tqIHQ2.VBmuih2Ur5XVl2';
const { signal } = new AbortController();
const work = { signal, onBytes: () => {} };
const files = {
  // larger than two pieces below
  'model.onnx': Buffer.alloc(3_000_000, 'weights of a model '),
  'sub/tokenizer.json': '{"a": 1}',
  'README.md': '# churn\n',
  'predict.py': 'print(1)\n',
};
const PIECE = 1024 * 1024;

type Running = { readonly host: string; stop(): Promise<unknown> };

/** A registry that is a program, with a folder, and a password if it is to ask for one. */
async function startProgram(program: string, folder: string, closed: boolean): Promise<Running> {
  const port = await freePort();
  const store = join(folder, 'store');
  mkdirSync(store, { recursive: true });
  writeFileSync(join(folder, 'htpasswd'), `${USER}:${HTPASSWD}\n`);
  writeFileSync(
    join(folder, 'config.yml'),
    `version: 0.1
log: {level: error}
storage: {filesystem: {rootdirectory: ${store}}, delete: {enabled: true}}
http: {addr: "127.0.0.1:${port}", secret: interop}
${closed ? `auth: {htpasswd: {realm: interop, path: ${join(folder, 'htpasswd')}}}` : ''}
`,
  );
  const server = await start(program, ['serve', join(folder, 'config.yml')], port, store);
  return { host: `127.0.0.1:${port}`, stop: () => server.stop() };
}

const REGISTRIES: Record<string, (folder: string) => Promise<Running>> = {
  'docker-registry 2.8 of Debian, with a password': (folder) =>
    startProgram(findProgram('docker-registry')!, folder, true),
  'distribution 3': (folder) => startProgram(process.env.ASSAY_INTEROP_OCI!, folder, false),
  'our own, with a password': async (folder) => {
    const registry = await startRegistry({ folder: join(folder, 'own'), login: { user: USER, password: PASSWORD } });
    return { host: registry.host, stop: registry.close };
  },
};

describe.each(Object.entries(REGISTRIES))('a version pushed to %s', (name, begin) => {
  let folder: string;
  let registry: Running;
  let driver: Driver;
  const closed = name.includes('password');
  const oras = async (...args: string[]): Promise<string> => {
    const login = closed ? ['--username', USER, '--password', PASSWORD] : [];
    return (await execute(process.env.ASSAY_INTEROP_ORAS!, [...args, '--plain-http', ...login])).stdout;
  };
  const ref = (tag: string): string => `${registry.host}/team/churn:${tag}`;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'assay-interop-oci-'));
    registry = await begin(folder);
    const secret = closed ? { user: USER, secret: PASSWORD } : null;
    driver = openOci(
      { type: 'oci', url: `${registry.host}/team` },
      { root: folder, name: 'hub', secret },
      { piece: PIECE },
    );
  });
  afterAll(async () => {
    await driver.close();
    await registry.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  it('is read back, pulled, listed and pushed again', async () => {
    const version = outgoingVersion(folder, files, {
      signature: '{"mediaType":"application/vnd.dev.sigstore.bundle.v0.3+json"}',
      aliases: ['champion'],
      modelkit: true,
    });
    expect(await driver.test(signal)).toContain('answers as a registry');
    const pushed = await driver.push(version, work);
    await driver.verify(version, pushed, work);
    const again = await driver.push({ ...version, auditHead: '0'.repeat(64) }, work);
    expect(again.digest).toBe(pushed.digest);
    expect(again.bytes).toBe(0);
    expect(await driver.remote('churn', signal)).toEqual({ versions: ['1.0.0'], aliases: { champion: '1.0.0' } });

    const next = outgoingVersion(join(folder, 'next'), { 'model.onnx': 'next' }, {}, '1.1.0');
    await driver.verify(next, await driver.push(next, work), work);
    await driver.setAlias('churn', 'champion', '1.1.0', signal);
    expect(await driver.remote('churn', signal)).toEqual({
      versions: ['1.1.0', '1.0.0'],
      aliases: { champion: '1.1.0' },
    });
    await driver.setAlias('churn', 'champion', '1.0.0', signal);

    const target = join(folder, 'pulled');
    mkdirSync(target);
    const pulled = await driver.pull('churn', '1.0.0', target, work);
    expect(pulled.definitionText).toBe(version.definitionText);
    expect(pulled.card).toBe(version.card);
    expect(pulled.signature).toBe(version.signature);
    for (const [path, bytes] of Object.entries(files))
      expect(readFileSync(join(target, 'files', path)).equals(Buffer.from(bytes)), path).toBe(true);
  });

  it('is pulled by oras with the same bytes, by version and alias, and its referrers are seen', async () => {
    for (const tag of ['1.0.0', 'champion']) {
      const target = join(folder, `oras-${tag}`);
      await oras('pull', ref(tag), '--output', target);
      for (const [path, bytes] of Object.entries(files))
        expect(readFileSync(join(target, path)).equals(Buffer.from(bytes)), path).toBe(true);
    }
    const seen = JSON.parse(await oras('discover', ref('1.0.0'), '--format', 'json')) as {
      referrers: { artifactType: string }[];
    };
    expect(seen.referrers.map(({ artifactType }) => artifactType).sort()).toEqual([
      'application/vnd.assay.model-version.v1+yaml',
      'application/vnd.dev.sigstore.bundle.v0.3+json',
      'text/markdown',
    ]);
  });

  it('is copied by skopeo with the same bytes', async () => {
    const target = join(folder, 'skopeo');
    const login = closed ? ['--src-creds', `${USER}:${PASSWORD}`] : [];
    await execute('skopeo', [
      'copy',
      '--quiet',
      '--src-tls-verify=false',
      ...login,
      `docker://${ref('1.0.0')}`,
      `dir:${target}`,
    ]);
    for (const bytes of Object.values(files)) {
      const digest = createHash('sha256').update(bytes).digest('hex');
      expect(readFileSync(join(target, digest)).equals(Buffer.from(bytes))).toBe(true);
    }
  });

  it('has a ModelKit whose tars give back the same bytes', async () => {
    const manifest = JSON.parse(await oras('manifest', 'fetch', ref('1.0.0-kit'))) as { layers: { digest: string }[] };
    const target = join(folder, 'kit');
    mkdirSync(target);
    for (const { digest } of manifest.layers) {
      await oras('blob', 'fetch', `${registry.host}/team/churn@${digest}`, '--output', join(folder, 'layer.tar'));
      await execute('tar', ['-xf', join(folder, 'layer.tar'), '-C', target]);
    }
    for (const [path, bytes] of Object.entries(files))
      expect(readFileSync(join(target, path)).equals(Buffer.from(bytes)), path).toBe(true);
  });

  it('takes what oras and skopeo push, too', async () => {
    writeFileSync(join(folder, 'note.txt'), 'by oras');
    await execute(
      process.env.ASSAY_INTEROP_ORAS!,
      [
        'push',
        '--plain-http',
        ...(closed ? ['--username', USER, '--password', PASSWORD] : []),
        `${registry.host}/other:1`,
        'note.txt',
      ],
      { cwd: folder },
    );
    const login = closed ? ['--src-creds', `${USER}:${PASSWORD}`, '--dest-creds', `${USER}:${PASSWORD}`] : [];
    const flags = ['--quiet', '--src-tls-verify=false', '--dest-tls-verify=false'];
    await execute('skopeo', [
      'copy',
      ...flags,
      ...login,
      `docker://${ref('1.0.0')}`,
      `docker://${registry.host}/copied/churn:1.0.0`,
    ]);
    await oras('pull', `${registry.host}/copied/churn:1.0.0`, '--output', join(folder, 'copied'));
    expect(readFileSync(join(folder, 'copied', 'README.md'), 'utf8')).toBe(files['README.md']);
    await oras('pull', `${registry.host}/other:1`, '--output', join(folder, 'other'));
    expect(readFileSync(join(folder, 'other', 'note.txt'), 'utf8')).toBe('by oras');
  });
});
