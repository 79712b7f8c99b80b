import { spawnSync } from 'node:child_process';

/** Words that run what follows them where nobody else's mounts are, after these shell commands; `$1`, `$2` … are `given`. */
const inNamespace = (script: string, ...given: string[]): string[] => [
  'unshare',
  ...(process.getuid?.() === 0 ? ['--mount'] : ['--map-root-user', '--mount']),
  'sh',
  '-c',
  `${script} && shift ${given.length} && exec "$@"`,
  'sh',
  ...given,
];

/** Words that run what follows them where `folder` is a small, empty disk of its own. It goes away with its processes. */
export const onSmallDisk = (folder: string, megabytes: number): string[] =>
  inNamespace(`mount -t tmpfs -o size=${megabytes}m tmpfs "$1"`, folder);

/** Words that run what follows them where `folder` is on a disk that is mounted read-only. */
export const onReadOnlyDisk = (folder: string): string[] =>
  inNamespace('mount --bind "$1" "$1" && mount -o remount,ro,bind "$1"', folder);

/** Words that let no file grow over a size, which a writer meets as it meets a full disk: in the middle of a write. */
export const withSmallFiles = (blocks: number): string[] => ['sh', '-c', `ulimit -f ${blocks} && exec "$@"`, 'sh'];

/** A path as a process sees it that has mounts of its own. */
export const seenBy = (pid: number, path: string): string => `/proc/${pid}/root${path}`;

/** Why there can be no mounts of one's own here; null where there can be. */
export function noMounts(): string | null {
  const [program = '', ...words] = [...onSmallDisk('/mnt', 1), 'true'];
  if (process.platform === 'linux' && spawnSync(program, words).status === 0) return null;
  const why = 'mounts of its own (unshare, mount) are not allowed here';
  console.log(`some tests of disks are skipped: ${why}`);
  return why;
}
