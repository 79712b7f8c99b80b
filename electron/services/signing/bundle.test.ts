import { createHash, createPrivateKey, generateKeyPairSync } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { MAX_BUNDLE_BYTES, makeBundle, verifyBundle } from './bundle.ts';
import { differencesOf } from './compare.ts';
import { fingerprintOf, newPrivatePem, publicPem, readPrivateKey, readPublicKey } from './keys.ts';
import { signPath, verifyPath } from './path.ts';
import { PREDICATE, parseStatement, statementOf } from './statement.ts';

const key = readPrivateKey(newPrivatePem());
const trust = { keys: [readPublicKey(publicPem(key))] };
const hex = (text: string): string => createHash('sha256').update(text).digest('hex');
const files = ['b', 'a/c', 'a-b'].map((path) => ({ path, sha256: hex(path) }));
const bundle = (statement = statementOf('m', files, { ignorePaths: [] })): string => makeBundle(statement, key);
// biome-ignore lint/suspicious/noExplicitAny: statements are broken in every way here
type Json = any;
const edited = (change: (statement: Json) => void): string => {
  const statement = JSON.parse(statementOf('m', files, { ignorePaths: [] })) as Json;
  change(statement);
  return bundle(JSON.stringify(statement));
};
const resources = (...all: unknown[]) => edited((s) => Object.assign(s.predicate, { resources: all }));

/** tests/_signing/testdata/signing/TestPayload/sample_model_folder of sigstore/model-transparency */
const SAMPLE: readonly (readonly [string, string])[] = [
  ['d0/f00', 'fdd8925354242a7fd1515e79534317b800015607a609cd306e0b4dcfe6c92249'],
  ['d0/f01', 'e16940b5e44ce981150bda37c4ba95881a749a521b4a297c5cdf97bdcfe965e6'],
  ['d0/f02', '407822246ea8f9e26380842c3f4cd10d7b23e78f1fe7c74c293608682886a426'],
  ['d1/f10', '6a3b08b5df77c4d418ceee1ac136a9ad49fc7c41358b5e82c1176daccb21ff3f'],
  ['d1/f11', 'a484b3d8ea5e99b75f9f123f9a42c882388693edc7d85d82ccba54834712cadf'],
  ['d1/f12', '8f577930f5f40c2c2133cb299d36f9527fde98c1608569017cae6b5bcd01abb3'],
  ['f0', '997b37cc51f1ca1c7a270466607e26847429cd7264c30148c1b9352e224083fc'],
  ['f1', 'c88a04d48353133fb065ba2c8ab369abab21395b9526aa20373ad828915fa7ae'],
  ['f2', '700e3ba5065d8dd47e41fd928ea086670d628f891ba363be0ca3c31d20d7d719'],
  ['f3', '912bcf5ebdf44dc7b4085b07940e0a81d157fba24b276e73fd911121d4544c4a'],
];

describe('what is signed', () => {
  it('has the digest of the sample of model_signing', () => {
    const sample = SAMPLE.map(([path, sha256]) => ({ path, sha256 })).reverse();
    const statement = JSON.parse(statementOf('sample_model', sample, { ignorePaths: [] })) as {
      subject: { digest: { sha256: string } }[];
      predicate: { resources: { name: string }[] };
    };
    expect(statement.subject[0]!.digest.sha256).toBe(
      '143cc682e555951649f18e2761c3d526d2502996f5e32dc187ef7f8a614f8df7',
    );
    expect(statement.predicate.resources.map(({ name }) => name)).toEqual(SAMPLE.map(([path]) => path));
  });

  it('is in the order of Python’s paths, and leaves out what model_signing leaves out', () => {
    const more = [...files, { path: '.gitattributes', sha256: hex('x') }, { path: '.git/config', sha256: hex('y') }];
    const text = statementOf('m', more, { ignorePaths: ['.git', '.gitattributes'] });
    expect(parseStatement(text).files.map(({ path }) => path)).toEqual(['a/c', 'a-b', 'b']);
  });
});

