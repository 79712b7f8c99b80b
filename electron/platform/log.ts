import { appendFileSync, mkdirSync, renameSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname } from 'node:path';

export type Log = {
  info(message: string, data?: Record<string, unknown>): void;
  warn(message: string, data?: Record<string, unknown>): void;
  error(message: string, data?: Record<string, unknown>): void;
  /** The same log with a scope in front. */
  scope(name: string): Log;
};

const MAX_BYTES = 10_000_000;

/** A log that writes NDJSON to a file, rotated at 10 MB, the home folder shortened to `~`. Never throws. */
export function fileLog(path: string, scope = 'host'): Log {
  const write = (level: string, message: string, data?: Record<string, unknown>): void => {
    try {
      mkdirSync(dirname(path), { recursive: true });
      if ((statSync(path, { throwIfNoEntry: false })?.size ?? 0) > MAX_BYTES) renameSync(path, `${path}.1`);
      const line = JSON.stringify({ at: new Date().toISOString(), level, scope, message, ...data });
      appendFileSync(path, `${line.replaceAll(homedir(), '~')}\n`);
    } catch {
      // a log that cannot be written must not take the host down with it
    }
  };
  return {
    info: (message, data) => write('info', message, data),
    warn: (message, data) => write('warn', message, data),
    error: (message, data) => write('error', message, data),
    scope: (name) => fileLog(path, name),
  };
}

/** A log that forgets everything, for tests and for the terminal. */
export const silentLog: Log = { info() {}, warn() {}, error() {}, scope: () => silentLog };
