/** Real servers on loopback for the tests of remotes, each with a folder, keys and a configuration of its own. */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { appendFileSync, chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { findProgram } from '../scripts/interop-programs.ts';

export type Server = {
  readonly port: number;
  /** where the server keeps what it is given */
  readonly store: string;
  /** Ends it; SIGKILL looks like a machine that goes down. */
  stop(signal?: NodeJS.Signals): Promise<void>;
};

export const freePort = (): Promise<number> =>
  new Promise((resolve, reject) => {
    const probe = createServer();
    probe.on('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address() as { port: number };
      probe.close(() => resolve(port));
    });
  });

const answers = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.on('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.on('error', () => resolve(false));
  });

export async function start(
  program: string,
  args: readonly string[],
  port: number,
  store: string,
  env: Record<string, string> = {},
): Promise<Server> {
  const output: Buffer[] = [];
  const child: ChildProcess = spawn(program, args, {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...env },
  });
  child.stdout!.on('data', (bytes: Buffer) => output.push(bytes));
  child.stderr!.on('data', (bytes: Buffer) => output.push(bytes));
  const ended = new Promise<void>((resolve) => child.on('close', () => resolve()));
  child.on('error', (error) => output.push(Buffer.from(error.message)));
  const deadline = Date.now() + 30_000;
  while (!(await answers(port))) {
    if (child.exitCode !== null || Date.now() > deadline)
      throw new Error(`${program} did not start: ${Buffer.concat(output).toString()}`);
    await pause(20);
  }
  return {
    port,
    store,
    async stop(signal = 'SIGTERM') {
      child.kill(signal);
      await ended;
    },
  };
}

export const S3_KEY = 'interop-access';
export const S3_SECRET = 'interop-secret-key';

/** The Versity S3 Gateway (a real S3 server, here on a folder) with one bucket, `data`. */
export async function startS3(folder: string, port?: number): Promise<Server> {
  const program = process.env.ASSAY_INTEROP_S3;
  if (!program) throw new Error('ASSAY_INTEROP_S3 names no server: start this through "npm run test:interop"');
  const store = join(folder, 's3');
  mkdirSync(join(store, 'data'), { recursive: true });
  mkdirSync(join(folder, 'meta-s3'), { recursive: true });
  const at = port ?? (await freePort());
  const args = [
    '--quiet',
    '--keep-alive',
    '--port',
    `127.0.0.1:${at}`,
    'posix',
    '--sidecar',
    join(folder, 'meta-s3'),
    store,
  ];
  return start(program, args, at, join(store, 'data'), { ROOT_ACCESS_KEY: S3_KEY, ROOT_SECRET_KEY: S3_SECRET });
}

/** OpenSSH's server for this user, with a key in `<home>/.ssh/id_ed25519` that it accepts, and its own key in `known_hosts` there. */
export async function startSsh(folder: string, home: string): Promise<Server> {
  const ssh = join(home, '.ssh');
  const own = join(folder, 'sshd');
  for (const path of [ssh, own, join(folder, 'ssh-store')]) mkdirSync(path, { recursive: true, mode: 0o700 });
  const keygen = findProgram('ssh-keygen')!;
  const makeKey = (path: string): void =>
    void execFileSync(keygen, ['-q', '-t', 'ed25519', '-N', '', '-C', 'interop', '-f', path]);
  makeKey(join(own, 'host'));
  makeKey(join(ssh, 'id_ed25519'));
  writeFileSync(join(own, 'authorized_keys'), readFileSync(join(ssh, 'id_ed25519.pub')), { mode: 0o600 });
  const port = await freePort();
  writeFileSync(
    join(own, 'sshd_config'),
    [
      'ListenAddress 127.0.0.1',
      `Port ${port}`,
      `HostKey ${join(own, 'host')}`,
      `AuthorizedKeysFile ${join(own, 'authorized_keys')}`,
      `PidFile ${join(own, 'pid')}`,
      'StrictModes no',
      'UsePAM no',
      'PasswordAuthentication no',
      'PermitRootLogin yes',
      'Subsystem sftp internal-sftp',
      '',
    ].join('\n'),
  );
  // where sshd puts its unprivileged half; Debian's service makes it at boot
  if (userInfo().uid === 0) mkdirSync('/run/sshd', { recursive: true });
  const [type, key] = readFileSync(join(own, 'host.pub'), 'utf8').split(' ');
  appendFileSync(join(ssh, 'known_hosts'), `[127.0.0.1]:${port} ${type} ${key}\n`);
  const args = ['-D', '-e', '-f', join(own, 'sshd_config')];
  return start(findProgram('sshd')!, args, port, join(folder, 'ssh-store'));
}

export const HTTP_USER = 'ada';
export const HTTP_PASSWORD = 'interop-password';

/** nginx with WebDAV's PUT: `/open/` for everybody, `/closed/` (the same folder) with user and password; https with its own authority. */
export async function startHttp(
  folder: string,
  python: string,
): Promise<Server & { secure: number; authority: string }> {
  const own = join(folder, 'nginx');
  const store = join(folder, 'http-store');
  for (const path of [own, store]) mkdirSync(path, { recursive: true });
  // nginx's workers run as somebody else when it is root's
  chmodSync(folder, 0o755);
  writeFileSync(join(own, 'users'), `${HTTP_USER}:{PLAIN}${HTTP_PASSWORD}\n`);
  execFileSync(python, ['-c', CERTIFICATE, own]);
  const [port, secure] = [await freePort(), await freePort()];
  const location = (name: string, rest: string): string =>
    `location /${name}/ { alias ${store}/; dav_methods PUT DELETE; create_full_put_path on; ${rest} }`;
  writeFileSync(
    join(own, 'nginx.conf'),
    `${userInfo().uid === 0 ? 'user root;' : ''} worker_processes 2; daemon off; pid ${own}/pid; error_log stderr;
events { worker_connections 512; }
http {
  access_log off; client_max_body_size 0; client_body_temp_path ${own}/body; proxy_temp_path ${own}/proxy;
  fastcgi_temp_path ${own}/fastcgi; uwsgi_temp_path ${own}/uwsgi; scgi_temp_path ${own}/scgi;
  server {
    listen 127.0.0.1:${port}; listen 127.0.0.1:${secure} ssl;
    ssl_certificate ${own}/cert.pem; ssl_certificate_key ${own}/key.pem;
    ${location('open', '')}
    ${location('closed', `auth_basic x; auth_basic_user_file ${own}/users;`)}
  }
}
`,
  );
  const args = ['-e', 'stderr', '-p', own, '-c', join(own, 'nginx.conf')];
  const server = await start(findProgram('nginx')!, args, port, store);
  return { ...server, secure, authority: join(own, 'cert.pem') };
}

/** A certificate for 127.0.0.1 that is its own authority, made with what dvc[ssh] brings. */
const CERTIFICATE = `
import datetime, ipaddress, sys
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
key = ec.generate_private_key(ec.SECP256R1())
name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, 'interop')])
now = datetime.datetime.now(datetime.timezone.utc)
cert = (x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    .serial_number(x509.random_serial_number()).not_valid_before(now - datetime.timedelta(days=1))
    .not_valid_after(now + datetime.timedelta(days=2))
    .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address('127.0.0.1'))]), False)
    .add_extension(x509.BasicConstraints(ca=True, path_length=None), True).sign(key, hashes.SHA256()))
open(sys.argv[1] + '/cert.pem', 'wb').write(cert.public_bytes(serialization.Encoding.PEM))
open(sys.argv[1] + '/key.pem', 'wb').write(key.private_bytes(
    serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()))
`;
