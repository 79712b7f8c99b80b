import type { LocatedFile } from '../datasets/located.ts';
import type { Finding, FolderDiff } from './types.ts';

const MOST_LEAKS = 1000;
const MOST_PATHS = 50;
const LONGEST = 10;
const EMPTY_MD5 = 'd41d8cd98f00b204e9800998ecf8427e';

/** How people call the parts of a data set that must not share samples. */
const SPLITS: Readonly<Record<string, string>> = {
  __proto__: null as never,
  train: 'train',
  training: 'train',
  trn: 'train',
  val: 'validation',
  valid: 'validation',
  validation: 'validation',
  dev: 'validation',
  test: 'test',
  testing: 'test',
  tst: 'test',
  holdout: 'holdout',
  heldout: 'holdout',
  eval: 'evaluation',
  evaluation: 'evaluation',
};

/**
 * The split that a path belongs to: the first folder with such a word in its name (`train`, `val2017`, `images_test`, `hold-out`), else
 * a file that is called so itself (`train.csv`). Null for none. Paths of the same folder are told at once.
 */
export function createSplits(): (path: string) => string | null {
  const folders = new Map<string, string | null>();
  return (path) => {
    const end = path.lastIndexOf('/');
    const folder = path.slice(0, Math.max(0, end));
    let split = folders.get(folder);
    if (split === undefined) {
      split = splitOfFolder(folder);
      folders.set(folder, split);
    }
    if (split !== null) return split;
    const dot = path.indexOf('.', end + 1);
    const stem = path.slice(end + 1, dot < 0 ? undefined : dot);
    return stem.length > LONGEST ? null : (SPLITS[stem.toLowerCase()] ?? null);
  };
}

function splitOfFolder(folder: string): string | null {
  for (const part of folder.toLowerCase().split('/')) {
    const split = wordsOf(part).flatMap((word) => SPLITS[word] ?? [])[0];
    if (split) return split;
  }
  return null;
}

const wordsOf = (part: string): string[] =>
  part
    .replace(/(hold|held)[-_ ]out/, '$1out')
    .split(/[^a-z]+/)
    .filter((word) => word !== '');

/**
 * Content that more than one split has, and the sentences about it. Files of no content are as empty as each other, and no leak.
 * @throws AppError CANCELLED
 */
export async function findLeaks(
  files: readonly LocatedFile[],
  md5Of: (file: LocatedFile) => string | null,
  turn: () => Promise<void> | undefined,
): Promise<{ leaks: FolderDiff['leaks']; findings: Finding[] }> {
  const splitOf = createSplits();
  const contentOf = ({ size }: LocatedFile, md5: string | null): string | null =>
    size === 0 || md5 === EMPTY_MD5 ? null : md5;
  const firstSplit = new Map<string, string>();
  const leaked = new Map<string, { paths: string[]; splits: Set<string> }>();
  for (const file of files) {
    const pause = turn();
    if (pause) await pause;
    const content = contentOf(file, md5Of(file));
    const split = content === null ? null : splitOf(file.relpath);
    if (content === null || split === null) continue;
    const first = firstSplit.get(content);
    if (first === undefined) firstSplit.set(content, split);
    else if (first !== split && !leaked.has(content)) leaked.set(content, { paths: [], splits: new Set() });
  }
  if (leaked.size > 0) {
    for (const file of files) {
      const pause = turn();
      if (pause) await pause;
      const leak = leaked.get(md5Of(file) ?? '');
      const split = leak ? splitOf(file.relpath) : null;
      if (!leak || split === null) continue;
      leak.splits.add(split);
      leak.paths.push(file.relpath);
    }
  }
  const between = new Map<string, number>();
  for (const { splits } of leaked.values()) {
    const names = [...splits].sort();
    const name = `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;
    between.set(name, (between.get(name) ?? 0) + 1);
  }
  const findings = [...between].map(
    ([name, count]): Finding => ({
      code: 'leak',
      message: `${name} share ${count === 1 ? 'a file' : `${count.toLocaleString('en')} files`} of the same content.`,
      side: 'after',
    }),
  );
  const leaks = [...leaked.values()].map(({ paths }) => ({ paths: paths.sort() }));
  leaks.sort((a, b) => b.paths.length - a.paths.length || (a.paths[0]! < b.paths[0]! ? -1 : 1));
  return {
    leaks: leaks.slice(0, MOST_LEAKS).map(({ paths }) => ({ paths: paths.slice(0, MOST_PATHS) })),
    findings,
  };
}
