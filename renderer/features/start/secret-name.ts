/** Stands for a value that the host did not keep; it must be typed anew. */
export const MASK = '••••';

const SECRET =
  /KEY|TOKEN|SECRET|PASSW|PASSPHRASE|CREDENTIAL|AUTH|PRIVATE|COOKIE|SESSION|DSN|CONNECTION_STRING|_PWD|(^|_)(PW|PAT)($|_)/i;

/** True for a variable whose value is not shown while it is typed. The host decides for itself what it never writes down. */
export function isSecretName(name: string): boolean {
  return SECRET.test(name);
}
