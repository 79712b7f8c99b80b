import { existsSync, readFileSync } from 'node:fs';
import { homedir, userInfo } from 'node:os';
import { join } from 'node:path';
import ssh2, { type AnyAuthMethod, type ConnectConfig, type SFTPWrapper } from 'ssh2';
import { AppError } from '../../../shared/errors.ts';
import { isOn, numberOf, publicUrl, type RemoteSettings } from './address.ts';
import { describeKey, KNOWN_HOSTS, knownKeys } from './known-hosts.ts';
import { networkProblem, passing } from './problems.ts';
import { readSshConfig } from './ssh-config.ts';

export type Connection = { readonly client: ssh2.Client; readonly sftp: SFTPWrapper; isOpen: boolean };

type Target = { host: string; port: number; username: string; methods: AnyAuthMethod[]; knownHosts: readonly string[] };

const DEFAULT_KEYS = ['id_ed25519', 'id_ecdsa', 'id_rsa'];
const CONNECT_MS = 20_000;
const ALIVE_MS = 15_000;

/**
 * Opens a connection with its SFTP channel. The key of the host must be one that `ssh` knows.
 * @throws AppError UNAUTHORIZED, FORBIDDEN for a key that is not known or another one, UNAVAILABLE
 */
export async function connectSsh(remote: RemoteSettings): Promise<Connection> {
  let ended = (): void => {};
  const client = await openSsh(remote, () => ended());
  const connection = { client, isOpen: true };
  return new Promise((resolve, reject) => {
    const address = publicUrl(remote.url);
    ended = () => {
      connection.isOpen = false;
      reject(passing(`The connection to ${address} was cut. Check the network.`));
    };
    client.sftp((error, sftp) => {
      if (!error) return resolve(Object.assign(connection, { sftp }));
      client.destroy();
      reject(new AppError('UNAVAILABLE', `${address} offers no SFTP. Its administrator can turn it on.`));
    });
  });
}

/**
 * Opens a connection and logs in.
 * @param onEnd called when an open connection ends, however
 * @throws AppError as `connectSsh`
 */
export function openSsh(remote: RemoteSettings, onEnd: () => void = () => {}): Promise<ssh2.Client> {
  const address = publicUrl(remote.url);
  const target = targetOf(remote);
  const known = knownKeys(target.host, target.port, target.knownHosts);
  const client = new ssh2.Client();
  let refused: AppError | null = null;
  return new Promise((resolve, reject) => {
    const fail = (error: unknown): void => {
      client.destroy();
      onEnd();
      reject(refused ?? said(error, address, target));
    };
    client.on('error', fail);
    // requests are small and wait for their answers: held back for each other they take 40 ms each
    client.on('connect', () => client.setNoDelay(true));
    client.on('close', () => fail(Object.assign(new Error('closed'), { code: 'ECONNRESET' })));
    client.on('ready', () => resolve(client));
    const config: ConnectConfig = {
      host: target.host,
      port: target.port,
      username: target.username,
      authHandler: target.methods,
      readyTimeout: numberOf(remote, 'timeout', CONNECT_MS / 1000) * 1000,
      keepaliveInterval: ALIVE_MS,
      keepaliveCountMax: 3,
      hostVerifier: (key: Buffer) => {
        refused = distrust(key, known, target, address);
        return refused === null;
      },
      ...hostKeyOrder(known),
    };
    client.connect(config);
  });
}

/** Types of key that are known come first, so that the host shows one of those. */
function hostKeyOrder(known: readonly { type: string }[]): Pick<ConnectConfig, 'algorithms'> {
  const types = [...new Set(known.map((one) => one.type))].flatMap((type) =>
    type === 'ssh-rsa' ? ['rsa-sha2-512', 'rsa-sha2-256', 'ssh-rsa'] : [type],
  );
  const order = [
    'ssh-ed25519',
    'ecdsa-sha2-nistp256',
    'ecdsa-sha2-nistp384',
    'ecdsa-sha2-nistp521',
    'rsa-sha2-512',
    'rsa-sha2-256',
  ];
  const usable = [...new Set([...types.filter((type) => order.includes(type) || type === 'ssh-rsa'), ...order])];
  return {
    algorithms: { serverHostKey: usable as NonNullable<NonNullable<ConnectConfig['algorithms']>['serverHostKey']> },
  };
}

