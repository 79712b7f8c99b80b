import { homedir } from 'node:os';
import { spawnDetached } from './process.ts';

/** True when a person can see windows of this process: a display on Linux, not through SSH elsewhere. */
export function hasDisplay(
  env: NodeJS.ProcessEnv = process.env,
  platform: NodeJS.Platform = process.platform,
): boolean {
  if (platform === 'linux') return Boolean(env.DISPLAY || env.WAYLAND_DISPLAY);
  return !env.SSH_CONNECTION && !env.SSH_TTY;
}

/** Shows an address in the person's browser. False when there is no display or no program to do it; nobody waits for it. */
export function openInBrowser(url: string): boolean {
  if (!hasDisplay()) return false;
  const programs: Partial<Record<NodeJS.Platform, readonly [string, ...string[]]>> = {
    darwin: ['open', url],
    win32: ['rundll32', 'url.dll,FileProtocolHandler', url],
  };
  const [program, ...args] = programs[process.platform] ?? ['xdg-open', url];
  const { pid, ended } = spawnDetached(program, args, { cwd: homedir(), env: process.env });
  // the link stands in the terminal as well
  ended.catch(() => undefined);
  return pid !== undefined;
}
