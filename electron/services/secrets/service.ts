import type { z } from 'zod';
import type { SecretPlace as SecretPlaces } from '../../../shared/contract/targets.ts';
import { messageOf } from '../../../shared/errors.ts';
import type { Log } from '../../platform/log.ts';
import { createSecretFile, Secret } from './file.ts';
import { type Keyring, noKeyring, osKeyring } from './keyring.ts';
import { variableOf } from './names.ts';

export type { Secret } from './file.ts';

type SecretPlace = z.infer<typeof SecretPlaces>;

type Deps = {
  /** Assay's own data folder */
  folder: string;
  log: Log;
  keyring?: Keyring;
  env?: NodeJS.ProcessEnv;
};

export type SecretsService = ReturnType<typeof createSecrets>;

/**
 * Passwords, tokens and keys: in the keyring of the operating system, shared by window and terminal; where there is none, in the environment
 * (`variableOf` names the variable) or in a file that only its owner reads. Names come from `names.ts`.
 */
export function createSecrets({ folder, log, env = process.env, ...given }: Deps) {
  const keyring = given.keyring ?? (env.ASSAY_KEYRING === 'off' ? noKeyring : osKeyring);
  const file = createSecretFile(folder);
  let told = false;

  /** A keyring that cannot be reached is as none; it is said once, in the log. */
  const reach = async <T>(work: () => Promise<T>): Promise<{ value: T } | null> => {
    try {
      return { value: await work() };
    } catch (error) {
      if (!told) log.info('the keyring cannot be used', { why: messageOf(error) });
      told = true;
      return null;
    }
  };

  const find = async (name: string): Promise<{ place: SecretPlace; secret: Secret | null }> => {
    const kept = await reach(() => keyring.get(name));
    const secret = kept?.value ? parse(kept.value) : null;
    if (secret) return { place: 'keyring', secret };
    const given = env[variableOf(name)];
    if (given)
      return { place: 'environment', secret: { user: env[`${variableOf(name)}_USER`] || null, secret: given } };
    const stored = file.get(name);
    return stored ? { place: 'file', secret: stored } : { place: 'none', secret: null };
  };

  return {
    /** Null when nobody keeps it. */
    get: async (name: string): Promise<Secret | null> => (await find(name)).secret,

    where: async (name: string): Promise<SecretPlace> => (await find(name)).place,

    /**
     * Keeps a secret, or forgets it (null) in keyring and file; a variable of the environment stays.
     * @returns where it is now
     * @throws AppError UNAVAILABLE when neither keyring nor file takes it
     */
    async set(name: string, secret: Secret | null): Promise<SecretPlace> {
      if (secret === null) {
        await reach(() => keyring.remove(name));
        file.set(name, null);
        return this.where(name);
      }
      const written = await reach(async () => {
        await keyring.set(name, JSON.stringify(Secret.parse(secret)));
        // a keyring that takes everything and keeps nothing is none
        return (await keyring.get(name)) !== null;
      });
      file.set(name, written?.value ? null : Secret.parse(secret));
      return written?.value ? 'keyring' : 'file';
    },
  };
}

function parse(text: string): Secret | null {
  try {
    return Secret.parse(JSON.parse(text));
  } catch {
    return null;
  }
}
