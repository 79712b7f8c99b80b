import { join, resolve } from 'node:path';
import type { Target } from '../../../shared/contract/targets.ts';
import { AppError, messageOf } from '../../../shared/errors.ts';
import { publicUrl } from '../remotes/address.ts';
import { targetSecret } from '../secrets/names.ts';
import type { DeclaredTarget } from './declared.ts';
import type { Driver } from './driver.ts';
import { isLoopback } from './oci/reference.ts';
import { openTarget } from './open.ts';
import type { TargetsDeps } from './ports.ts';
import { lastReceipts } from './receipts.ts';

/** Where a target is, for people: without secrets. */
export function urlOf(declared: DeclaredTarget): string {
  if (declared.type === 'folder') return declared.path;
  return publicUrl(declared.url ?? 'https://huggingface.co');
}

/** The folder in which pushes keep what they need after a kill. */
export const pushFolder = (root: string): string => join(root, '.assay', 'push');

/** Under what the secret of a target is kept: the server that gets it, never a name that a repository gives to an address of its own. */
export function secretOf(declared: DeclaredTarget): string {
  if (declared.type !== 's3') return targetSecret(declared.type, urlOf(declared));
  const bucket = declared.url.replace(/^s3:\/\//, '');
  return targetSecret('s3', declared.endpoint ? `${declared.endpoint}/${bucket}` : declared.url);
}

/**
 * A token or password goes through a network only encrypted. OCI's driver refuses more, and of S3's secret nothing is sent.
 * @throws AppError BAD_REQUEST
 */
function refuseCleartext(declared: DeclaredTarget, name: string): void {
  if (declared.type !== 'mlflow' && declared.type !== 'huggingface') return;
  const url = URL.parse(declared.url ?? '');
  if (url?.protocol !== 'http:' || declared.insecure || isLoopback(url.hostname)) return;
  throw new AppError(
    'BAD_REQUEST',
    `The target "${name}" would send its secret to ${url.host} without encryption. Use https, or set insecure: true in assay.yaml when you know what you do.`,
  );
}

export function createSettings({ projects, secrets, registry, open = openTarget }: TargetsDeps) {
  const declaredOf = (project: string, name: string): DeclaredTarget => {
    const targets = projects.definition(project)?.targets ?? {};
    const declared = Object.hasOwn(targets, name) ? targets[name] : undefined;
    if (declared) return declared;
    const names = Object.keys(targets).join(', ');
    throw new AppError(
      'NOT_FOUND',
      `assay.yaml has no target "${name}". ${names === '' ? 'Declare one under "targets:".' : `It has: ${names}.`}`,
    );
  };

  /** Opens a target's driver for some work, and closes it. */
  const using = async <T>(
    project: string,
    name: string,
    work: (driver: Driver, declared: DeclaredTarget) => Promise<T>,
  ): Promise<T> => {
    const declared = declaredOf(project, name);
    const { root } = projects.get(project);
    const secret = declared.type === 'folder' ? null : await secrets.get(secretOf(declared));
    if (secret !== null) refuseCleartext(declared, name);
    const driver = await open(withCa(declared, root), { root, name, secret });
    try {
      return await work(driver, declared);
    } finally {
      await driver.close();
    }
  };

  /** Why a target cannot be used, as far as can be told without asking it; null when nothing speaks against it. */
  const problemOf = async (project: string, name: string, place: Target['secret']): Promise<string | null> => {
    try {
      return await using(project, name, async (_driver, { type }) =>
        type === 'huggingface' && place === 'none' && !process.env.HF_TOKEN
          ? `Nobody is signed in, so nothing can be pushed. Keep a token with "assay targets login ${name}".`
          : null,
      );
    } catch (error) {
      return messageOf(error);
    }
  };

  return {
    declaredOf,
    using,

    async setSecret(project: string, name: string, user: string | null, secret: string | null) {
      const declared = declaredOf(project, name);
      return { kept: await secrets.set(secretOf(declared), secret === null ? null : { user, secret }) };
    },

    async list(project: string): Promise<{ targets: Target[]; problem: string | null }> {
      const { root } = projects.get(project);
      let declared: Readonly<Record<string, DeclaredTarget>>;
      try {
        declared = projects.definition(project)?.targets ?? {};
      } catch (error) {
        return { targets: [], problem: messageOf(error) };
      }
      const last = new Map<string, Target['lastReceipt']>();
      for (const name of await registry.names(project))
        for (const version of await registry.versions(project, name))
          for (const receipt of lastReceipts(root, name, version))
            if (receipt.at > (last.get(receipt.target)?.at ?? -1)) last.set(receipt.target, receipt);
      const targets = await Promise.all(
        Object.entries(declared).map(async ([name, one]): Promise<Target> => {
          const place = one.type === 'folder' ? 'none' : await secrets.where(secretOf(one));
          return {
            name,
            type: one.type,
            url: urlOf(one),
            requires: one.requires ?? 'nothing',
            secret: place,
            problem: await problemOf(project, name, place),
            lastReceipt: last.get(name) ?? null,
          };
        }),
      );
      return { targets, problem: null };
    },
  };
}

/** `ca` is from the project's folder. */
const withCa = (declared: DeclaredTarget, root: string): DeclaredTarget =>
  'ca' in declared && declared.ca !== undefined ? { ...declared, ca: resolve(root, declared.ca) } : declared;
