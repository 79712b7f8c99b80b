import { spawnSync } from 'node:child_process';
import { createHash, generateKeyPairSync } from 'node:crypto';
import { appendFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { afterAll, beforeEach, describe, expect, test } from 'vitest';

const python = process.env.ASSAY_INTEROP_PYTHON;
if (!python) throw new Error('ASSAY_INTEROP_PYTHON names no Python: start this through "npm run test:interop"');

const home = mkdtempSync(join(tmpdir(), 'assay-signing-interop-'));
const model = join(home, 'model');
const signature = join(model, 'model.sig');
afterAll(() => rmSync(home, { recursive: true, force: true }));
beforeEach(() => {
  rmSync(model, { recursive: true, force: true });
  mkdirSync(join(model, 'a'), { recursive: true });
  // an order that differs by whether paths are texts or parts
  for (const path of ['weights.bin', 'a/x', 'a-b', 'A', 'ü.txt', '.gitattributes'])
    writeFileSync(join(model, path), path);
});

const run = (program: string, args: readonly string[], env: Record<string, string> = {}) =>
  spawnSync(program, args, {
    cwd: home,
    encoding: 'utf8',
    env: { ...process.env, ASSAY_HOME: join(home, 'assay'), ASSAY_KEYRING: 'off', NO_COLOR: '1', ...env },
  });
const theirs = (...args: string[]) => run(join(dirname(python), 'model_signing'), args);
const ours = (...args: string[]) => run('node', [resolve('bin/assay.mjs'), ...args]);
const accepted = ({ status, stdout, stderr }: ReturnType<typeof run>): void =>
  expect(status, `${stdout}${stderr}`).toBe(0);
const refused = ({ status, stdout, stderr }: ReturnType<typeof run>): void => {
  expect(status, `${stdout}${stderr}`).toBe(1);
  expect(stderr).not.toContain('internal');
};

/** a key pair in files, as openssl writes them */
function keys(curve: string): { secret: string; open: string } {
  const [secret, open] = [join(home, `${curve}.pem`), join(home, `${curve}.pub`)];
  if (!existsSync(secret)) {
    const pair = generateKeyPairSync('ec', { namedCurve: curve });
    writeFileSync(secret, pair.privateKey.export({ type: 'pkcs8', format: 'pem' }));
    writeFileSync(open, pair.publicKey.export({ type: 'spki', format: 'pem' }));
  }
  return { secret, open };
}
const verifyTheirs = (open: string, ...more: string[]) =>
  theirs('verify', 'key', '--public_key', open, '--signature', signature, ...more, model);

describe.each(['P-256', 'P-384', 'P-521'])('a key on %s', (curve) => {
  test('signs here, and model_signing accepts it and finds what was changed', () => {
    const { secret, open } = keys(curve);
    accepted(ours('sign', model, '--key', secret));
    accepted(verifyTheirs(open));
    appendFileSync(join(model, 'a/x'), '!');
    refused(verifyTheirs(open));
    refused(ours('verify', model, '--key', open));
  });

  test('signs there, and we accept it and find what was changed', () => {
    const { secret, open } = keys(curve);
    accepted(theirs('sign', 'key', '--private_key', secret, '--signature', signature, model));
    accepted(ours('verify', model, '--key', open));
    writeFileSync(join(model, 'more'), '');
    refused(ours('verify', model, '--key', open));
    refused(verifyTheirs(open));
    accepted(ours('verify', model, '--key', open, '--ignore-unsigned-files'));
    accepted(verifyTheirs(open, '--ignore_unsigned_files'));
    const other = keys(curve === 'P-256' ? 'P-384' : 'P-256');
    refused(ours('verify', model, '--key', other.open));
  });
});

test('the key that Assay makes for itself is good for model_signing, also for a model that is one file', () => {
  const { fingerprint } = JSON.parse(ours('sign', join(model, 'weights.bin'), '--json').stdout) as {
    fingerprint: string;
  };
  const { secrets } = JSON.parse(readFileSync(join(home, 'assay/secrets.json'), 'utf8')) as {
    secrets: Record<string, { secret: string }>;
  };
  const open = join(home, 'own.pub');
  const made = run(python, [
    '-c',
    'import sys; from cryptography.hazmat.primitives import serialization as s; k = s.load_pem_private_key(sys.argv[1].encode(), None); sys.stdout.write(k.public_key().public_bytes(s.Encoding.PEM, s.PublicFormat.SubjectPublicKeyInfo).decode())',
    secrets['signing-key']!.secret,
  ]);
  accepted(made);
  writeFileSync(open, made.stdout);
  expect(createHash('sha256').update(made.stdout).digest('hex')).toBe(fingerprint);
  accepted(
    theirs(
      'verify',
      'key',
      '--public_key',
      open,
      '--signature',
      join(model, 'weights.bin.sig'),
      join(model, 'weights.bin'),
    ),
  );
});

test('a tampered bundle is refused by both', () => {
  const { secret, open } = keys('P-256');
  accepted(ours('sign', model, '--key', secret));
  const bundle = JSON.parse(readFileSync(signature, 'utf8')) as { dsseEnvelope: { payload: string } };
  const payload = Buffer.from(bundle.dsseEnvelope.payload, 'base64').toString();
  const x = createHash('sha256').update('a/x').digest('hex');
  appendFileSync(join(model, 'a/x'), '!');
  const changed = createHash('sha256').update('a/x!').digest('hex');
  expect(payload).toContain(x);
  bundle.dsseEnvelope.payload = Buffer.from(payload.replace(x, changed)).toString('base64');
  writeFileSync(signature, JSON.stringify(bundle));
  refused(verifyTheirs(open));
  refused(ours('verify', model, '--key', open));
});

test('hashes that Assay does not know are refused in words', () => {
  const { secret, open } = keys('P-256');
  const script = `
import sys, pathlib
from model_signing import hashing, signing
config = hashing.Config().use_file_serialization(hashing_algorithm=sys.argv[1]).set_ignored_paths(paths=[sys.argv[4]])
signing.Config().use_elliptic_key_signer(private_key=pathlib.Path(sys.argv[2])).set_hashing_config(config).sign(pathlib.Path(sys.argv[3]), pathlib.Path(sys.argv[4]))
`;
  for (const algorithm of ['blake2', 'blake3']) {
    accepted(run(python, ['-c', script, algorithm, secret, model, signature]));
    const answer = ours('verify', model, '--key', open);
    refused(answer);
    expect(answer.stderr).toContain(algorithm);
    rmSync(signature);
  }
});

test('certificates: the chain to an authority counts, and nothing else', () => {
  const script = `
import sys, datetime as d
from cryptography import x509
from cryptography.x509.oid import NameOID
from cryptography.hazmat.primitives import hashes, serialization as s
from cryptography.hazmat.primitives.asymmetric import ec
folder = sys.argv[1]
now = d.datetime.now(d.timezone.utc)
def make(name, issuer, key, issuer_key, ca):
    n = lambda t: x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, t)])
    usage = x509.KeyUsage(not ca, False, False, False, False, ca, ca, False, False)
    return (x509.CertificateBuilder().subject_name(n(name)).issuer_name(n(issuer)).public_key(key.public_key())
        .serial_number(x509.random_serial_number()).not_valid_before(now - d.timedelta(days=1)).not_valid_after(now + d.timedelta(days=9))
        .add_extension(x509.BasicConstraints(ca=ca, path_length=None), critical=True).add_extension(usage, critical=True)
        .sign(issuer_key, hashes.SHA256()))
def put(name, data): open(folder + '/' + name, 'wb').write(data)
pem = lambda c: c.public_bytes(s.Encoding.PEM)
root, middle, leaf, other = (ec.generate_private_key(ec.SECP256R1()) for _ in range(4))
put('root.crt', pem(make('Root', 'Root', root, root, True)))
put('middle.crt', pem(make('Middle', 'Root', middle, root, True)))
put('leaf.crt', pem(make('Signer', 'Middle', leaf, middle, False)))
put('other.crt', pem(make('Root', 'Root', other, other, True)))
put('leaf.key', leaf.private_bytes(s.Encoding.PEM, s.PrivateFormat.PKCS8, s.NoEncryption()))
`;
  accepted(run(python, ['-c', script, home]));
  const file = (name: string): string => join(home, name);
  accepted(
    theirs(
      'sign',
      'certificate',
      '--private_key',
      file('leaf.key'),
      '--signing_certificate',
      file('leaf.crt'),
      '--certificate_chain',
      file('middle.crt'),
      '--signature',
      signature,
      model,
    ),
  );
  accepted(ours('verify', model, '--certificate', file('root.crt')));
  const foreign = ours('verify', model, '--certificate', file('other.crt'));
  refused(foreign);
  expect(foreign.stderr).toContain('leads to none');
  const nobody = ours('verify', model);
  expect(nobody.status).toBe(3);
  expect(nobody.stdout).toContain('Not decided');
  appendFileSync(join(model, 'A'), '!');
  refused(ours('verify', model, '--certificate', file('root.crt')));
});
