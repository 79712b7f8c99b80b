/**
 * Loaded with `--import` in front of a process and its threads: lets it "die" at its n-th change of the file system, without ending it. From
 * then on no thread changes anything any more, so what is on the disk is what a kill would have left; half of a write gets there.
 */
import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { getEnvironmentData, isMainThread, setEnvironmentData } from 'node:worker_threads';

const KEY = 'assay-faults';
/** steps until it dies (none while below 0), whether it has died, steps taken */
const [LEFT, DEAD, TAKEN] = [0, 1, 2];

if (isMainThread) setEnvironmentData(KEY, new SharedArrayBuffer(12) as never);
const state = new Int32Array(getEnvironmentData(KEY) as unknown as SharedArrayBuffer);
if (isMainThread) Atomics.store(state, LEFT, -1);

export const faults = {
  /** Dies at the n-th step from now; never with -1. */
  arm(steps: number): void {
    Atomics.store(state, DEAD, 0);
    Atomics.store(state, TAKEN, 0);
    Atomics.store(state, LEFT, steps);
  },
  steps: (): number => Atomics.load(state, TAKEN),
  died: (): boolean => Atomics.load(state, DEAD) === 1,
};

const death = (): Error => Object.assign(new Error('EIO: died here'), { code: 'EIO' });

/** True at the very step; throws after it. */
function diesNow(): boolean {
  if (Atomics.load(state, DEAD) === 1) throw death();
  Atomics.add(state, TAKEN, 1);
  if (Atomics.load(state, LEFT) < 0 || Atomics.sub(state, LEFT, 1) !== 1) return false;
  Atomics.store(state, DEAD, 1);
  return true;
}

// biome-ignore lint/suspicious/noExplicitAny: functions of every shape are wrapped alike
type Any = any;
const sync = fs as unknown as Record<string, (...args: Any[]) => Any>;
const promised = fs.promises as unknown as Record<string, (...args: Any[]) => Promise<Any>>;

const writes = (flags: unknown): boolean =>
  typeof flags === 'string'
    ? /[wa+]/.test(flags)
    : typeof flags === 'number' && (flags & (fs.constants.O_CREAT | fs.constants.O_TRUNC)) !== 0;

for (const name of [
  'renameSync',
  'linkSync',
  'symlinkSync',
  'unlinkSync',
  'rmSync',
  'rmdirSync',
  'mkdirSync',
  'copyFileSync',
  'chmodSync',
  'fchmodSync',
]) {
  const real = sync[name]!;
  sync[name] = (...args) => {
    if (diesNow()) throw death();
    return real(...args);
  };
}
const openSync = sync.openSync!;
sync.openSync = (path, flags = 'r', ...rest) => {
  if (writes(flags) && diesNow()) throw death();
  return openSync(path, flags, ...rest);
};
const writeSync = sync.writeSync!;
sync.writeSync = (fd, data, ...rest) => {
  if (!diesNow()) return writeSync(fd, data, ...rest);
  const bytes = Buffer.from(data);
  writeSync(fd, bytes.subarray(0, bytes.length >> 1));
  throw death();
};
const writeFileSync = sync.writeFileSync!;
sync.writeFileSync = (to, data, ...rest) => {
  // bytes go through openSync and writeSync above
  if (typeof data !== 'string' || !diesNow()) return writeFileSync(to, data, ...rest);
  writeFileSync(to, data.slice(0, data.length >> 1), ...rest);
  throw death();
};
for (const name of ['rename', 'unlink', 'rm', 'rmdir', 'mkdir', 'symlink', 'chmod']) {
  const real = promised[name]!;
  promised[name] = async (...args) => {
    if (diesNow()) throw death();
    return real(...args);
  };
}
const writeFile = promised.writeFile!;
promised.writeFile = async (path, data, ...rest) => {
  if (!diesNow()) return writeFile(path, data, ...rest);
  const bytes = Buffer.from(data);
  await writeFile(path, bytes.subarray(0, bytes.length >> 1));
  throw death();
};
syncBuiltinESMExports();
