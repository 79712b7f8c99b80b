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

/** A user without a password is one only when it is as short as a name: a token may stand alone as well. */
const withoutPasswords = (text: string): string =>
  text.replaceAll(/(:\/\/)([^\s/?#]*)@/g, (whole, slashes: string, user: string) =>
    /:|.{16}/.test(user) ? `${slashes}${MASK}@` : whole,
  );
