import { open, readFile, stat } from 'node:fs/promises';
import type { DataFile } from '../tables/side.ts';
import { tableFormat } from '../tables/source.ts';

const HEAD = 65_536;
const MOST_PARSED = 5_000_000;

/**
 * Whether a file is compared by rows: when its name says so, but JSON only when it is a list of objects, or objects line by line. One object
 * is a document.
 */
export async function isTable(side: DataFile): Promise<boolean> {
  const format = tableFormat(side.name);
  if (format !== 'json' || !/\.json$/i.test(side.name)) return format !== null;
  const { size } = await stat(side.file);
  const start = await startOf(side.file);
  if (size === 0 || /^\[\s*(\{|$|\])/.test(start)) return true;
  if (!start.startsWith('{')) return false;
  if (size > MOST_PARSED) return /^\{.*\}\s*\n\s*\{/.test(start);
  try {
    JSON.parse((await readFile(side.file, 'utf8')).replace(/^\uFEFF/, ''));
    return false;
  } catch {
    // not one value: several, or a mistake that reading it as a table names
    return true;
  }
}

async function startOf(path: string): Promise<string> {
  await using file = await open(path);
  const { buffer, bytesRead } = await file.read(Buffer.alloc(HEAD), 0, HEAD, 0);
  return buffer
    .toString('utf8', 0, bytesRead)
    .replace(/^\uFEFF/, '')
    .trimStart();
}
