import type { DesktopBridge } from '../../shared/platform.ts';

declare global {
  interface Window {
    readonly assay?: DesktopBridge;
  }
}

/** What the desktop shell offers; undefined in a browser. */
export function desktop(): DesktopBridge | undefined {
  return window.assay?.mode === 'desktop' ? window.assay : undefined;
}

/** True on a Mac, where the command key takes the place of Ctrl. */
export const isMac: boolean = /Mac|iPhone|iPad/.test(globalThis.navigator?.platform ?? '');

/** The system's folder dialog; null when cancelled. Undefined in a browser, which has none: show a `FolderBrowser` there. */
export function pickFolder(): Promise<string | null> | undefined {
  return desktop()?.pickFolder();
}

/** Opens a web page outside Assay. */
export function openExternal(url: string): void {
  const shell = desktop();
  if (shell) void shell.openExternal(url);
  else window.open(url, '_blank', 'noopener,noreferrer');
}

/** Shows a path in the file manager. Undefined in a browser: offer to copy the path instead. */
export function showInFolder(path: string): Promise<void> | undefined {
  return desktop()?.showInFolder(path);
}

/** Opens a route of the app in another window, or in another tab. */
export function openWindow(route: string): void {
  const shell = desktop();
  if (shell) void shell.openWindow(route);
  else window.open(route, '_blank', 'noopener');
}

/** Gives the page's bytes to the person as a file. */
export function saveFile(name: string, content: Blob): void {
  const url = URL.createObjectURL(content);
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}
