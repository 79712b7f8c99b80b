import { AsyncEntry } from '@napi-rs/keyring';

const SERVICE = 'Assay';

/** Where an operating system keeps passwords. Each call throws when it cannot be reached or is locked. */
export type Keyring = {
  get(name: string): Promise<string | null>;
  set(name: string, value: string): Promise<void>;
  remove(name: string): Promise<void>;
};

/**
 * The keychain of macOS, the credential manager of Windows, or the Secret Service of a Linux desktop. Never the kernel's keyring of Linux,
 * which forgets everything with the next boot.
 */
export const osKeyring: Keyring = {
  get: (name) => entry(name).getPassword(),
  set: (name, value) => entry(name).setPassword(value),
  remove: async (name) => void (await entry(name).deletePassword()),
};

const entry = (name: string): AsyncEntry => new AsyncEntry(SERVICE, name, { linux: { store: 'secret-service' } });

/** Stands in where there is none, or the person wants none (`ASSAY_KEYRING=off`). */
export const noKeyring: Keyring = {
  get: () => Promise.resolve(null),
  set: () => Promise.reject(new Error('switched off by ASSAY_KEYRING')),
  remove: () => Promise.resolve(),
};
