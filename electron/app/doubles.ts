import { EventEmitter } from 'node:events';
import type * as Electron from 'electron';
import type { HostChild } from './host-process.ts';
import type { ElectronParts } from './parts.ts';

/** Stand-ins for Electron's parts, for tests. Each is declared with the picked type, so that a drift from Electron's own is a type error. */

/** What a test makes happen goes through `events`; `on` and `once` have exactly Electron's types. */
export class HostDouble implements HostChild {
  readonly events = new EventEmitter();
  readonly on = this.events.on.bind(this.events) as unknown as Electron.UtilityProcess['on'];
  readonly once = this.events.once.bind(this.events) as unknown as Electron.UtilityProcess['once'];
  readonly sent: { message: unknown; ports: unknown[] }[] = [];
  killed = false;
  postMessage(message: unknown, ports: unknown[] = []): void {
    this.sent.push({ message, ports });
  }
  kill(): boolean {
    this.killed = true;
    return true;
  }
}

export class ContentsDouble extends EventEmitter {
  readonly posted: { channel: string; ports: unknown[] }[] = [];
  readonly heard: { channel: string; argument: unknown }[] = [];
  openHandler: ((details: { url: string }) => { action: string }) | undefined;
  readonly postMessage: Electron.WebContents['postMessage'] = (channel, _message, ports) => {
    this.posted.push({ channel, ports: ports ?? [] });
  };
  readonly send: Electron.WebContents['send'] = (channel, argument: unknown) => {
    this.heard.push({ channel, argument });
  };
  readonly setWindowOpenHandler: Electron.WebContents['setWindowOpenHandler'] = (handler) => {
    this.openHandler = handler as unknown as typeof this.openHandler;
  };
}

/** A whole Electron, with everything that was asked of it in `calls`, in order. */
export function electronDouble(options: { locked?: boolean } = {}) {
  const calls: string[] = [];
  const app = new EventEmitter();
  const windows: WindowDouble[] = [];
  const hosts: HostDouble[] = [];
  const ipc = new EventEmitter();
  const invoked = new Map<string, Parameters<Electron.IpcMain['handle']>[1]>();
  const permissions: Partial<Record<string, unknown>> = {};
  const opened: string[] = [];
  const found: { protocol: ((request: Request) => Response | Promise<Response>) | undefined } = { protocol: undefined };

  class WindowDouble {
    readonly events = new EventEmitter();
    readonly on = this.events.on.bind(this.events) as unknown as Electron.BrowserWindow['on'];
    readonly once = this.events.once.bind(this.events) as unknown as Electron.BrowserWindow['once'];
    static getAllWindows = (): Electron.BrowserWindow[] => windows as unknown as Electron.BrowserWindow[];
    static fromWebContents = (): Electron.BrowserWindow | null => WindowDouble.getAllWindows()[0] ?? null;
    url = '';
    shown = false;
    readonly options: Electron.BrowserWindowConstructorOptions;
    constructor(windowOptions: Electron.BrowserWindowConstructorOptions) {
      calls.push('window');
      this.options = windowOptions;
      windows.push(this);
    }
    show(): void {
      this.shown = true;
    }
    focus(): void {
      calls.push('focus');
    }
    isMinimized = (): boolean => true;
    restore(): void {
      calls.push('restore');
    }
    maximize(): void {}
    isMaximized = (): boolean => false;
    getNormalBounds = (): Electron.Rectangle => ({ x: 10, y: 20, width: 1000, height: 700 });
    async loadURL(url: string): Promise<void> {
      this.url = url;
    }
  }

  class ChannelDouble {
    readonly port1 = { name: 'for the host' } as unknown as Electron.MessagePortMain;
    readonly port2 = { name: 'for the page' } as unknown as Electron.MessagePortMain;
  }

  const parts: ElectronParts = {
    app: {
      on: app.on.bind(app) as unknown as Electron.App['on'],
      requestSingleInstanceLock: () => {
        calls.push('lock');
        return !options.locked;
      },
      enableSandbox: () => void calls.push('sandbox'),
      whenReady: async () => void calls.push('ready'),
      quit: () => void calls.push('quit'),
    },
    BrowserWindow: WindowDouble,
    dialog: { showOpenDialog: async () => ({ canceled: false, filePaths: ['/picked'] }) },
    ipcMain: {
      on: ipc.on.bind(ipc) as unknown as Electron.IpcMain['on'],
      handle: (channel, listener) => void invoked.set(channel, listener),
    },
    Menu: { buildFromTemplate: () => ({}) as Electron.Menu, setApplicationMenu: () => void calls.push('menu') },
    MessageChannelMain: ChannelDouble,
    nativeTheme: { themeSource: 'system', shouldUseDarkColors: true },
    protocol: {
      registerSchemesAsPrivileged: ([scheme]) => void calls.push(`scheme ${scheme?.scheme}`),
      handle: (scheme, handler) => {
        calls.push(`protocol ${scheme}`);
        found.protocol = handler as typeof found.protocol;
      },
    },
    screen: { getAllDisplays: () => [{ workArea: { x: 0, y: 0, width: 1920, height: 1080 } } as Electron.Display] },
    session: {
      defaultSession: {
        setPermissionRequestHandler: (handler) => {
          calls.push('permissions');
          permissions.request = handler;
        },
        setPermissionCheckHandler: (handler) => {
          permissions.check = handler;
        },
        setDevicePermissionHandler: (handler) => {
          permissions.device = handler;
        },
      },
    },
    shell: { openExternal: async (url) => void opened.push(url), showItemInFolder: (path) => void opened.push(path) },
    utilityProcess: {
      fork: (entry) => {
        calls.push(`host ${entry}`);
        const host = new HostDouble();
        hosts.push(host);
        return host;
      },
    },
  };
  return { parts, calls, app, windows, hosts, ipc, invoked, permissions, opened, found };
}
