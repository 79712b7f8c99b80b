import type { App, Session, Shell, WebContents } from 'electron';
import { ORIGIN } from './protocol.ts';

/** What a page may have without asking: copying to the clipboard, because it is what its copy buttons do, and full screen for charts. */
const PERMITTED: ReadonlySet<string> = new Set(['clipboard-sanitized-write', 'fullscreen']);

/** True for an address of the app's own page. */
export function isOwnPage(url: string): boolean {
  return url === ORIGIN || url.startsWith(`${ORIGIN}/`);
}

/** True for what may be handed to the system's own programs; a `file:` or a program's own scheme could start anything. */
export function isSafeExternal(url: string): boolean {
  try {
    return ['https:', 'http:', 'mailto:'].includes(new URL(url).protocol);
  } catch {
    return false;
  }
}

/**
 * Shuts every way out of the page for all contents that will ever be made: no new windows, no navigation away, no webviews. Links to the
 * web open in the person's own browser.
 */
export function lockContents(app: Pick<App, 'on'>, shell: Pick<Shell, 'openExternal'>): void {
  app.on('web-contents-created', (_event, contents) => lockOne(contents, shell));
}

function lockOne(contents: Pick<WebContents, 'on' | 'setWindowOpenHandler'>, shell: Pick<Shell, 'openExternal'>): void {
  contents.setWindowOpenHandler(({ url }) => {
    if (isSafeExternal(url)) void shell.openExternal(url);
    return { action: 'deny' };
  });
  contents.on('will-frame-navigate', (event) => {
    // a frame shows an artifact and nothing else; the page itself goes nowhere but within the app
    const allowed = event.isMainFrame
      ? isOwnPage(event.url) && !isRaw(event.url)
      : isRaw(event.url) || event.url === 'about:srcdoc';
    if (!allowed) event.preventDefault();
  });
  contents.on('will-redirect', (event) => {
    if (!isOwnPage(event.url)) event.preventDefault();
  });
  contents.on('will-attach-webview', (event) => event.preventDefault());
}

const isRaw = (url: string): boolean => url.startsWith(`${ORIGIN}/raw/`);

type LockedSession = Pick<
  Session,
  'setPermissionRequestHandler' | 'setPermissionCheckHandler' | 'setDevicePermissionHandler'
>;

/** Refuses every permission but the harmless few, and those only to the page itself, not to a frame in it. */
export function lockPermissions(session: LockedSession): void {
  session.setPermissionRequestHandler((_contents, permission, answer, details) => {
    answer(PERMITTED.has(permission) && details.isMainFrame && isOwnPage(details.requestingUrl));
  });
  session.setPermissionCheckHandler((_contents, permission, origin, details) => {
    return PERMITTED.has(permission) && details.isMainFrame && isOwnPage(origin);
  });
  session.setDevicePermissionHandler(() => false);
}
