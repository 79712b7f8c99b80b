import type { KeyObject } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { AppError, messageOf } from '../../../shared/errors.ts';
import { makeFolder, writeFileAtomic } from '../../platform/files.ts';
import { sha256 } from '../audit/canonical.ts';
import type { AuditService } from '../audit/service.ts';
import { keysFolder, signaturePath, versionFolder } from '../models/layout.ts';
import type { ModelRegistry, RecordedVersion } from '../models/ports.ts';
import type { SecretsService } from '../secrets/service.ts';
import { MAX_BUNDLE_BYTES, makeBundle, namedSigner, type Verified, verifyBundle } from './bundle.ts';
import { differencesOf, inWords } from './compare.ts';
import { curveOf, fingerprintOf, newPrivatePem, publicPem, readPrivateKey, readPublicKey } from './keys.ts';
import { GIT_PATHS, type SignedFile, statementOf } from './statement.ts';

const SECRET = 'signing-key';

type Deps = {
  projects: { get(id: string): { readonly root: string } };
  registry: Pick<ModelRegistry, 'read' | 'commit'>;
  audit: AuditService;
  secrets: SecretsService;
};

/** A version's signature, and the files that it left in the project, to be committed. */
export type VersionSignature = {
  readonly file: string;
  readonly fingerprint: string;
  readonly files: readonly string[];
};

/** One signature of a version, checked against the digests of its definition. */
export type CheckedSignature = {
  readonly file: string;
  readonly valid: boolean;
  /** of the key that it names, also when it is not valid; '' when it names none */
  readonly fingerprint: string;
  readonly signedAt: number | null;
  readonly message: string;
};

export type SigningService = ReturnType<typeof createSigning>;

