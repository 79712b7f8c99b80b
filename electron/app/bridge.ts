import type { ContextBridge, IpcRenderer } from 'electron';
import { CHANNELS, type DesktopBridge, type HostGoneMessage, type PortMessage } from '../../shared/platform.ts';

type Deps = {
  contextBridge: Pick<ContextBridge, 'exposeInMainWorld'>;
  ipcRenderer: Pick<IpcRenderer, 'on' | 'send' | 'invoke'>;
  page: {
    postMessage(message: unknown, targetOrigin: string, transfer?: MessagePort[]): void;
    readonly location: { readonly origin: string };
  };
  platform: string;
};

/** Puts `window.assay` into the page and passes ports and news of the host on to it. Nothing of Electron's own gets through. */
export function exposeBridge({ contextBridge, ipcRenderer, page, platform }: Deps): void {
  ipcRenderer.on(CHANNELS.port, (event) => {
    const message: PortMessage = { type: 'assay-port' };
    page.postMessage(message, page.location.origin, [...event.ports]);
  });
  ipcRenderer.on(CHANNELS.hostGone, (_event, restartInMs: number) => {
    const message: HostGoneMessage = { type: 'assay-host-gone', restartInMs };
    page.postMessage(message, page.location.origin);
  });
  const bridge: DesktopBridge = {
    mode: 'desktop',
    platform,
    connect: () => ipcRenderer.send(CHANNELS.connect),
    pickFolder: () => ipcRenderer.invoke(CHANNELS.pickFolder),
    openExternal: (url) => ipcRenderer.invoke(CHANNELS.openExternal, url),
    showInFolder: (path) => ipcRenderer.invoke(CHANNELS.showInFolder, path),
    setTheme: (theme) => ipcRenderer.invoke(CHANNELS.setTheme, theme),
    openWindow: (route) => ipcRenderer.invoke(CHANNELS.openWindow, route),
  };
  contextBridge.exposeInMainWorld('assay', bridge);
}
