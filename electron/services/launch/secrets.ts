import { isSecretName, MASK } from '../../../shared/secret-names.ts';

/** Variables as they may be written down: secret ones masked, and passwords in addresses as well. */
export function masked(env: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(env).map(([name, value]) => [
      name,
      isSecretName(name) && value !== '' ? MASK : withoutPasswords(value),
    ]),
  );
}

const withoutPasswords = (text: string): string =>
  text.replaceAll(/([a-z][a-z0-9+.-]*:\/\/)[^\s/@]*:[^\s/@]*@/gi, `$1${MASK}@`);