describe('a bundle', () => {
  it('holds for its key on every curve, and for no other', () => {
    for (const namedCurve of ['P-256', 'P-384', 'P-521']) {
      const pair = generateKeyPairSync('ec', { namedCurve });
      const made = makeBundle(statementOf('m', files, { ignorePaths: [] }), pair.privateKey);
      expect(verifyBundle(made, { keys: [pair.publicKey] }).signer.fingerprint).toBe(fingerprintOf(pair.publicKey));
      expect(() => verifyBundle(made, trust)).toThrow(/another key/);
    }
    expect(() => verifyBundle(bundle(), {})).toThrow(/no public key is known/);
  });

  it('in which anything was changed does not hold', () => {
    const good = JSON.parse(bundle()) as { dsseEnvelope: { payload: string; signatures: { sig: string }[] } };
    const payload = Buffer.from(good.dsseEnvelope.payload, 'base64').toString();
    const other = (change: (one: typeof good) => void): string => {
      const copy = structuredClone(good);
      change(copy);
      return JSON.stringify(copy);
    };
    const broken = [
      other((one) => {
        one.dsseEnvelope.payload = Buffer.from(payload.replace('"m"', '"n"')).toString('base64');
      }),
      other((one) => {
        one.dsseEnvelope.signatures[0]!.sig = one.dsseEnvelope.signatures[0]!.sig.replace(/^..../, 'AAAA');
      }),
      other((one) => {
        one.dsseEnvelope.signatures[0]!.sig = '';
      }),
    ];
    for (const text of broken) expect(() => verifyBundle(text, trust)).toThrow(/not accepted: .*changed/);
    expect(() =>
      verifyBundle(
        other((one) => Object.assign(one.dsseEnvelope, { payloadType: 'text/plain' })),
        trust,
      ),
    ).toThrow(/in-toto/);
    expect(() =>
      verifyBundle(
        other((one) => Object.assign(one, { mediaType: 'application/json' })),
        trust,
      ),
    ).toThrow(/v0\.3/);
    expect(() =>
      verifyBundle(
        other((one) => one.dsseEnvelope.signatures.push({ sig: 'AA' })),
        trust,
      ),
    ).toThrow(/no Sigstore bundle/);
  });

  it.each<[string, () => string, RegExp]>([
    [
      'a path that leads outside',
      () => resources({ name: '../../etc/x', algorithm: 'sha256', digest: hex('x') }),
      /leads outside/,
    ],
    ['an absolute path', () => resources({ name: '/etc/x', algorithm: 'sha256', digest: hex('x') }), /leads outside/],
    [
      'a file twice',
      () => resources(...[1, 2].map(() => ({ name: 'a', algorithm: 'sha256', digest: hex('x') }))),
      /twice/,
    ],
    ['a short digest', () => resources({ name: 'a', algorithm: 'sha256', digest: 'ab' }), /no SHA-256/],
    ['numbers for names', () => resources({ name: 7, algorithm: 'sha256', digest: hex('x') }), /not well formed/],
    ['blake2b', () => resources({ name: 'a', algorithm: 'blake2b', digest: hex('x') }), /blake2b/],
    ['blake3', () => edited((s) => Object.assign(s.predicate.serialization, { hash_type: 'blake3' })), /blake3/],
    ['pieces of files', () => edited((s) => Object.assign(s.predicate.serialization, { method: 'shards' })), /shards/],
    [
      'another root digest',
      () => edited((s) => Object.assign(s.subject[0].digest, { sha256: hex('x') })),
      /digest of the whole/,
    ],
    [
      'another predicate',
      () => edited((s) => Object.assign(s, { predicateType: 'https://slsa.dev/provenance/v1' })),
      /slsa/,
    ],
    ['two subjects', () => edited((s) => s.subject.push(s.subject[0])), /not well formed/],
    ['no JSON inside', () => bundle('hello'), /no JSON/],
    ['no JSON outside', () => 'hello', /no JSON/],
    ['null', () => 'null', /no Sigstore bundle/],
    ['too much', () => ' '.repeat(MAX_BUNDLE_BYTES + 1), /too large/],
    ['something very deep', () => '['.repeat(100_000), /no JSON/],
  ])('with %s is refused', (_, make, why) => {
    expect(() => verifyBundle(make(), trust)).toThrow(why);
  });

  it('says of keyless signatures what was not checked', () => {
    expect(PREDICATE).toContain('model_signing');
    const text = JSON.stringify({
      ...(JSON.parse(bundle()) as object),
      verificationMaterial: { certificate: { rawBytes: 'AAAA' } },
    });
    expect(() => verifyBundle(text, trust)).toThrow(/certificate cannot be read/);
  });
});

