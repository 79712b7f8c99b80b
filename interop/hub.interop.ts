import { execFile } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { HUB_TOKEN, type HubServer, startHubServer } from '../electron/testing/hub-server.ts';

/**
 * What we push by the Hub's protocol is read by Hugging Face's own client. The server is ours (electron/testing/hub-server.ts): the real one is not
 * to be had offline. So this proves what the client expects of names, tags, headers and bytes, not what huggingface.co accepts.
 */
const python = process.env.ASSAY_INTEROP_PYTHON;
if (!python) throw new Error('ASSAY_INTEROP_PYTHON names no Python: start this through "npm run test:interop"');

const folder = mkdtempSync(join(tmpdir(), 'assay-hub-'));
const root = join(folder, 'project');
let hub: HubServer;

/** Runs a program while this process goes on serving. */
const run = (program: string, args: readonly string[], env: NodeJS.ProcessEnv = {}, input = ''): Promise<string> =>
  new Promise((done, fail) => {
    const child = execFile(program, args, { cwd: root, env: { ...process.env, ...env } }, (error, stdout, stderr) =>
      error ? fail(new Error(`${error.message}\n${stdout}${stderr}`)) : done(stdout),
    );
    child.stdin!.end(input);
  });
const assay = (args: readonly string[], input = ''): Promise<string> =>
  run(
    'node',
    [resolve('bin/assay.mjs'), '-C', root, ...args],
    { ASSAY_HOME: join(folder, 'home'), NO_COLOR: '1' },
    input,
  );

const files: Record<string, Buffer> = {
  'model.safetensors': randomBytes(2_500_000),
  'config.json': Buffer.from('{"hidden": 8}\n'),
  'nested/vocab.txt': Buffer.from('a\nb\n'),
  empty: Buffer.alloc(0),
};

beforeAll(async () => {
  hub = await startHubServer();
  for (const [path, bytes] of Object.entries(files)) {
    mkdirSync(join(root, 'm', path, '..'), { recursive: true });
    writeFileSync(join(root, 'm', path), bytes);
  }
  writeFileSync(
    join(root, 'assay.yaml'),
    `models: {commit: false}\ntargets:\n  hub: {type: huggingface, url: '${hub.url}'}\n`,
  );
  mkdirSync(join(root, '.git'));
  writeFileSync(join(root, '.git/config'), '[user]\n\tname = Ada\n\temail = ada@example.invalid\n');
});
afterAll(async () => {
  await hub.close();
  rmSync(folder, { recursive: true, force: true });
});

const DOWNLOAD = `
import hashlib, json, os, sys
from huggingface_hub import hf_hub_download, list_repo_refs, snapshot_download
folder = snapshot_download("ada/churn", revision="1.0.0", token=False)
found = {}
for base, _, names in os.walk(folder):
    for name in names:
        path = os.path.join(base, name)
        found[os.path.relpath(path, folder)] = hashlib.sha256(open(path, "rb").read()).hexdigest()
one = hf_hub_download("ada/churn", "config.json", revision="1.0.0", cache_dir=sys.argv[1], token=False)
tags = sorted(tag.name for tag in list_repo_refs("ada/churn", token=False).tags)
print(json.dumps({"found": found, "one": open(one).read(), "tags": tags}))
`;

test('huggingface_hub downloads what was pushed, byte for byte', async () => {
  await assay(['models', 'register', 'churn', '--files', join(root, 'm'), '--version', '1.0.0']);
  await assay(['targets', 'login', 'hub'], `${HUB_TOKEN}\n`);
  const pushed = JSON.parse(
    await assay(['models', 'push', 'churn@1.0.0', '--to', 'hub', '--alias', 'champion', '--json']),
  );
  expect(pushed).toMatchObject({ kind: 'huggingface', ref: 'ada/churn@1.0.0', verified: true });
  const client = {
    HF_ENDPOINT: hub.url,
    HF_HOME: join(folder, 'hf'),
    HF_HUB_DISABLE_XET: '1',
    HF_HUB_DISABLE_TELEMETRY: '1',
  };
  const { found, one, tags } = JSON.parse(
    (await run(python, ['-c', DOWNLOAD, join(folder, 'other')], client)).trim().split('\n').at(-1)!,
  );
  for (const [path, bytes] of Object.entries(files))
    expect(found[path], path).toBe(createHash('sha256').update(bytes).digest('hex'));
  expect(one).toBe(files['config.json']!.toString());
  expect(tags).toEqual(['1.0.0', 'champion']);
  expect(readFileSync(join(root, 'm/config.json'), 'utf8')).toBe(one);
}, 120_000);
