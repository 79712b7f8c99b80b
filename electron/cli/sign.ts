import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Command } from 'commander';
import pc from 'picocolors';
import { AppError } from '../../shared/errors.ts';
import { readCertificates } from '../services/signing/certificate.ts';
import { curveOf, fingerprintOf, readPrivateKey, readPublicKey } from '../services/signing/keys.ts';
import { signPath, verifyPath } from '../services/signing/path.ts';
import { counted, createOutput, printable } from './output.ts';
import { findProject, openServices } from './session.ts';

type Options = { key?: string; signature?: string; allowSymlinks?: boolean; json?: boolean };

/** `assay sign PATH`, `assay verify PATH`: OpenSSF Model Signing for any file or folder; 1 when a signature does not hold. */
export function signCommands(program: Command, done: (code: number) => void): void {
  const here = (path: string): string => resolve(program.opts<{ C: string }>().C, path);

  program
    .command('sign <path>')
    .description('sign a file or folder as OpenSSF Model Signing has it (model_signing verifies it)')
    .option('--key <file>', 'your private key (PEM, EC P-256, P-384 or P-521), instead of the one of this machine')
    .option('--signature <file>', 'where the signature goes (model.sig in the folder, FILE.sig beside a file)')
    .option('--allow-symlinks', 'take what symbolic links lead to')
    .option('--json', 'print JSON')
    .action(async (path: string, options: Options) => {
      const output = createOutput(options.json ?? false);
      const services = openServices();
      try {
        const key =
          options.key === undefined
            ? await services.signing.ownKey()
            : readPrivateKey(read(here(options.key)), process.env.ASSAY_SIGNING_PASSPHRASE);
        const signed = await signPath(here(path), key, {
          signature: options.signature && here(options.signature),
          followLinks: options.allowSymlinks ?? false,
        });
        const fingerprint = fingerprintOf(key);
        output.result({ ...signed, fingerprint }, () =>
          [
            `${pc.green('Signed')} ${counted(signed.files, 'file')}: ${printable(signed.signature)}`,
            `Key ${fingerprint} (${curveOf(key).title}).`,
          ].join('\n'),
        );
      } finally {
        await services.dispose();
      }
    });

  program
    .command('verify <path>')
    .description('check the signature of a file or folder, made by whatever program of OpenSSF Model Signing')
    .option('--key <file>', 'the public key to check it with; else that of this machine and those in models/keys')
    .option('--certificate <file>', 'certificates of the authorities (PEM) that the signer’s must lead to')
    .option('--signature <file>', 'the signature')
    .option('--ignore-unsigned-files', 'files that were not signed may be there')
    .option('--allow-symlinks', 'follow symbolic links')
    .option('--json', 'print JSON')
    .action(async (path: string, options: Options & { certificate?: string; ignoreUnsignedFiles?: boolean }) => {
      const output = createOutput(options.json ?? false);
      const services = openServices();
      try {
        const keys = [];
        if (options.key !== undefined) keys.push(readPublicKey(read(here(options.key))));
        else {
          const own = await services.signing.key();
          if (own) keys.push(readPublicKey(own.publicPem));
          const project = findProject(here('.'));
          if (project) keys.push(...services.signing.trustedKeys(services.projects.open(project.root).id));
        }
        const roots = options.certificate === undefined ? [] : readCertificates(read(here(options.certificate)));
        const { signer, unchecked, signed, signature } = await verifyPath(
          here(path),
          { keys, roots },
          {
            signature: options.signature && here(options.signature),
            ignoreUnsigned: options.ignoreUnsignedFiles ?? false,
            ...(options.allowSymlinks ? { followLinks: true } : {}),
          },
        );
        const known = signer.kind === 'key' || roots.length > 0;
        output.result({ valid: known, signer, unchecked, files: signed.files.length, signature }, () =>
          [
            known
              ? `${pc.green('Valid')}: ${counted(signed.files.length, 'file')}, signed by ${signer.kind === 'key' ? `the key ${signer.fingerprint}` : printable(signer.name)}.`
              : `${pc.yellow('Not decided')}: the files are those that ${printable(signer.name)} signed, but nobody says who that is. Give --certificate.`,
            ...unchecked.map((what) => pc.yellow(`Not checked: ${printable(what)}`)),
          ].join('\n'),
        );
        if (!known) done(3);
      } catch (error) {
        // a signature that does not hold is an answer, not wrong usage
        if (error instanceof AppError && error.code === 'BAD_REQUEST') throw new AppError('CONFLICT', error.message);
        throw error;
      } finally {
        await services.dispose();
      }
    });
}

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    throw new AppError('NOT_FOUND', `There is no file ${path} that could be read.`);
  }
}
