import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { cardPath } from '../models/layout.ts';

/** The card as it is written; a heading alone for a version without one. */
export function cardText(root: string, name: string, version: string): string {
  try {
    return readFileSync(join(root, cardPath(name, version)), 'utf8');
  } catch {
    return `# ${name} ${version}\n`;
  }
}
