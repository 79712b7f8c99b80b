/** What stands for a value that must not be kept. */
export const MASK = '••••';

const SECRET =
  /KEY|TOKEN|SECRET|PASSW|PASSPHRASE|CREDENTIAL|AUTH|PRIVATE|COOKIE|SESSION|DSN|CONNECTION_STRING|_PWD|(^|_)(PW|PAT)($|_)/i;

/** True for a variable whose name says that its value is nobody else's business. Rather one too many than one too few. */
export const isSecretName = (name: string): boolean => SECRET.test(name);

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
