import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

/** A path with wildcards, by segment; `null` stands for any number of folders. */
export type Pattern = { readonly path: readonly (readonly Token[] | null)[]; readonly foldersOnly: boolean };

type Rule = Pattern & { readonly negated: boolean };

/** One character, any one of some characters, or (`null`) any number of characters. */
type Token = string | RegExp | null;

/** The rules of one ignore file and the folder they count from (`''` for the top, else with a `/` at the end). */
export type RuleSet = { readonly base: string; readonly rules: readonly Rule[] };

/** Reads an ignore file; empty when there is none. */
export function readRules(path: string, base: string): RuleSet {
  try {
    return { base, rules: parseRules(readFileSync(path, 'utf8')) };
  } catch {
    return { base, rules: [] };
  }
}

/** The rules that hold for a whole repository, weakest first: the person's own, then `.git/info/exclude`. */
export function globalRules(commonFolder: string, excludesFile: string | null): RuleSet[] {
  const configured = excludesFile?.replace(/^~(?=\/)/, homedir());
  const own = configured ?? join(process.env.XDG_CONFIG_HOME || join(homedir(), '.config'), 'git', 'ignore');
  return [readRules(own, ''), readRules(join(commonFolder, 'info', 'exclude'), '')];
}

/**
 * What gitignore(5) says of a path whose parent folders are not ignored: the last rule that fits decides.
 * @param path with `/`, from the top of the repository
 */
export function isIgnored(sets: readonly RuleSet[], path: string, isFolder: boolean): boolean {
  for (let i = sets.length - 1; i >= 0; i--) {
    const { base, rules } = sets[i]!;
    if (!path.startsWith(base)) continue;
    const below = path.slice(base.length).split('/');
    for (let j = rules.length - 1; j >= 0; j--) {
      const rule = rules[j]!;
      if ((isFolder || !rule.foldersOnly) && matches(rule.path, below, fits)) return !rule.negated;
    }
  }
  return false;
}

export function parseRules(text: string): Rule[] {
  return text
    .replace(/^\uFEFF/, '')
    .split(/\r?\n/)
    .flatMap((line) => {
      // spaces at the end count only after a backslash
      let pattern = line.replace(/(?<!\\)[ \t]+$/, '');
      if (pattern === '' || pattern.startsWith('#')) return [];
      const negated = pattern.startsWith('!');
      if (negated) pattern = pattern.slice(1);
      const parsed = parsePattern(pattern);
      return parsed ? [{ ...parsed, negated }] : [];
    });
}

/** A pattern of gitignore(5) or gitattributes(5); null for one that matches nothing. */
export function parsePattern(text: string): Pattern | null {
  const foldersOnly = text.endsWith('/');
  const pattern = foldersOnly ? text.slice(0, -1) : text;
  const segments = pattern.replace(/^\//, '').split('/');
  if (!pattern.includes('/')) segments.unshift('**');
  // everything inside, but not the folder itself
  if (segments.length > 1 && segments.at(-1) === '**') segments.push('*');
  const path = segments.map((segment) => (segment === '**' ? null : tokens(segment)));
  return pattern === '' || path.includes(undefined as never) ? null : { path: path as Pattern['path'], foldersOnly };
}

/** Whether a file's path, counted from the folder of the pattern, fits it. */
export const matchesPattern = (pattern: Pattern, path: string): boolean =>
  !pattern.foldersOnly && matches(pattern.path, path.split('/'), fits);

/** The parts of a glob without slashes; undefined for one that matches nothing (an open bracket). */
function tokens(glob: string): Token[] | undefined {
  const found: Token[] = [];
  for (let i = 0; i < glob.length; ) {
    const char = String.fromCodePoint(glob.codePointAt(i)!);
    if (char === '[') {
      BRACKET.lastIndex = i;
      const bracket = BRACKET.exec(glob);
      if (!bracket) return undefined;
      const [whole, negation, inside] = bracket as unknown as [string, string, string];
      try {
        found.push(new RegExp(`^[${negation && '^'}${classSource(inside)}]$`, 'su'));
      } catch {
        return undefined;
      }
      i += whole.length;
    } else if (char === '\\' && i + 1 < glob.length) {
      const escaped = String.fromCodePoint(glob.codePointAt(i + 1)!);
      found.push(escaped);
      i += 1 + escaped.length;
    } else {
      if (char === '*') {
        if (found.at(-1) !== null) found.push(null);
      } else found.push(char === '?' ? ANY : char);
      i += char.length;
    }
  }
  return found;
}

const ANY = /^.$/su;
const fitsOne = (token: Exclude<Token, null>, char: string): boolean =>
  typeof token === 'string' ? token === char : token.test(char);
const fits = (segment: readonly Token[], name: string): boolean => matches(segment, [...name], fitsOne);

/**
 * Wildcard matching with one place to go back to, for characters and for segments alike: time is at most the product of both lengths,
 * whatever pattern a repository brings along (a regular expression may take for ever).
 */
function matches<P, T>(
  pattern: readonly (P | null)[],
  text: readonly T[],
  agree: (part: P, item: T) => boolean,
): boolean {
  let [at, star, from] = [0, -1, 0];
  for (let i = 0; i < text.length; ) {
    const part = pattern[at];
    if (at < pattern.length && part === null) {
      star = at++;
      from = i;
    } else if (at < pattern.length && agree(part as P, text[i]!)) {
      at++;
      i++;
    } else if (star >= 0) {
      at = star + 1;
      i = ++from;
    } else return false;
  }
  while (at < pattern.length && pattern[at] === null) at++;
  return at === pattern.length;
}

/** A bracket expression, its negation apart; a `]` that comes first is an ordinary character. */
const BRACKET = /\[([!^]?)(\]?(?:\[:\w+:\]|\\.|[^\]\\])*)\]/y;

const CLASSES: Readonly<Record<string, string>> = {
  alpha: 'A-Za-z',
  digit: '0-9',
  alnum: 'A-Za-z0-9',
  upper: 'A-Z',
  lower: 'a-z',
  space: '\\s',
};

function classSource(inside: string): string {
  return inside.replaceAll(/\[:(\w+):\]|\\(.)|[\][^]/g, (part, name?: string, escaped?: string) =>
    name ? (CLASSES[name] ?? '') : escaped ? escaped.replace(/[\\\][^-]/, '\\$&') : `\\${part}`,
  );
}
