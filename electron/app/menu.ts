import type { MenuItemConstructorOptions } from 'electron';

type Actions = { newWindow: () => void; showLogs: () => void; showSource: () => void };

/** The menu bar: what every program of the platform has, and a new window. The rest is in the page's own palette. */
export function menuTemplate(
  platform: NodeJS.Platform,
  { newWindow, showLogs, showSource }: Actions,
): MenuItemConstructorOptions[] {
  const mac = platform === 'darwin';
  return [
    ...(mac ? [{ role: 'appMenu' } as const] : []),
    {
      label: '&File',
      submenu: [
        { label: 'New Window', accelerator: 'CmdOrCtrl+Shift+N', click: newWindow },
        { type: 'separator' },
        mac ? { role: 'close' } : { role: 'quit' },
      ],
    },
    { role: 'editMenu' },
    {
      label: '&View',
      submenu: [
        { role: 'reload' },
        { role: 'toggleDevTools' },
        { type: 'separator' },
        { role: 'resetZoom' },
        { role: 'zoomIn' },
        { role: 'zoomOut' },
        { type: 'separator' },
        { role: 'togglefullscreen' },
      ],
    },
    { role: 'windowMenu' },
    {
      role: 'help',
      submenu: [
        { label: 'Show Logs', click: showLogs },
        { label: 'Licences and Source', click: showSource },
      ],
    },
  ];
}
