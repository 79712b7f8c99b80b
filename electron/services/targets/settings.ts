import { createHash } from 'node:crypto';
import { join, resolve } from 'node:path';
import { z } from 'zod';
import type { Target } from '../../../shared/contract/targets.ts';
import { AppError, messageOf } from '../../../shared/errors.ts';
import { publicUrl } from '../remotes/address.ts';
import type { DeclaredTarget } from './declared.ts';
import type { Driver } from './driver.ts';
import { openTarget } from './open.ts';
import type { Credentials, TargetsDeps } from './ports.ts';
import { lastReceipts } from './receipts.ts';

/** Where a target is, for people: without secrets. */
export function urlOf(declared: DeclaredTarget): string {
  if (declared.type === 'folder') return declared.path;
  return publicUrl(declared.url ?? 'https://huggingface.co');
}

/** The folder in which pushes keep what they need after a kill. */
export const pushFolder = (root: string): string => join(root, '.assay', 'push');

/**
 * Under what the secret of a target is kept: its name together with where it leads, so that a repository that gives a known name to an
 * address of its own gets nothing.
 */
export function secretKey(name: string, declared: DeclaredTarget): string {
  const where =
    declared.type === 'folder'
      ? declared.path
      : declared.type === 's3'
        ? `${declared.endpoint ?? 's3'} ${new URL(declared.url).host}`
        : hostOf(declared.url ?? 'https://huggingface.co');
  return `target-${name}-${createHash('sha256').update(`${declared.type} ${where}`).digest('hex').slice(0, 16)}`;
}

function hostOf(url: string): string {
  return /^(?:[a-z][a-z0-9+.-]*:\/\/)?([^/?#]+)/i.exec(url)?.[1]?.toLowerCase() ?? url;
}

const Kept = z.object({ user: z.string().nullable(), secret: z.string() });

/** What is kept of a person: JSON, or from the environment `user:secret` or the secret alone. */
export function credentialsOf(value: string | null, type: DeclaredTarget['type']): Credentials | null {
  if (value === null || value === '') return null;
  try {
    const kept = Kept.safeParse(JSON.parse(value));
    if (kept.success) return kept.data;
  } catch {
    // not written by us
  }
  const colon = value.indexOf(':');
  if (colon > 0 && type !== 'huggingface') return { user: value.slice(0, colon), secret: value.slice(colon + 1) };
  return { user: null, secret: value };
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

  const stored = (name: string, declared: DeclaredTarget) =>
    secrets.get(secretKey(name, declared), `ASSAY_SECRET_${name.toUpperCase().replaceAll('-', '_')}`);

  return {
    declaredOf,

    /** Opens a target's driver for some work, and closes it. */
    async using<T>(
      project: string,
      name: string,
      work: (driver: Driver, declared: DeclaredTarget) => Promise<T>,
    ): Promise<T> {
      const declared = declaredOf(project, name);
      const { root } = projects.get(project);
      const { value } = await stored(name, declared);
      const driver = await open(withCa(declared, root), { root, name, secret: credentialsOf(value, declared.type) });
      try {
        return await work(driver, declared);
      } finally {
        await driver.close();
      }
    },

    async setSecret(project: string, name: string, user: string | null, secret: string | null) {
      const declared = declaredOf(project, name);
      const value = secret === null ? null : JSON.stringify({ user, secret });
      return { kept: await secrets.set(secretKey(name, declared), value) };
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
          const place = one.type === 'folder' ? 'none' : (await stored(name, one)).place;
          return {
            name,
            type: one.type,
            url: urlOf(one),
            requires: one.requires ?? 'nothing',
            secret: place,
            problem: null,
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
