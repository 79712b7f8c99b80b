/** What stands for a value that must not be kept. */
export const MASK = '••••';

const SECRET =
  /KEY|TOKEN|SECRET|PASSW|PASSPHRASE|CREDENTIAL|AUTH|PRIVATE|COOKIE|SESSION|DSN|CONNECTION_STRING|_PWD|(^|_)(PW|PAT)($|_)/i;

/** True for a variable whose name says that its value is nobody else's business. Rather one too many than one too few. */
export const isSecretName = (name: string): boolean => SECRET.test(name);
