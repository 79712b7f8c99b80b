import type * as Electron from 'electron';

/**
 * What the shell uses of Electron, given to it by main.ts, which alone imports the real thing. Picked from Electron's own types, so that a
 * double in a test that has drifted from them does not compile.
 */
export type ElectronParts = {
  app: Pick<Electron.App, 'requestSingleInstanceLock' | 'enableSandbox' | 'whenReady' | 'on' | 'quit'>;
  BrowserWindow: Pick<typeof Electron.BrowserWindow, 'getAllWindows' | 'fromWebContents'> &
    (new (
      options: Electron.BrowserWindowConstructorOptions,
    ) => Pick<
      Electron.BrowserWindow,
      'once' | 'on' | 'show' | 'maximize' | 'loadURL' | 'getNormalBounds' | 'isMaximized'
    >);
  dialog: Pick<Electron.Dialog, 'showOpenDialog'>;
  ipcMain: Pick<Electron.IpcMain, 'on' | 'handle'>;
  Menu: Pick<typeof Electron.Menu, 'buildFromTemplate' | 'setApplicationMenu'>;
  MessageChannelMain: new () => Pick<Electron.MessageChannelMain, 'port1' | 'port2'>;
  nativeTheme: Pick<Electron.NativeTheme, 'themeSource' | 'shouldUseDarkColors'>;
  protocol: Pick<Electron.Protocol, 'registerSchemesAsPrivileged' | 'handle'>;
  screen: Pick<Electron.Screen, 'getAllDisplays'>;
  session: {
    readonly defaultSession: Pick<
      Electron.Session,
      'setPermissionRequestHandler' | 'setPermissionCheckHandler' | 'setDevicePermissionHandler'
    >;
  };
  shell: Pick<Electron.Shell, 'openExternal' | 'showItemInFolder'>;
  utilityProcess: {
    fork(
      ...args: Parameters<typeof Electron.utilityProcess.fork>
    ): Pick<Electron.UtilityProcess, 'on' | 'once' | 'postMessage' | 'kill'>;
  };
};
