import { z } from 'zod';
import { InProject, procedure } from './base.ts';
import { OnVersion } from './models.ts';

export const SigningKey = z.object({
  /** SHA-256 in hex of the PEM of the public key (SubjectPublicKeyInfo), as Sigstore's `publicKey.hint` has it */
  fingerprint: z.string(),
  publicPem: z.string(),
  curve: z.string(),
  /** where the private half is kept */
  kept: z.enum(['keyring', 'environment', 'file']),
});

export const signing = {
  /** The key of this machine; null before the first signature. */
  key: procedure.output(SigningKey.nullable()),
  sign: procedure.input(OnVersion).output(z.object({ file: z.string(), fingerprint: z.string() })),
  /** Signatures in `models/<name>/<version>/`, checked against the files' digests. */
  verify: procedure.input(OnVersion).output(
    z.array(
      z.object({
        file: z.string(),
        valid: z.boolean(),
        fingerprint: z.string(),
        signedAt: z.number().nullable(),
        message: z.string(),
      }),
    ),
  ),
  /** Public keys that this project trusts: `models/keys/*.pem`. */
  trusted: procedure
    .input(InProject)
    .output(z.array(z.object({ file: z.string(), fingerprint: z.string(), comment: z.string() }))),
};