function distrust(
  key: Buffer,
  known: ReturnType<typeof knownKeys>,
  { host, port, username }: Target,
  address: string,
): AppError | null {
  const text = key.toString('base64');
  const { type, fingerprint } = describeKey(key);
  const same = known.filter((one) => one.key === text);
  if (same.some((one) => one.revoked))
    return new AppError('FORBIDDEN', `The key of ${address} is revoked (${same[0]!.where}). Do not use this host.`);
  if (same.length > 0) return null;
  const other = known.find((one) => !one.revoked);
  if (other)
    return new AppError(
      'FORBIDDEN',
      `The host ${address} shows another key (${type} ${fingerprint}) than the one that is known (${other.where}). Somebody may be listening in, or the host was set up anew: ask its administrator, then correct that line.`,
    );
  const name = `${username}@${host}`;
  return new AppError(
    'FORBIDDEN',
    `The host ${address} is not known yet; it shows the key ${type} ${fingerprint}. Connect once with "ssh${port === 22 ? '' : ` -p ${port}`} ${name}", compare the key and accept it, then try again.`,
  );
}

/** Where to connect to and as whom: the remote's options first, then `~/.ssh/config`. */
function targetOf(remote: RemoteSettings): Target {
  const { name, url, settings } = remote;
  const at = new URL(url);
  const asked = at.hostname.replace(/^\[|\]$/g, '');
  const config = readSshConfig(asked);
  if (config.proxy !== null)
    throw new AppError(
      'BAD_REQUEST',
      `~/.ssh/config reaches ${asked} through another host or program, which Assay cannot do. Use "dvc push" and "dvc pull", or forward a port.`,
    );
  const username = settings.user ?? (decodeURIComponent(at.username) || (config.user ?? userInfo().username));
  const password = settings.password ?? decodeURIComponent(at.password);
  if (password === '' && (isOn(settings.ask_password, false) || isOn(settings.ask_passphrase, false)))
    throw new AppError(
      'BAD_REQUEST',
      `The remote "${name}" asks for its password each time, which Assay cannot do. Use a key or an agent, or "dvc remote modify --local ${name} password …".`,
    );
  const passphrase = settings.passphrase ?? (password === '' ? undefined : password);
  const methods: AnyAuthMethod[] = [];
  const named = settings.keyfile ? [settings.keyfile] : config.identityFiles;
  const files =
    named.length > 0
      ? named
      : DEFAULT_KEYS.map((key) => join(homedir(), '.ssh', key)).filter((path) => existsSync(path));
  for (const path of files) {
    const key = readKey(path, passphrase, settings.keyfile !== undefined);
    if (key) methods.push({ type: 'publickey', username, key, ...(passphrase ? { passphrase } : {}) });
  }
  const agent = process.env.SSH_AUTH_SOCK;
  if (agent && isOn(settings.allow_agent, true)) methods.push({ type: 'agent', username, agent });
  if (password !== '') {
    methods.push({ type: 'password', username, password });
    methods.push({ type: 'keyboard-interactive', username, prompt: (_n, _i, _l, _p, answer) => answer([password]) });
  }
  if (methods.length === 0)
    throw new AppError(
      'UNAUTHORIZED',
      `There is no way to log in to ${publicUrl(url)}: no key in ~/.ssh, no agent, no password. Set keyfile of the remote "${name}", or start an agent.`,
    );
  return {
    host: config.hostName ?? asked,
    port: numberOf(remote, 'port', Number(at.port) || (config.port ?? 22)),
    username,
    methods,
    knownHosts: config.knownHostsFiles ?? KNOWN_HOSTS,
  };
}

/** The bytes of a private key that can be used; null for one that is only tried because it is there. */
function readKey(path: string, passphrase: string | undefined, asked: boolean): Buffer | null {
  let key: Buffer;
  try {
    key = readFileSync(path);
  } catch {
    if (!asked) return null;
    throw new AppError('BAD_REQUEST', `The keyfile ${path} cannot be read. Correct the remote's options.`);
  }
  const parsed = ssh2.utils.parseKey(key, passphrase);
  if (!(parsed instanceof Error)) return key;
  if (!asked) return null;
  throw new AppError(
    'BAD_REQUEST',
    /passphrase|encrypted|decrypt/i.test(parsed.message)
      ? `The keyfile ${path} needs its passphrase. Load it into an agent, or set "passphrase" of the remote in .dvc/config.local.`
      : `The keyfile ${path} is no private key that can be used. Check it with "ssh-keygen -y -f ${path}".`,
  );
}

function said(error: unknown, address: string, { username }: Target): AppError {
  if (error instanceof AppError) return error;
  const { level } = error as { level?: string };
  if (level === 'client-authentication')
    return new AppError(
      'UNAUTHORIZED',
      `${address} does not let ${username} in with the keys and passwords that were tried. Check user, keyfile and password of the remote.`,
    );
  if (level === 'client-timeout')
    return passing(`${address} did not answer in time. Check the address and the network.`);
  return (
    networkProblem(error, address) ??
    passing(`The connection to ${address} failed. Check the address and the network.`, null, error)
  );
}
