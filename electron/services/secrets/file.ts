import { chmodSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { withFileLock } from '../../db/file-lock.ts';
import { makeFolder, readJson, writeFileAtomic } from '../../platform/files.ts';

export const Secret = z.object({ user: z.string().nullable(), secret: z.string() });
export type Secret = z.infer<typeof Secret>;

const Kept = z.object({ secrets: z.record(z.string(), Secret) });
const NOTE =
  'Assay found no keyring on this machine and keeps passwords and keys here, readable by you alone and not encrypted. Never share this file.';

/** The file that stands in for a keyring: `secrets.json` in Assay's data folder, 0600. */
export function createSecretFile(folder: string) {
  const path = join(folder, 'secrets.json');
  const all = (): Record<string, Secret> => {
    const stat = statSync(path, { throwIfNoEntry: false });
    if (!stat) return {};
    if ((stat.mode & 0o077) !== 0 && process.platform !== 'win32') chmodSync(path, 0o600);
    return Kept.safeParse(readJson(path)).data?.secrets ?? {};
  };
  return {
    path,
    get: (name: string): Secret | null => {
      const secrets = all();
      return Object.hasOwn(secrets, name) ? secrets[name]! : null;
    },
    /** Null takes it away. */
    set(name: string, secret: Secret | null): void {
      if (secret === null && !Object.hasOwn(all(), name)) return;
      makeFolder(folder);
      withFileLock(join(folder, 'secrets.lock'), () => {
        const { [name]: _, ...others } = all();
        const secrets = secret === null ? others : { ...others, [name]: secret };
        writeFileAtomic(path, `${JSON.stringify({ note: NOTE, secrets }, null, 2)}\n`, 0o600);
      });
    },
  };
}
