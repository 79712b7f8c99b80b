import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { matchesPattern, type Pattern, parsePattern } from './ignore.ts';

/** `true` for `name`, `false` for `-name`, null for `!name`, else the text of `name=text`. */
export type AttributeValue = string | boolean | null;

type AttributeRule = { readonly pattern: Pattern; readonly values: readonly (readonly [string, AttributeValue])[] };
/** The rules of one attributes file and the folder they count from (`''` for the top, else with a `/` at the end). */
export type AttributeSet = { readonly base: string; readonly rules: readonly AttributeRule[] };

/** `[attr]name …` lines, by name; `binary` is git's own. */
export type Macros = Map<string, readonly (readonly [string, AttributeValue])[]>;

export const builtInMacros = (): Macros =>
  new Map([
    [
      'binary',
      [
        ['diff', false],
        ['merge', false],
        ['text', false],
      ],
    ],
  ]);

/**
 * Reads the text of an attributes file (gitattributes(5)).
 * @param macros get those that the text defines, when it may: only files for the whole repository do
 */
export function parseAttributes(text: string, base: string, macros: Macros | null): AttributeSet {
  const rules: AttributeRule[] = [];
  for (const line of text.replace(/^\uFEFF/, '').split(/\r?\n/)) {
    const [, name, rest] = splitLine(line) ?? [];
    if (name === undefined || rest === undefined) continue;
    const values = rest
      .split(/[ \t]+/)
      .filter((word) => word !== '')
      .map(parseValue);
    if (name.startsWith('[attr]')) macros?.set(name.slice(6), values);
    else {
      // git takes no negative patterns here
      const pattern = name.startsWith('!') ? null : parsePattern(name);
      if (pattern) rules.push({ pattern, values });
    }
  }
  return { base, rules };
}

/** Pattern and attributes of a line; a pattern in quotes is written as C writes strings. */
function splitLine(line: string): [whole: string, name: string, rest: string] | null {
  const text = line.replace(/^[ \t]+/, '');
  if (text === '' || text.startsWith('#')) return null;
  const quoted = /^"((?:[^"\\]|\\.)*)"(.*)$/.exec(text);
  if (quoted) return [text, unquote(quoted[1]!), quoted[2]!];
  const plain = /^([^ \t]+)(.*)$/.exec(text)!;
  return [text, plain[1]!, plain[2]!];
}

const ESCAPES: Readonly<Record<string, number>> = { a: 7, b: 8, t: 9, n: 10, v: 11, f: 12, r: 13 };

/** What git's quote.c makes of a quoted path: bytes in octal, the rest as in C. */
export function unquote(text: string): string {
  const bytes: number[] = [];
  for (let i = 0; i < text.length; ) {
    const char = String.fromCodePoint(text.codePointAt(i)!);
    i += char.length;
    if (char !== '\\' || i >= text.length) {
      bytes.push(...Buffer.from(char));
      continue;
    }
    const octal = /^[0-3][0-7]{2}/.exec(text.slice(i, i + 3))?.[0];
    const next = text[i]!;
    bytes.push(octal ? Number.parseInt(octal, 8) : (ESCAPES[next] ?? next.charCodeAt(0)));
    i += octal ? 3 : 1;
  }
  return Buffer.from(bytes).toString();
}

function parseValue(word: string): [string, AttributeValue] {
  if (word.startsWith('-')) return [word.slice(1), false];
  if (word.startsWith('!')) return [word.slice(1), null];
  const at = word.indexOf('=');
  return at < 0 ? [word, true] : [word.slice(0, at), word.slice(at + 1)];
}

/**
 * What the last rule that fits says of one attribute; null when none does.
 * @param sets weakest first
 */
export function attributeOf(sets: readonly AttributeSet[], macros: Macros, path: string, name: string): AttributeValue {
  for (let i = sets.length - 1; i >= 0; i--) {
    const { base, rules } = sets[i]!;
    if (!path.startsWith(base)) continue;
    const below = path.slice(base.length);
    for (let j = rules.length - 1; j >= 0; j--) {
      const said = saidOf(rules[j]!.values, macros, name);
      if (said !== undefined && matchesPattern(rules[j]!.pattern, below)) return said;
    }
  }
  return null;
}

function saidOf(
  values: readonly (readonly [string, AttributeValue])[],
  macros: Macros,
  name: string,
  depth = 0,
): AttributeValue | undefined {
  let said: AttributeValue | undefined;
  for (const [key, value] of values) {
    if (key === name) said = value;
    const macro = value === true && depth < 10 ? macros.get(key) : undefined;
    const within = macro && saidOf(macro, macros, name, depth + 1);
    if (within !== undefined) said = within;
  }
  return said;
}

/**
 * The attributes of a repository as git reads them: the person's own, the `.gitattributes` of every folder, `.git/info/attributes`.
 * @param readFrom the text of a `.gitattributes`, by its path from the top; null when there is none
 * @param own where `core.attributesFile` points, null for the usual place
 */
export function createAttributes(
  commonFolder: string,
  own: string | null,
  readFrom: (path: string) => string | null,
): (path: string, name: string) => AttributeValue {
  const macros = builtInMacros();
  const ownFile =
    own?.replace(/^~(?=\/)/, homedir()) ??
    join(process.env.XDG_CONFIG_HOME || join(homedir(), '.config'), 'git', 'attributes');
  const below = [parseAttributes(textOf(ownFile), '', macros)];
  const top = parseAttributes(readFrom('.gitattributes') ?? '', '', macros);
  const above = parseAttributes(textOf(join(commonFolder, 'info', 'attributes')), '', macros);
  const folders = new Map<string, readonly AttributeSet[]>([['', [top]]]);
  const setsOf = (folder: string): readonly AttributeSet[] => {
    let sets = folders.get(folder);
    if (!sets) {
      const parent = setsOf(folder.slice(0, folder.lastIndexOf('/', folder.length - 2) + 1));
      const text = readFrom(`${folder}.gitattributes`);
      sets = text === null ? parent : [...parent, parseAttributes(text, folder, null)];
      folders.set(folder, sets);
    }
    return sets;
  };
  return (path, name) =>
    attributeOf([...below, ...setsOf(path.slice(0, path.lastIndexOf('/') + 1)), above], macros, path, name);
}

function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
