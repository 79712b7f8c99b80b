import { X509Certificate } from 'node:crypto';
import { AppError } from '../../../shared/errors.ts';
import { wrong } from './statement.ts';

const CODE_SIGNING = '1.3.6.1.5.5.7.3.3';
const KEY_USAGE = '551d0f';
const MAX_CERTIFICATES = 20;

/** Certificates of a PEM file. @throws AppError BAD_REQUEST */
export function readCertificates(pem: string): X509Certificate[] {
  const blocks = pem.match(/-----BEGIN CERTIFICATE-----[\s\S]+?-----END CERTIFICATE-----/g) ?? [];
  try {
    if (blocks.length === 0) throw new Error('none');
    return blocks.map((block) => new X509Certificate(block));
  } catch {
    throw new AppError('BAD_REQUEST', 'There is no certificate in PEM ("-----BEGIN CERTIFICATE-----") in this file.');
  }
}

/** @param chain base64 of DER, the signer's first. @throws AppError BAD_REQUEST */
export function parseChain(chain: readonly string[]): X509Certificate[] {
  if (chain.length === 0 || chain.length > MAX_CERTIFICATES) throw wrong('it has no certificate, or too many');
  try {
    return chain.map((one) => new X509Certificate(Buffer.from(one, 'base64')));
  } catch {
    throw wrong('its certificate cannot be read');
  }
}

/**
 * Follows the issuers from the signer's certificate to one of the roots that are trusted. All must have been valid when the signer's began to be,
 * as `model_signing` takes it.
 * @throws AppError BAD_REQUEST naming where the chain breaks
 */
export function checkChain(chain: readonly X509Certificate[], roots: readonly X509Certificate[]): void {
  const [leaf] = chain as [X509Certificate, ...X509Certificate[]];
  const at = leaf.validFromDate;
  if (!maySign(leaf)) throw wrong(`the certificate of ${nameIn(leaf)} may not be used for signing`);
  let now = leaf;
  for (let step = 0; step <= chain.length; step++) {
    const root = roots.find((one) => one.fingerprint256 === now.fingerprint256 || issued(one, now));
    if (root) {
      if (root.fingerprint256 !== now.fingerprint256) checkIssuer(root, at);
      return;
    }
    const next = chain.find((one) => one.fingerprint256 !== now.fingerprint256 && issued(one, now));
    if (!next) break;
    checkIssuer(next, at);
    now = next;
  }
  throw wrong(`the certificate of ${nameIn(leaf)} leads to none of the given authorities`);
}

const issued = (issuer: X509Certificate, one: X509Certificate): boolean =>
  one.checkIssued(issuer) && one.verify(issuer.publicKey);

function checkIssuer(issuer: X509Certificate, at: Date): void {
  if (!issuer.ca) throw wrong(`${nameIn(issuer)} is no authority`);
  if (issuer.validFromDate > at || issuer.validToDate < at)
    throw wrong(`the certificate of ${nameIn(issuer)} was not valid at that time`);
}

export const nameIn = ({ subject, subjectAltName }: X509Certificate): string =>
  (subject || subjectAltName || 'a nameless signer').replaceAll('\n', ', ').slice(0, 300);

/** Signing is allowed by the key usage `digitalSignature`, or by the extended one for code. */
const maySign = (leaf: X509Certificate): boolean => (leaf.keyUsage ?? []).includes(CODE_SIGNING) || signs(leaf.raw);

/** Node does not tell the key usage (RFC 5280, 4.2.1.3): it is looked up in the DER, through the extensions only. */
function signs(der: Buffer): boolean {
  try {
    const tbs = children(children(element(der, 0))[0]!);
    const extensions = tbs.find(({ tag }) => tag === 0xa3);
    if (!extensions) return false;
    for (const extension of children(children(extensions)[0]!)) {
      const parts = children(extension);
      if (parts[0]!.value.toString('hex') !== KEY_USAGE) continue;
      const bits = element(parts.at(-1)!.value, 0);
      return bits.tag === 3 && (bits.value[1]! & 0x80) !== 0;
    }
  } catch {
    // no certificate that could be read so far
  }
  return false;
}

type Element = { tag: number; value: Buffer; end: number };

/** An element of DER (X.690, 8.1). */
function element(der: Buffer, at: number): Element {
  let length = der[at + 1]!;
  let start = at + 2;
  if (length > 0x80) {
    const bytes = length & 0x7f;
    length = der.readUIntBE(start, bytes);
    start += bytes;
  }
  if (start + length > der.length) throw new Error('too short');
  return { tag: der[at]!, value: der.subarray(start, start + length), end: start + length };
}

function children({ value }: Element): Element[] {
  const all: Element[] = [];
  for (let at = 0; at < value.length; at = all.at(-1)!.end) all.push(element(value, at));
  return all;
}
