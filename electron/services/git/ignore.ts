import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

type Rule = { readonly pattern: RegExp; readonly negated: boolean; readonly foldersOnly: boolean };

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
    const below = path.slice(base.length);
    for (let j = rules.length - 1; j >= 0; j--) {
      const rule = rules[j]!;
      if ((isFolder || !rule.foldersOnly) && rule.pattern.test(below)) return !rule.negated;
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
      let pattern = line.replace(/(?<!\\)\s+$/, '');
      if (pattern === '' || pattern.startsWith('#')) return [];
      const negated = pattern.startsWith('!');
      if (negated) pattern = pattern.slice(1);
      const foldersOnly = pattern.endsWith('/');
      if (foldersOnly) pattern = pattern.slice(0, -1);
      const anchored = pattern.includes('/');
      if (pattern.startsWith('/')) pattern = pattern.slice(1);
      const source = globSource(pattern);
      if (pattern === '' || source === null) return [];
      return [{ pattern: new RegExp(`^${anchored ? '' : '(?:.*/)?'}${source}$`, 'su'), negated, foldersOnly }];
    });
}

/** A glob as a regular expression; null for one that can match nothing (an open bracket). */
function globSource(glob: string): string | null {
  let source = '';
  for (let i = 0; i < glob.length; i++) {
    const char = glob[i]!;
    if (glob.startsWith('**/', i) && (i === 0 || glob[i - 1] === '/')) {
      source += '(?:.*/)?';
      i += 2;
    } else if (glob.slice(i) === '**' && glob[i - 1] === '/') {
      source += '.+';
      i += 1;
    } else if (char === '*') {
      while (glob[i + 1] === '*') i++;
      source += '[^/]*';
    } else if (char === '?') {
      source += '[^/]';
    } else if (char === '[') {
      BRACKET.lastIndex = i;
      const found = BRACKET.exec(glob);
      if (!found) return null;
      const [whole, negation, inside] = found as unknown as [string, string, string];
      source += `(?!/)[${negation && '^'}${classSource(inside)}]`;
      i += whole.length - 1;
    } else if (char === '\\' && i + 1 < glob.length) {
      source += literal(glob[++i]!);
    } else {
      source += literal(char);
    }
  }
  try {
    new RegExp(source, 'u');
    return source;
  } catch {
    return null;
  }
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

const literal = (char: string): string => char.replace(/[\\^$.*+?()[\]{}|/]/, '\\$&');
