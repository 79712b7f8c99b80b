import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** The folder with the Python SDK and the example: `resources/` of a checkout, or beside the packaged app. */
export const resources: string = process.env.ASSAY_RESOURCES ?? findResources(import.meta.dirname);

function findResources(from: string): string {
  for (let folder = from; ; folder = dirname(folder)) {
    for (const candidate of [join(folder, 'resources'), folder]) {
      if (existsSync(join(candidate, 'python', 'assay'))) return candidate;
    }
    if (dirname(folder) === folder) return join(from, 'resources');
  }
}