describe('keys', () => {
  it('of other kinds are refused, and encrypted ones need their passphrase', () => {
    const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({ type: 'pkcs8', format: 'pem' });
    expect(() => readPrivateKey(rsa.toString())).toThrow(/rsa/);
    const k1 = generateKeyPairSync('ec', { namedCurve: 'secp256k1' }).publicKey.export({ type: 'spki', format: 'pem' });
    expect(() => readPublicKey(k1.toString())).toThrow(/secp256k1/);
    const locked = createPrivateKey(newPrivatePem())
      .export({ type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'open' })
      .toString();
    expect(() => readPrivateKey(locked)).toThrow(/ASSAY_SIGNING_PASSPHRASE/);
    expect(() => readPrivateKey(locked, 'wrong')).toThrow(/does not open/);
    expect(readPrivateKey(locked, 'open').type).toBe('private');
    expect(() => readPublicKey(newPrivatePem())).toThrow(/no public key/);
  });
});

describe('a signed folder', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'assay-sign-'));
    mkdirSync(join(folder, 'd'));
    writeFileSync(join(folder, 'a'), 'a');
    writeFileSync(join(folder, 'd/b'), 'b');
    writeFileSync(join(folder, '.gitignore'), 'x');
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));
  const check = (options = {}) => verifyPath(folder, { ...trust, roots: [] }, options);

  it('holds until a file is changed, added or removed, and names it', async () => {
    expect((await signPath(folder, key, {})).files).toBe(2);
    expect((await check()).signed.files.map(({ path }) => path)).toEqual(['a', 'd/b']);
    writeFileSync(join(folder, '.gitignore'), 'y');
    await check();
    writeFileSync(join(folder, 'new'), '');
    await expect(check()).rejects.toThrow(/not signed: new/);
    await check({ ignoreUnsigned: true });
    writeFileSync(join(folder, 'd/b'), 'c');
    await expect(check({ ignoreUnsigned: true })).rejects.toThrow(/changed: d\/b/);
    rmSync(join(folder, 'a'));
    await expect(check()).rejects.toThrow(/changed: d\/b; missing: a; not signed: new/);
  });

  it('has no symbolic links unless they are allowed', async () => {
    symlinkSync(join(folder, 'a'), join(folder, 'link'));
    await expect(signPath(folder, key, {})).rejects.toThrow(/symbolic link/);
    expect((await signPath(folder, key, { followLinks: true })).files).toBe(3);
    expect((await check()).signed.files).toHaveLength(3);
    await expect(check({ followLinks: false })).rejects.toThrow(/symbolic link/);
  });

  it('is compared by digests that are known, without reading anything', () => {
    const signed = parseStatement(statementOf('m', files, { ignorePaths: ['model.sig'] }));
    expect(differencesOf(signed, [...files, { path: 'model.sig', sha256: hex('s') }])).toEqual({
      missing: [],
      extra: [],
      changed: [],
    });
    expect(differencesOf(signed, [{ path: 'b', sha256: hex('x') }])).toEqual({
      missing: ['a-b', 'a/c'],
      extra: [],
      changed: ['b'],
    });
  });
});
