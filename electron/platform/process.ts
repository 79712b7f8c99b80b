import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { AppError } from '../../shared/errors.ts';

export type ToolOptions = {
  readonly cwd?: string;
  /** default 10 s */
  readonly timeoutMs?: number;
  /** of stdout and of stderr; default 10 MB */
  readonly maxBytes?: number;
  readonly env?: NodeJS.ProcessEnv;
  readonly signal?: AbortSignal;
};
export type ToolResult = { readonly code: number | null; readonly stdout: string; readonly stderr: string };

/**
 * Runs a program to its end and returns what it wrote. A code other than 0 is a result, not an error.
 * @throws AppError UNAVAILABLE (`data.reason`: `missing`, `forbidden`, `timeout`, `output`), CANCELLED
 */
export function runTool(command: string, args: readonly string[], options: ToolOptions = {}): Promise<ToolResult> {
  const { cwd, timeoutMs = 10_000, maxBytes = 10_000_000, env, signal } = options;
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(cancelled(command));
    let child: ChildProcess;
    try {
      child = spawn(command, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'], windowsHide: true });
    } catch (error) {
      return reject(spawnError(command, error));
    }
    const out: Buffer[] = [];
    const err: Buffer[] = [];
    let bytes = 0;
    const fail = (error: AppError): void => {
      settle();
      // a grandchild may hold the pipes open: nobody waits for it
      child.stdout?.destroy();
      child.stderr?.destroy();
      child.kill('SIGKILL');
      reject(error);
    };
    const timer = setTimeout(() => fail(tooSlow(command, timeoutMs)), timeoutMs);
    const abort = (): void => fail(cancelled(command));
    const settle = (): void => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', abort);
    };
    signal?.addEventListener('abort', abort);
    const collect = (into: Buffer[]) => (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes > maxBytes) fail(tooMuch(command, maxBytes));
      else into.push(chunk);
    };
    child.stdout?.on('data', collect(out));
    child.stderr?.on('data', collect(err));
    child.on('error', (error) => {
      settle();
      reject(spawnError(command, error));
    });
    child.on('close', (code) => {
      settle();
      resolve({ code, stdout: Buffer.concat(out).toString(), stderr: Buffer.concat(err).toString() });
    });
  });
}

/** Standard output of a quick program, waited for; null when it failed. For the runner and start times on systems without `/proc`. */
export function outputOf(command: string, args: readonly string[]): string | null {
  const done = spawnSync(command, args, {
    encoding: 'utf8',
    timeout: 5000,
    maxBuffer: 20_000_000,
    stdio: ['ignore', 'pipe', 'ignore'],
    // what `ps` says of times is compared later, by others: it must not depend on somebody's language
    env: { ...process.env, LC_ALL: 'C' },
  });
  return done.status === 0 ? done.stdout : null;
}

export type Spawned = {
  /** undefined when the program could not be started; `failed` then says why */
  readonly pid: number | undefined;
  /** Resolves when it ended; rejects with the system's error when it could not be started. */
  readonly ended: Promise<{ code: number | null; signal: NodeJS.Signals | null }>;
};

/**
 * Starts a program in a session and process group of its own that outlives this process. Output goes straight to the given file
 * descriptors. `keep` lets it hold the event loop of this process open (the runner waits for its child; the host does not).
 */
export function spawnDetached(
  command: string,
  args: readonly string[],
  options: { cwd: string; env: NodeJS.ProcessEnv; stdout?: number; stderr?: number; keep?: boolean },
): Spawned {
  const { cwd, env, stdout = 'ignore', stderr = 'ignore', keep = false } = options;
  let child: ChildProcess;
  try {
    child = spawn(command, args, { cwd, env, detached: true, stdio: ['ignore', stdout, stderr], windowsHide: true });
  } catch (error) {
    return { pid: undefined, ended: Promise.reject(error) };
  }
  const ended = new Promise<{ code: number | null; signal: NodeJS.Signals | null }>((resolve, reject) => {
    child.on('error', reject);
    child.on('exit', (code, signal) => resolve({ code, signal }));
  });
  // whoever does not ask how it ended does not care why it did not start
  ended.catch(() => {});
  if (!keep) child.unref();
  return { pid: child.pid, ended };
}

