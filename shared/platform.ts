import type { ServedAddress } from './served-address.ts';
import type { ServedFile } from './serving.ts';

/**
 * What the desktop's preload gives the page as `window.assay`; in a browser it is not there.
 *
 * The page calls `connect()` once when it is ready to listen. From then on it gets, by `window.postMessage`, a `PortMessage` whose
 * `event.ports[0]` leads straight to the host (use it with oRPC's message-port link), again after each restart of the host, and a
 * `HostGoneMessage` when the host ended unexpectedly. Both come from `window` itself (`event.source === window`).
 */
export type DesktopBridge = {
  readonly mode: 'desktop';
  /** Node's name of the platform, such as `darwin`. */
  readonly platform: string;
  /** Ask for the way to the host; the answer is a `PortMessage`. Asking again gives a new port. */
  connect(): void;
  /** The system's folder dialog. null when it was cancelled. */
  pickFolder(): Promise<string | null>;
  /** Opens a web page in the person's own browser. Only https, http and mailto are let through. False when it was refused. */
  openExternal(url: string): Promise<boolean>;
  /** Shows a file or folder of this machine in the system's file manager. */
  showInFolder(path: string): Promise<void>;
  /** Makes the window's frame and menus follow the theme that was set in the app. */
  setTheme(theme: 'system' | 'light' | 'dark'): Promise<void>;
  /** Opens another window, on a route of the app such as `/p/abc/runs`. */
  openWindow(route: string): Promise<void>;
};

export type PortMessage = { readonly type: 'assay-port' };
export type HostGoneMessage = { readonly type: 'assay-host-gone'; readonly restartInMs: number };

/** The names of the messages between preload and main, known to both and to nobody else. */
export const CHANNELS = {
  connect: 'assay:connect',
  port: 'assay:port',
  hostGone: 'assay:host-gone',
  pickFolder: 'assay:pick-folder',
  openExternal: 'assay:open-external',
  showInFolder: 'assay:show-in-folder',
  setTheme: 'assay:set-theme',
  openWindow: 'assay:open-window',
} as const;

/** What main sends to the host. `connect` comes with one port. */
export type ToHost =
  | { readonly type: 'connect' }
  | { readonly type: 'artifact'; readonly id: number; readonly address: ServedAddress }
  | { readonly type: 'shutdown' };

/** What the host sends to main. */
export type FromHost =
  | { readonly type: 'ready' }
  | {
      readonly type: 'artifact';
      readonly id: number;
      readonly found: ServedFile | null;
      readonly status: number;
      readonly message: string;
    };

/** The end of a window's channel, as Electron's MessagePortMain has it. */
export type PortToWindow = {
  on(event: 'message', listener: (event: { data: unknown }) => void): unknown;
  on(event: 'close', listener: () => void): unknown;
  postMessage(message: unknown): void;
  start(): void;
};

/** What the host needs of `process.parentPort`. Electron's own types fit these two (electron/app/desktop.test.ts holds them to that). */
export type PortToMain = {
  on(event: 'message', listener: (event: { data: unknown; ports: PortToWindow[] }) => void): unknown;
  postMessage(message: unknown): void;
};
