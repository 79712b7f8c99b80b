import { existsSync } from 'node:fs';
import { isAbsolute } from 'node:path';
import type {
  BrowserWindow,
  Dialog,
  IpcMain,
  IpcMainEvent,
  IpcMainInvokeEvent,
  NativeTheme,
  Shell,
  WebContents,
} from 'electron';
import { CHANNELS } from '../../shared/platform.ts';
import { isOwnPage, isSafeExternal } from './security.ts';

type Deps = {
  ipcMain: Pick<IpcMain, 'on' | 'handle'>;
  dialog: Pick<Dialog, 'showOpenDialog'>;
  shell: Pick<Shell, 'openExternal' | 'showItemInFolder'>;
  nativeTheme: Pick<NativeTheme, 'themeSource'>;
  windowOf: (contents: WebContents) => BrowserWindow | null;
  openWindow: (route: string) => void;
  /** The page listens and wants its way to the host. */
  connect: (contents: WebContents) => void;
};

type Sender = Pick<IpcMainEvent | IpcMainInvokeEvent, 'senderFrame'>;

/** True when a message comes from the page itself: its top frame, on our own origin. A frame in it has no business here. */
export function isTrustedSender({ senderFrame }: Sender): boolean {
  return senderFrame !== null && senderFrame.parent === null && isOwnPage(senderFrame.url);
}

/** Everything the page may ask of the shell. Whoever else asks gets nothing. */
export function registerIpc({ ipcMain, dialog, shell, nativeTheme, windowOf, openWindow, connect }: Deps): void {
  const handle = (channel: string, answer: (event: IpcMainInvokeEvent, argument: unknown) => unknown): void => {
    ipcMain.handle(channel, (event, argument: unknown) => {
      if (!isTrustedSender(event)) throw new Error('Not allowed.');
      return answer(event, argument);
    });
  };

  ipcMain.on(CHANNELS.connect, (event) => {
    if (isTrustedSender(event)) connect(event.sender);
  });
  handle(CHANNELS.pickFolder, async (event) => {
    const window = windowOf(event.sender);
    if (!window) return null;
    const { canceled, filePaths } = await dialog.showOpenDialog(window, {
      title: 'Open a project',
      properties: ['openDirectory', 'createDirectory'],
    });
    return canceled ? null : (filePaths[0] ?? null);
  });
  handle(CHANNELS.openExternal, async (_event, url) => {
    if (typeof url !== 'string' || !isSafeExternal(url)) return false;
    await shell.openExternal(url);
    return true;
  });
  handle(CHANNELS.showInFolder, (_event, path) => {
    if (typeof path === 'string' && isAbsolute(path) && existsSync(path)) shell.showItemInFolder(path);
  });
  handle(CHANNELS.setTheme, (_event, theme) => {
    if (theme === 'system' || theme === 'light' || theme === 'dark') nativeTheme.themeSource = theme;
  });
  handle(CHANNELS.openWindow, (_event, route) => {
    if (typeof route === 'string' && /^\/(?![/\\])/.test(route)) openWindow(route);
  });
}
