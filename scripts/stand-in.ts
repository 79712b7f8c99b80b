import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** What `@electron/fuses` looks for in Electron's binary; after it: the version of the wire, its length, one byte a fuse. */
const SENTINEL = 'dL7pKGdnNz796PbbjQWNKmHXBZaB9tsX';
/** Electron's own setting of the eight fuses as it is downloaded. */
const DOWNLOADED = '10110001';

/** Where npm's electron package has put the real runtime, or null when it could not be fetched. */
export function realElectron(root: string): string | null {
  const folder = join(root, 'node_modules', 'electron');
  const named = join(folder, 'path.txt');
  const executable = existsSync(named) ? join(folder, 'dist', readFileSync(named, 'utf8').trim()) : null;
  return executable && existsSync(executable) ? executable : null;
}

/**
 * A folder that electron-builder takes for Electron's runtime, for machines that cannot fetch it: the files it asks for, and an executable
 * that holds a real fuse wire, so that flipping the fuses is really done and can be read back. It cannot run.
 */
export function makeStandIn(folder: string, version: string): void {
  mkdirSync(join(folder, 'resources'), { recursive: true });
  mkdirSync(join(folder, 'locales'), { recursive: true });
  const wire = Buffer.concat([Buffer.from(SENTINEL), Buffer.from([1, DOWNLOADED.length]), Buffer.from(DOWNLOADED)]);
  const script = Buffer.from(
    '#!/bin/sh\necho "This is a stand-in for Electron, made to check the packaging. It cannot run." >&2\nexit 1\n',
  );
  writeFileSync(join(folder, 'electron'), Buffer.concat([script, wire]));
  chmodSync(join(folder, 'electron'), 0o755);
  writeFileSync(join(folder, 'version'), version);
  for (const name of ['LICENSE', 'LICENSES.chromium.html', join('locales', 'en-US.pak')])
    writeFileSync(join(folder, name), 'stand-in\n');
}
