import type { LocatedFile } from '../datasets/located.ts';
import { hashFiles } from './hash-files.ts';
import { createSplits } from './leaks.ts';
import { createTurns } from './turns.ts';
import type { DiffOptions } from './types.ts';

/** What is known of the content of files, once those that had to be read were read. */
export type Known = {
  md5(file: LocatedFile): string | null;
  /** Whether two files of the same path have the same content; one whose content is not known never has. */
  same(a: LocatedFile, b: LocatedFile): boolean;
  readonly unreadable: ReadonlySet<LocatedFile>;
};

/**
 * Reads what must be read: files without a hash whose size does not tell them from the one of the same path, from another that may be its
 * former self, or from one in another split.
 * @param olds the files of the old side by their paths
 */
export async function hashUnknown(
  olds: ReadonlyMap<string, LocatedFile>,
  before: readonly LocatedFile[],
  after: readonly LocatedFile[],
  options: DiffOptions,
): Promise<Known> {
  const turn = createTurns(options.signal);
  // two recorded versions know everything
  if (before.every(isKnown) && after.every(isKnown)) return knownBy(new Map());
  const wanted = new Set<LocatedFile>();
  const want = (file: LocatedFile): void => {
    if (file.md5 === null && file.file !== null && file.size !== null) wanted.add(file);
  };
  const staying = new Set<string>();
  const fresh: LocatedFile[] = [];
  for (const now of after) {
    const pause = turn();
    if (pause) await pause;
    const old = olds.get(now.relpath);
    if (!old) {
      fresh.push(now);
      continue;
    }
    staying.add(now.relpath);
    const told = old.size !== null && now.size !== null && old.size !== now.size;
    if (told || (old.file !== null && old.file === now.file)) continue;
    want(old);
    want(now);
  }
  const gone = before.filter(({ relpath }) => !staying.has(relpath));
  const [goneSizes, freshSizes] = [sizesOf(gone), sizesOf(fresh)];
  for (const file of gone) if (file.size !== 0 && (freshSizes.has(file.size) || freshSizes.has(null))) want(file);
  for (const file of fresh) if (file.size !== 0 && (goneSizes.has(file.size) || goneSizes.has(null))) want(file);
  await wantSplits(after, want, turn);

  const list = [...wanted];
  if (list.length > 0) options.onStage?.('Reading files');
  const md5s = await hashFiles(
    list.map((file) => ({ file: file.file!, size: file.size! })),
    options.signal ? { signal: options.signal } : {},
  );
  const unreadable = new Set(list.filter((_, i) => md5s[i] === null));
  return knownBy(new Map(list.map((file, i) => [file, md5s[i]!])), unreadable);
}

const isKnown = ({ md5 }: LocatedFile): boolean => md5 !== null;

function knownBy(found: ReadonlyMap<LocatedFile, string | null>, unreadable = new Set<LocatedFile>()): Known {
  const md5 = (file: LocatedFile): string | null => file.md5 ?? found.get(file) ?? null;
  return {
    md5,
    same(a, b) {
      const content = md5(a);
      const other = md5(b);
      // the same place, and nothing is known of it
      if (content === null && other === null) return a.file !== null && a.file === b.file;
      return content !== null && content === other;
    },
    unreadable,
  };
}

const sizesOf = (files: readonly LocatedFile[]): Set<number | null> => new Set(files.map(({ size }) => size));

/** Files whose size some file of another split has. */
async function wantSplits(
  after: readonly LocatedFile[],
  want: (file: LocatedFile) => void,
  turn: () => Promise<void> | undefined,
): Promise<void> {
  const splitOf = createSplits();
  const splitOfSize = new Map<number, string | 'several'>();
  const inSplit: { file: LocatedFile; size: number }[] = [];
  for (const file of after) {
    const pause = turn();
    if (pause) await pause;
    const split = file.size ? splitOf(file.relpath) : null;
    if (!split || !file.size) continue;
    inSplit.push({ file, size: file.size });
    const known = splitOfSize.get(file.size);
    splitOfSize.set(file.size, known === undefined || known === split ? split : 'several');
  }
  for (const { file, size } of inSplit) if (splitOfSize.get(size) === 'several') want(file);
}
