/** The desktop shell. Everything it does is in app/; here it meets the real Electron. */
import * as electron from 'electron';
import { messageOf } from '../shared/errors.ts';
import { startDesktop } from './app/desktop.ts';
import { installedPaths } from './app/installed-paths.ts';

// not awaited here: Electron becomes ready only after this module has been read to its end
startDesktop(
  electron,
  installedPaths(import.meta.dirname, electron.app.isPackaged ? process.resourcesPath : null),
).catch((error: unknown) => {
  electron.dialog.showErrorBox('Assay could not start', messageOf(error));
  electron.app.exit(1);
});
