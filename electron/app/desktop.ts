import { join } from 'node:path';
import type { BrowserWindow, WebContents } from 'electron';
import { CHANNELS } from '../../shared/platform.ts';
import { createHostProcess } from './host-process.ts';
import { registerIpc } from './ipc.ts';
import { menuTemplate } from './menu.ts';
import type { ElectronParts } from './parts.ts';
import { createProtocolHandler, ORIGIN, SCHEME } from './protocol.ts';
import { lockContents, lockPermissions } from './security.ts';
import { windowOptions } from './window.ts';
import { readWindowState, saveWindowState } from './window-state.ts';

export type Paths = {
  /** The bundled preload script. */
  preload: string;
  /** The built page. */
  page: string;
  /** The bundled host. */
  host: string;
  /** Assay's own data folder. */
  data: string;
  /** A plain Node for what outlives the app: Electron's own cannot run as one (its fuse is off). */
  node: string;
  /** The folder with the Python SDK and the example. */
  resources: string;
  /** A page of the window opens here. */
  logs: string;
  licences: string;
};

/**
 * Starts the desktop app. The order matters: the lock before anything is touched, the scheme before the app is ready, the locks before
 * the first contents are made, the protocol and the host before the first window asks for them.
 */
export async function startDesktop(electron: ElectronParts, paths: Paths): Promise<void> {
  const { app, shell, session, protocol, Menu } = electron;
  if (!app.requestSingleInstanceLock()) {
    app.quit();
    return;
  }
  protocol.registerSchemesAsPrivileged([SCHEME]);
  app.enableSandbox();
  lockContents(app, shell);

  const listening = new Set<WebContents>();
  const host = createHostProcess({
    fork: () =>
      electron.utilityProcess.fork(paths.host, [], {
        serviceName: 'Assay host',
        env: hostEnv(paths),
        stdio: 'inherit',
      }),
    channel: () => new electron.MessageChannelMain(),
    later: (ms, then) => {
      const timer = setTimeout(then, ms);
      return () => clearTimeout(timer);
    },
    now: () => Date.now(),
    onReady: () => {
      for (const contents of listening) connect(contents);
    },
    onGone: (restartInMs) => {
      for (const contents of listening) contents.send(CHANNELS.hostGone, restartInMs);
    },
  });
  const connect = (contents: WebContents): void => {
    if (!listening.has(contents)) {
      listening.add(contents);
      contents.once('destroyed', () => listening.delete(contents));
    }
    const port = host.connect();
    if (port) contents.postMessage(CHANNELS.port, null, [port]);
  };

  await app.whenReady();
  lockPermissions(session.defaultSession);
  protocol.handle('assay', createProtocolHandler(paths.page, host.artifact));
  host.start();
  const openWindow = (route = '/'): void => createWindow(electron, paths, route);
  registerIpc({
    ...electron,
    windowOf: (contents) => electron.BrowserWindow.fromWebContents(contents),
    openWindow,
    connect,
  });
  Menu.setApplicationMenu(
    Menu.buildFromTemplate(
      menuTemplate(process.platform, {
        newWindow: () => openWindow(),
        showLogs: () => shell.showItemInFolder(paths.logs),
        showSource: () => shell.showItemInFolder(paths.licences),
      }),
    ),
  );
  openWindow();

  app.on('second-instance', () => {
    const window = electron.BrowserWindow.getAllWindows()[0];
    if (!window) openWindow();
    else focus(window);
  });
  app.on('activate', () => {
    if (electron.BrowserWindow.getAllWindows().length === 0) openWindow();
  });
  app.on('window-all-closed', () => {
    if (process.platform !== 'darwin') app.quit();
  });
  let stopped = false;
  app.on('before-quit', (event) => {
    if (stopped) return;
    event.preventDefault();
    void host.stop().then(() => {
      stopped = true;
      app.quit();
    });
  });
}

function createWindow(electron: ElectronParts, paths: Paths, route: string): void {
  const { BrowserWindow, nativeTheme, screen } = electron;
  const file = join(paths.data, 'window.json');
  const first = BrowserWindow.getAllWindows().length === 0;
  const state = first
    ? readWindowState(
        file,
        screen.getAllDisplays().map((display) => display.workArea),
      )
    : null;
  const window = new BrowserWindow(windowOptions(paths.preload, nativeTheme.shouldUseDarkColors, state));
  if (state?.maximized) window.maximize();
  window.once('ready-to-show', () => window.show());
  window.on('close', () => saveWindowState(file, window));
  void window.loadURL(`${ORIGIN}${route}`);
}

function focus(window: Pick<BrowserWindow, 'isMinimized' | 'restore' | 'show' | 'focus'>): void {
  if (window.isMinimized()) window.restore();
  window.show();
  window.focus();
}

/** The host gets the person's environment, because runs that it starts need it, and where our own things are. */
function hostEnv({ node, resources }: Paths): Record<string, string> {
  const inherited = Object.entries(process.env).filter((entry): entry is [string, string] => entry[1] !== undefined);
  return { ...Object.fromEntries(inherited), ASSAY_NODE: node, ASSAY_RESOURCES: resources };
}
