import { createHash, createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { AppError } from '../../../shared/errors.ts';

/** The curves of OpenSSF Model Signing, and the hash that goes with each (`_signing/sign_ec_key.py`). */
const CURVES: Readonly<Record<string, { title: string; hash: string }>> = {
  prime256v1: { title: 'P-256', hash: 'sha256' },
  secp384r1: { title: 'P-384', hash: 'sha384' },
  secp521r1: { title: 'P-521', hash: 'sha512' },
};

/** @throws AppError BAD_REQUEST for a key of another kind */
export function curveOf(key: KeyObject): { title: string; hash: string } {
  const curve = key.asymmetricKeyType === 'ec' ? CURVES[key.asymmetricKeyDetails?.namedCurve ?? ''] : undefined;
  if (!curve)
    throw new AppError(
      'BAD_REQUEST',
      `This key is of the kind ${key.asymmetricKeyDetails?.namedCurve ?? key.asymmetricKeyType ?? 'unknown'}; models are signed with keys on the curves P-256, P-384 and P-521.`,
    );
  return curve;
}

/** SubjectPublicKeyInfo as PEM. */
export const publicPem = (key: KeyObject): string =>
  (key.type === 'public' ? key : createPublicKey(key)).export({ type: 'spki', format: 'pem' }).toString();

/** SHA-256 in hex of the PEM of the public half: the hint of the bundle. */
export const fingerprintOf = (key: KeyObject): string => createHash('sha256').update(publicPem(key)).digest('hex');

/** A new key on P-256, as PKCS #8 PEM. */
export const newPrivatePem = (): string =>
  generateKeyPairSync('ec', { namedCurve: 'prime256v1' })
    .privateKey.export({ type: 'pkcs8', format: 'pem' })
    .toString();

/**
 * A private key of a person's own.
 * @param passphrase of an encrypted one
 * @throws AppError BAD_REQUEST
 */
export function readPrivateKey(pem: string, passphrase?: string): KeyObject {
  let key: KeyObject;
  try {
    key = createPrivateKey(passphrase === undefined ? pem : { key: pem, passphrase });
  } catch (error) {
    const code = String((error as { code?: unknown }).code ?? '');
    const locked = code === 'ERR_MISSING_PASSPHRASE' || (/ENCRYPTED/.test(pem) && passphrase === undefined);
    throw new AppError(
      'BAD_REQUEST',
      locked
        ? 'This private key is encrypted. Put its passphrase into the variable ASSAY_SIGNING_PASSPHRASE.'
        : /ENCRYPTED/.test(pem)
          ? 'The passphrase in ASSAY_SIGNING_PASSPHRASE does not open this private key.'
          : 'This is no private key in PEM.',
    );
  }
  curveOf(key);
  return key;
}

/** @throws AppError BAD_REQUEST when it is no public key in PEM, or of another kind */
export function readPublicKey(pem: string): KeyObject {
  let key: KeyObject;
  try {
    if (/PRIVATE KEY/.test(pem)) throw new Error('private');
    key = createPublicKey(pem);
  } catch {
    throw new AppError('BAD_REQUEST', 'This is no public key in PEM ("-----BEGIN PUBLIC KEY-----").');
  }
  curveOf(key);
  return key;
}
