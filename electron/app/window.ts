import type { BrowserWindowConstructorOptions, Rectangle } from 'electron';
import type { WindowState } from './window-state.ts';

export const MIN_SIZE = { width: 960, height: 600 } as const;
const USUAL_SIZE = { width: 1440, height: 900 } as const;

/** The frame is painted before the page is; these are the page's own background colours. */
const BACKGROUND = { light: '#ffffff', dark: '#141517' } as const;

/** The options of every window: nothing of Node in the page, sandboxed, hidden until it has something to show. */
export function windowOptions(
  preload: string,
  dark: boolean,
  state: WindowState | null,
): BrowserWindowConstructorOptions {
  return {
    ...USUAL_SIZE,
    ...state?.bounds,
    minWidth: MIN_SIZE.width,
    minHeight: MIN_SIZE.height,
    show: false,
    title: 'Assay',
    backgroundColor: dark ? BACKGROUND.dark : BACKGROUND.light,
    webPreferences: {
      preload,
      contextIsolation: true,
      sandbox: true,
      nodeIntegration: false,
      nodeIntegrationInWorker: false,
      nodeIntegrationInSubFrames: false,
      webviewTag: false,
      webSecurity: true,
      allowRunningInsecureContent: false,
      experimentalFeatures: false,
      navigateOnDragDrop: false,
      spellcheck: false,
    },
  };
}

/** True when enough of a remembered window would be on one of the screens that are there now. */
export function isVisible(bounds: Rectangle, screens: readonly Rectangle[]): boolean {
  return screens.some((screen) => {
    const width = Math.min(bounds.x + bounds.width, screen.x + screen.width) - Math.max(bounds.x, screen.x);
    const height = Math.min(bounds.y + bounds.height, screen.y + screen.height) - Math.max(bounds.y, screen.y);
    return width >= 100 && height >= 100;
  });
}
