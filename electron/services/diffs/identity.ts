import { createHash } from 'node:crypto';
import { existsSync, statSync } from 'node:fs';
import type { DiffSettings } from '../../../shared/contract/diffs.ts';
import type { Located } from '../datasets/located.ts';
import { createTurns } from './turns.ts';

/** Goes up when the engine may say something else of the same data: what was saved before is then compared anew. */
const ENGINE = 2;

/**
 * The id of a comparison: of the same content with the same settings it is the same. What has no known hash is known by its place and by
 * size and times of the file, so that a change makes another id.
 */
export async function identityOf(before: Located, after: Located, settings: DiffSettings): Promise<string> {
  const { key, text } = settings;
  const tolerance = Object.entries(settings.tolerance).sort(([a], [b]) => (a < b ? -1 : 1));
  const sides = [await contentOf(before), await contentOf(after)];
  const hash = createHash('sha256').update(JSON.stringify([ENGINE, sides, key, tolerance, text]));
  return hash.digest('hex').slice(0, 32);
}

/** Something that is the same as long as the content is. */
export async function contentOf(side: Located): Promise<string> {
  // the name says the format
  if (side.hash !== null) return `${side.kind} ${side.hash} ${side.name}`;
  // what a commit holds lies under a name made of its content, and is touched whenever it is used
  const stateOfFile = (file: string): string => (side.commit === null ? stampOf(file) : file);
  if (side.kind === 'file') return `file ${stateOfFile(side.file)} ${side.file} ${side.name}`;
  const hash = createHash('sha256');
  const turn = createTurns();
  for (const { relpath, md5, file } of side.files) {
    await turn();
    // of content that is neither known nor here, only the commit says which it is
    hash.update(`${relpath}\0${md5 ?? (file === null ? `${side.commit?.id}` : stateOfFile(file))}\0`);
  }
  return `folder ${hash.digest('hex')} ${side.name}`;
}

/** Both sides of a comparison, and the state that their files were in when they were found. */
export type FoundSides = { readonly before: Located; readonly after: Located; readonly state: string };

export const foundSides = (before: Located, after: Located): FoundSides => ({
  before,
  after,
  state: stateOf(before, after),
});

/** Whether the files of both sides are still those that were found. The files of folders are not looked at. */
export const areAsFound = ({ before, after, state }: FoundSides): boolean => stateOf(before, after) === state;

function stateOf(...sides: Located[]): string {
  const states = sides.map((side) => {
    if (side.kind === 'folder') return '';
    // an object of a cache never changes, though links to it come and go
    return side.commit === null ? stampOf(side.file) : String(existsSync(side.file));
  });
  return states.join('\n');
}

function stampOf(file: string): string {
  const stat = statSync(file, { throwIfNoEntry: false, bigint: true });
  return stat ? `${stat.ino} ${stat.size} ${stat.mtimeNs} ${stat.ctimeNs}` : 'gone';
}
