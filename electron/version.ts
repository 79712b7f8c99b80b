import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** The version in package.json, found upwards from here: two levels in a checkout, three in the packaged app. */
export const version: string = readVersion(import.meta.dirname);

function readVersion(folder: string): string {
  try {
    const manifest: unknown = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
    if ((manifest as { name?: unknown }).name === 'assay') return String((manifest as { version?: unknown }).version);
  } catch {
    // no package.json on this level
  }
  if (dirname(folder) === folder) return '0.0.0';
  return readVersion(dirname(folder));
}
