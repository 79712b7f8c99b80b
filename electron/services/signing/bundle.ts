import { createHash, type KeyObject, sign, verify, type X509Certificate } from 'node:crypto';
import { z } from 'zod';
import { checkChain, nameIn, parseChain } from './certificate.ts';
import { curveOf, fingerprintOf } from './keys.ts';
import { parseStatement, type Signed, wrong } from './statement.ts';

const MEDIA_TYPE = 'application/vnd.dev.sigstore.bundle.v0.3+json';
const PAYLOAD_TYPE = 'application/vnd.in-toto+json';
/** A model of 100,000 files has a bundle of some 20 MB. */
export const MAX_BUNDLE_BYTES = 64_000_000;

const Base64 = z.string().regex(/^[A-Za-z0-9+/]*={0,2}$/);
const Certificate = z.object({ rawBytes: Base64.max(100_000) });
const Bundle = z.object({
  mediaType: z.string(),
  verificationMaterial: z.object({
    publicKey: z.object({ hint: z.string().max(1000).nullish() }).optional(),
    certificate: Certificate.optional(),
    x509CertificateChain: z.object({ certificates: z.array(Certificate).max(20) }).optional(),
    tlogEntries: z.array(z.unknown()).max(100).nullish(),
  }),
  dsseEnvelope: z.object({
    payload: Base64,
    payloadType: z.string(),
    signatures: z.array(z.object({ sig: Base64.max(1000), keyid: z.string().nullish() })).length(1),
  }),
});

/** DSSE's pre-authentication encoding: what is signed. */
function encoded(payload: Buffer): Buffer {
  return Buffer.concat([
    Buffer.from(`DSSEv1 ${Buffer.byteLength(PAYLOAD_TYPE)} ${PAYLOAD_TYPE} ${payload.length} `),
    payload,
  ]);
}

/** Signs a statement: a Sigstore bundle v0.3 with a bare key (`_signing/sign_ec_key.py`), as text. */
export function makeBundle(statement: string, key: KeyObject): string {
  const payload = Buffer.from(statement);
  return JSON.stringify({
    mediaType: MEDIA_TYPE,
    verificationMaterial: { publicKey: { hint: fingerprintOf(key) }, tlogEntries: [] },
    dsseEnvelope: {
      payload: payload.toString('base64'),
      payloadType: PAYLOAD_TYPE,
      signatures: [{ sig: sign(curveOf(key).hash, encoded(payload), key).toString('base64'), keyid: '' }],
    },
  });
}

export type Trust = {
  /** public keys, one of which must have signed */
  readonly keys?: readonly KeyObject[];
  /** authorities that the signer's certificate must lead to */
  readonly roots?: readonly X509Certificate[];
};

export type Verified = {
  readonly signed: Signed;
  readonly signer: { readonly kind: 'key' | 'certificate'; readonly fingerprint: string; readonly name: string };
  /** what could not be checked here, in sentences */
  readonly unchecked: readonly string[];
};

/**
 * Checks a bundle's signature and what it signs, not yet against any files. Bare keys, certificate chains (`model_signing sign certificate`) and
 * Sigstore's keyless bundles; of the last only the signature and the chain are checked, and `unchecked` says so.
 * @throws AppError BAD_REQUEST saying what is wrong
 */
export function verifyBundle(text: string, { keys = [], roots = [] }: Trust): Verified {
  const { verificationMaterial: material, dsseEnvelope: envelope } = parseBundle(text);
  const payload = Buffer.from(envelope.payload, 'base64');
  const signature = Buffer.from(envelope.signatures[0]!.sig, 'base64');
  const holds = (key: KeyObject): boolean => verify(curveOf(key).hash, encoded(payload), key, signature);

  const chain = material.x509CertificateChain?.certificates ?? (material.certificate ? [material.certificate] : []);
  if (chain.length > 0) {
    const certificates = parseChain(chain.map((one) => one.rawBytes));
    const leaf = certificates[0]!;
    if (!holds(leaf.publicKey)) throw wrong('what it signs was changed, or another key signed it');
    const unchecked: string[] = [];
    if (roots.length > 0) checkChain(certificates, roots);
    else unchecked.push(`Who ${nameIn(leaf)} is: no authority was given that the certificate could lead to.`);
    if ((material.tlogEntries ?? []).length > 0)
      unchecked.push(
        "The entry in Sigstore's transparency log, and with it the time of signing (use cosign or model_signing).",
      );
    if (material.certificate) unchecked.push('The identity and its issuer, which a keyless signature is about.');
    const fingerprint = createHash('sha256').update(leaf.raw).digest('hex');
    return {
      signed: parseStatement(payload.toString()),
      signer: { kind: 'certificate', fingerprint, name: nameIn(leaf) },
      unchecked,
    };
  }
  if (!material.publicKey) throw wrong('it names neither a key nor a certificate');
  const { hint } = material.publicKey;
  const named = hint ? keys.filter((key) => fingerprintOf(key) === hint) : keys;
  if (named.length === 0)
    throw wrong(
      keys.length === 0
        ? `no public key is known to check it with (it names the key ${hint?.slice(0, 64) ?? '?'})`
        : `another key made it (${hint?.slice(0, 64)}) than those that are trusted`,
    );
  const signer = named.find(holds);
  if (!signer) throw wrong('what it signs was changed, or another key signed it');
  return {
    signed: parseStatement(payload.toString()),
    signer: { kind: 'key', fingerprint: fingerprintOf(signer), name: '' },
    unchecked: hint
      ? []
      : ['Which key signed: the bundle does not name it (an old form), but one that is trusted fits.'],
  };
}

function parseBundle(text: string): z.infer<typeof Bundle> {
  if (text.length > MAX_BUNDLE_BYTES) throw wrong('it is too large for a signature');
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw wrong('it is no JSON');
  }
  const parsed = Bundle.safeParse(value);
  if (!parsed.success) {
    const issue = parsed.error.issues[0]!;
    throw wrong(`it is no Sigstore bundle with a DSSE envelope (${issue.path.join('.')}: ${issue.message})`);
  }
  const { mediaType, dsseEnvelope } = parsed.data;
  if (mediaType !== MEDIA_TYPE)
    throw wrong(`it is of the kind "${mediaType.slice(0, 100)}"; Assay reads Sigstore bundles v0.3`);
  if (dsseEnvelope.payloadType !== PAYLOAD_TYPE)
    throw wrong(`it holds "${dsseEnvelope.payloadType.slice(0, 100)}", not an in-toto statement`);
  return parsed.data;
}

/** The key or certificate that a bundle names, unchecked; null when it cannot be read. */
export function namedSigner(text: string): string | null {
  try {
    return parseBundle(text).verificationMaterial.publicKey?.hint ?? null;
  } catch {
    return null;
  }
}
