import { join, resolve } from 'node:path';
import { dataFolder } from '../platform/paths.ts';
import type { Paths } from './desktop.ts';

/**
 * Where everything lies. In the packaged app main and preload are in app.asar; what a plain Node must read too lies beside it, unpacked.
 * @param here the folder of the bundled main
 * @param packaged Electron's resources folder, null when started from a checkout
 */
export function installedPaths(here: string, packaged: string | null): Paths {
  const data = dataFolder();
  const root = resolve(here, '..', '..');
  const plain = packaged === null ? root : join(packaged, 'app.asar.unpacked');
  const shared = { preload: join(here, 'preload.cjs'), data, logs: join(data, 'logs', 'host.ndjson') };
  const files = { page: join(plain, 'dist', 'renderer'), host: join(plain, 'dist', 'electron', 'host.mjs') };
  if (packaged === null) {
    return {
      ...shared,
      ...files,
      node: packagedNode(root),
      resources: join(root, 'resources'),
      licences: join(root, 'LICENSE'),
    };
  }
  const node = join(packaged, 'node', process.platform === 'win32' ? 'node.exe' : 'node');
  return { ...shared, ...files, node, resources: packaged, licences: join(packaged, 'LICENSE') };
}

/** The Node that npm installed as one of our dependencies. */
function packagedNode(root: string): string {
  const platform = process.platform === 'win32' ? 'win' : process.platform;
  const file = process.platform === 'win32' ? 'node.exe' : 'node';
  return join(root, 'node_modules', `node-${platform}-${process.arch}`, 'bin', file);
}
