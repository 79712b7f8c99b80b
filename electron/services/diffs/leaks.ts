import type { Finding, FolderDiff } from './types.ts';

const MOST_LEAKS = 1000;
const MOST_PATHS = 50;

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
 * a file that is called so itself (`train.csv`). Null for none.
 */
export function splitOf(path: string): string | null {
  const parts = path.toLowerCase().split('/');
  const file = parts.pop()!;
  for (const part of parts) {
    const split = wordsOf(part).flatMap((word) => SPLITS[word] ?? [])[0];
    if (split) return split;
  }
  return SPLITS[file.replace(/\..*$/, '')] ?? null;
}

const wordsOf = (part: string): string[] =>
  part
    .replace(/(hold|held)[-_ ]out/, '$1out')
    .split(/[^a-z]+/)
    .filter((word) => word !== '');

export type Split = { readonly path: string; readonly split: string; readonly md5: string };

/** Content that more than one split has, and the sentence about it. Files of no content are as empty as each other; leave them out. */
export function findLeaks(files: readonly Split[]): { leaks: FolderDiff['leaks']; findings: Finding[] } {
  const byContent = new Map<string, Split[]>();
  for (const file of files) {
    const of = byContent.get(file.md5);
    if (of) of.push(file);
    else byContent.set(file.md5, [file]);
  }
  const leaks: { paths: string[] }[] = [];
  const between = new Map<string, number>();
  for (const same of byContent.values()) {
    const splits = [...new Set(same.map(({ split }) => split))].sort();
    if (splits.length < 2) continue;
    leaks.push({ paths: same.map(({ path }) => path).sort() });
    const name = `${splits.slice(0, -1).join(', ')} and ${splits.at(-1)}`;
    between.set(name, (between.get(name) ?? 0) + 1);
  }
  const findings = [...between].map(
    ([name, count]): Finding => ({
      code: 'leak',
      message: `${name} share ${count === 1 ? 'a file' : `${count.toLocaleString('en')} files`} of the same content.`,
      side: 'after',
    }),
  );
  leaks.sort((a, b) => b.paths.length - a.paths.length || (a.paths[0]! < b.paths[0]! ? -1 : 1));
  return {
    leaks: leaks.slice(0, MOST_LEAKS).map(({ paths }) => ({ paths: paths.slice(0, MOST_PATHS) })),
    findings,
  };
}