/** Signatures of model versions (OpenSSF Model Signing), made over the digests that are known already. */
export function createSigning({ projects, registry, audit, secrets }: Deps) {
  const keyPem = async (): Promise<string | null> => (await secrets.get(SECRET))?.secret ?? null;

  const key = async () => {
    const pem = await keyPem();
    if (pem === null) return null;
    const own = readPrivateKey(pem, process.env.ASSAY_SIGNING_PASSPHRASE);
    const place = await secrets.where(SECRET);
    return {
      fingerprint: fingerprintOf(own),
      publicPem: publicPem(own),
      curve: curveOf(own).title,
      kept: place === 'none' ? ('file' as const) : place,
    };
  };

  /** Made on first use. Of two processes that make it at once both use the one that stayed. */
  const ownKey = async (): Promise<KeyObject> => {
    if ((await keyPem()) === null) await secrets.set(SECRET, { user: null, secret: newPrivatePem() });
    const pem = await keyPem();
    if (pem === null) throw new AppError('UNAVAILABLE', 'The signing key was kept, but cannot be read again.');
    return readPrivateKey(pem, process.env.ASSAY_SIGNING_PASSPHRASE);
  };

  /** Public keys in `models/keys/`: a file counts when its name is the key's own fingerprint. */
  const trustedKeys = (root: string): { file: string; key: KeyObject; fingerprint: string }[] => {
    let names: string[] = [];
    try {
      names = readdirSync(keysFolder(root)).sort();
    } catch {
      return [];
    }
    return names.flatMap((name) => {
      try {
        const path = join(keysFolder(root), name);
        if (!name.endsWith('.pem') || statSync(path).size > 10_000) return [];
        const public_ = readPublicKey(readFileSync(path, 'utf8'));
        const fingerprint = fingerprintOf(public_);
        return name === `${fingerprint}.pem` ? [{ file: `models/keys/${name}`, key: public_, fingerprint }] : [];
      } catch {
        return [];
      }
    });
  };

  const filesOf = ({ definition }: RecordedVersion): SignedFile[] =>
    definition.files.map(({ path, sha256: digest }) => ({ path, sha256: digest }));

  /** @throws AppError BAD_REQUEST when the signature does not hold for these files (and this definition, when it is given) */
  const check = (
    root: string,
    bundle: string,
    files: readonly SignedFile[],
    recorded: RecordedVersion | null,
  ): Verified => {
    const verified = verifyBundle(bundle, { keys: trustedKeys(root).map((one) => one.key) });
    const different = inWords(differencesOf(verified.signed, files));
    if (different) throw new AppError('BAD_REQUEST', different);
    const { assay } = verified.signed;
    if (recorded && assay && assay.definition !== recorded.digest)
      throw new AppError(
        'BAD_REQUEST',
        `It was made for ${assay.model}@${assay.version} with another definition than the one that is here.`,
      );
    return verified;
  };

  return {
    /** The key of this machine; null before the first signature. */
    key,
    /** The private key of this machine, made on first use. */
    ownKey,
    /** Public keys that the project trusts: `models/keys/<fingerprint>.pem`. */
    trustedKeys: (project: string): KeyObject[] => trustedKeys(projects.get(project).root).map((one) => one.key),

    /**
     * Signs a version's files by their recorded digests, writes signature and public key, and notes it in the audit log. Commits nothing. A valid
     * signature by the same key stays as it is, so that this may be repeated.
     * @param own a key of the person's own, instead of that of this machine
     */
    async signVersion(project: string, name: string, version: string, own?: KeyObject): Promise<VersionSignature> {
      const { root } = projects.get(project);
      const recorded = await registry.read(project, name, version);
      const private_ = own ?? (await ownKey());
      const fingerprint = fingerprintOf(private_);
      const keyFile = `models/keys/${fingerprint}.pem`;
      if (!existsSync(join(root, keyFile))) {
        makeFolder(keysFolder(root));
        writeFileAtomic(join(root, keyFile), publicPem(private_));
      }
      const file = signaturePath(name, version);
      let bundle = readBundle(join(root, file));
      const stands = (text: string): boolean => {
        try {
          const { signer, signed } = check(root, text, filesOf(recorded), recorded);
          return signer.fingerprint === fingerprint && signed.assay !== null;
        } catch {
          return false;
        }
      };
      if (bundle === null || !stands(bundle)) {
        const { digest: definition } = recorded;
        const statement = statementOf(name, filesOf(recorded), {
          ignorePaths: ['model.sig', ...GIT_PATHS],
          assay: { model: name, version, definition },
        });
        bundle = makeBundle(statement, private_);
        makeFolder(join(root, versionFolder(name, version)));
        writeFileAtomic(join(root, file), bundle);
      }
      const data = { definition: recorded.digest, key: fingerprint, signature: sha256(bundle) };
      const { files } = await audit.append(project, { action: 'signed', model: name, version, data }, { once: true });
      return { file, fingerprint, files: [file, keyFile, ...files] };
    },

    /** The same, committed. */
    async sign(project: string, name: string, version: string, own?: KeyObject): Promise<VersionSignature> {
      const signed = await this.signVersion(project, name, version, own);
      await registry.commit(project, signed.files, `Sign ${name} ${version}`);
      return signed;
    },

    /** Every signature that lies with a version, checked by the keys that the project trusts. */
    async verifyVersion(project: string, name: string, version: string): Promise<CheckedSignature[]> {
      const { root } = projects.get(project);
      const recorded = await registry.read(project, name, version);
      const folder = join(root, versionFolder(name, version));
      let names: string[] = [];
      try {
        names = readdirSync(folder).filter((one) => one.endsWith('.sig'));
      } catch {
        // nothing lies with it yet
      }
      const events = audit.events(project, { model: name, version, action: 'signed' });
      return names.sort().map((one) => {
        const file = `${versionFolder(name, version)}/${one}`;
        const bundle = readBundle(join(folder, one));
        const digest = bundle === null ? '' : sha256(bundle);
        const event = events.findLast(({ data }) => data.signature === digest);
        const common = { file, signedAt: event ? Date.parse(event.at) : null };
        if (bundle === null)
          return {
            ...common,
            valid: false,
            fingerprint: '',
            message: 'This file cannot be read, or is too large for a signature.',
          };
        try {
          const { signer, unchecked } = check(root, bundle, filesOf(recorded), recorded);
          const by = signer.kind === 'key' ? `by the key ${signer.fingerprint.slice(0, 12)}…` : `by ${signer.name}`;
          // a certificate that leads nowhere says nothing about who signed
          const valid = signer.kind === 'key';
          return {
            ...common,
            valid,
            fingerprint: signer.fingerprint,
            message: [`Signed ${by}.`, ...unchecked.map((what) => `Not checked: ${what}`)].join(' '),
          };
        } catch (error) {
          return { ...common, valid: false, fingerprint: namedSigner(bundle) ?? '', message: messageOf(error) };
        }
      });
    },

    /** A bundle of whatever origin against digests, by the keys that the project trusts. */
    checkBundle(
      project: string,
      bundle: string,
      files: readonly SignedFile[],
    ): { valid: boolean; trusted: boolean; message: string } {
      const { root } = projects.get(project);
      try {
        const { signer, unchecked } = check(root, bundle, files, null);
        const trusted = signer.kind === 'key';
        return {
          valid: true,
          trusted,
          message:
            unchecked.length > 0
              ? `Not checked: ${unchecked.join(' ')}`
              : `Signed by the key ${signer.fingerprint.slice(0, 12)}….`,
        };
      } catch (error) {
        return { valid: false, trusted: false, message: messageOf(error) };
      }
    },

    /** Public keys that the project trusts, and who used each first. */
    trusted(project: string): { file: string; fingerprint: string; comment: string }[] {
      const events = audit.events(project, { action: 'signed' });
      return trustedKeys(projects.get(project).root).map(({ file, fingerprint }) => {
        const first = events.find(({ data }) => data.key === fingerprint);
        return {
          file,
          fingerprint,
          comment: first ? `${first.actor.name} <${first.actor.email}>, first used ${first.at.slice(0, 10)}` : '',
        };
      });
    },
  };
}

function readBundle(path: string): string | null {
  try {
    return statSync(path).size > MAX_BUNDLE_BYTES ? null : readFileSync(path, 'utf8');
  } catch {
    return null;
  }
}