export type Ended = {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly timedOut: boolean;
  /** from start to end */
  readonly elapsedMs: number;
  /** the last `keepBytes` of each; bytes that are no UTF-8 became U+FFFD */
  readonly stdout: string;
  readonly stderr: string;
};

/**
 * Runs a program and whatever it starts to their end, as one process group that is killed as a whole after the time or with the signal. It may
 * write as much as it likes: only the end is kept.
 * @throws AppError UNAVAILABLE when it cannot be started, CANCELLED
 */
export function runGroup(
  command: string,
  args: readonly string[],
  options: { cwd: string; env: NodeJS.ProcessEnv; timeoutMs: number; keepBytes: number; signal: AbortSignal },
): Promise<Ended> {
  const { cwd, env, timeoutMs, keepBytes, signal } = options;
  return new Promise((resolve, reject) => {
    if (signal.aborted) return reject(cancelled(command));
    let child: ChildProcess;
    const started = performance.now();
    try {
      child = spawn(command, args, { cwd, env, detached: true, stdio: ['ignore', 'pipe', 'pipe'], windowsHide: true });
    } catch (error) {
      return reject(spawnError(command, error));
    }
    const kept = { stdout: keepEnd(child.stdout!, keepBytes), stderr: keepEnd(child.stderr!, keepBytes) };
    let timedOut = false;
    const kill = (): void => {
      if (child.pid !== undefined) killGroup(child.pid, 'SIGKILL');
    };
    const timer = setTimeout(
      () => {
        timedOut = true;
        kill();
      },
      Math.min(timeoutMs, 2_147_483_647),
    );
    signal.addEventListener('abort', kill);
    const settle = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', kill);
    };
    child.on('error', (error) => {
      settle();
      reject(spawnError(command, error));
    });
    child.on('exit', (code, by) => {
      const elapsedMs = performance.now() - started;
      // what it left running would hold the pipes open, and must not outlive the check
      kill();
      const done = (): void => {
        settle();
        if (signal.aborted) reject(cancelled(command));
        else resolve({ code, signal: by, timedOut, elapsedMs, stdout: kept.stdout(), stderr: kept.stderr() });
      };
      child.on('close', done);
      // a process that left the group may hold the pipes open for ever
      setTimeout(() => {
        child.stdout?.destroy();
        child.stderr?.destroy();
      }, PIPES_MS).unref();
    });
  });
}

/** How long the pipes of a program that has ended are read on. */
const PIPES_MS = 2000;

function keepEnd(stream: NodeJS.ReadableStream, most: number): () => string {
  const pieces: Buffer[] = [];
  let bytes = 0;
  stream.on('data', (piece: Buffer) => {
    pieces.push(piece);
    bytes += piece.length;
    while (bytes - pieces[0]!.length >= most) bytes -= pieces.shift()!.length;
  });
  return () => Buffer.concat(pieces).subarray(-most).toString();
}

/** Sends a signal to every process of a group. False when none is left, or it is somebody else's. */
export function killGroup(pgid: number, signal: NodeJS.Signals | 0): boolean {
  // -1 would mean every process of this user, 0 our own group
  if (!Number.isInteger(pgid) || pgid <= 1) return false;
  return killOne(-pgid, signal);
}

/** Sends a signal to one process. False when it is gone, or somebody else's. */
export function killOne(pid: number, signal: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(pid, signal);
  } catch {
    return false;
  }
}

function spawnError(command: string, error: unknown): AppError {
  const code = (error as NodeJS.ErrnoException).code;
  if (code === 'ENOENT')
    return unavailable('missing', `The program "${command}" was not found. Install it, or put it on the PATH.`, error);
  if (code === 'EACCES' || code === 'EPERM')
    return unavailable('forbidden', `"${command}" may not be run. Check its permissions.`, error);
  return unavailable('spawn', `"${command}" could not be started (${code ?? 'unknown reason'}).`, error);
}

const tooSlow = (command: string, ms: number): AppError =>
  unavailable('timeout', `"${command}" did not answer within ${ms / 1000} s and was ended. Try again.`);
const tooMuch = (command: string, bytes: number): AppError =>
  unavailable('output', `"${command}" wrote more than ${bytes} bytes and was ended.`);
const cancelled = (command: string): AppError => new AppError('CANCELLED', `"${command}" was cancelled.`);
const unavailable = (reason: string, message: string, cause?: unknown): AppError =>
  new AppError('UNAVAILABLE', message, { reason }, { cause });
