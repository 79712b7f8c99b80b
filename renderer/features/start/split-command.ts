/** What became of a typed command. */
export type SplitCommand = {
  readonly argv: readonly string[];
  /** Why it cannot be run as it stands, as a sentence; null when it can. */
  readonly problem: string | null;
  /** What will not happen although a shell would do it, as sentences. */
  readonly hints: readonly string[];
};

type Word = {
  text: string /** The characters of `text` that stood there bare, neither quoted nor escaped. */;
  bare: string;
};

const OPERATORS = /^(?:\|\|?|&&?|;;?|\d*>>?(?:&\d+)?|\d*<<?<?|&>>?)$/;
const MEANINGS: Record<string, string> = { '|': 'pipe', '>': 'redirect', '<': 'redirect', '&': 'chain', ';': 'chain' };

/**
 * Splits a typed line into the arguments a program gets, by the POSIX rules for quotes and backslashes and nothing else: no variables,
 * no wildcards, no pipes. A line break counts as a blank, and a backslash before it joins lines, so that commands copied from a
 * README work.
 */
export function splitCommand(line: string): SplitCommand {
  const { words, open } = splitWords(line);
  const argv = words.map((word) => word.text);
  if (open) return { argv, problem: `A ${open} is opened but never closed.`, hints: [] };
  return { argv, problem: problemOf(words), hints: hintsOf(words) };
}

function problemOf(words: readonly Word[]): string | null {
  const operator = words.find((word) => OPERATORS.test(word.bare) || /[^\\];$/.test(word.bare));
  if (operator) {
    const sign = OPERATORS.test(operator.bare) ? operator.bare : ';';
    const verb = MEANINGS[/[|><&;]/.exec(sign)![0]] ?? 'chain';
    return `No shell is involved, so “${sign}” cannot ${verb} anything. Start one program; put “${sign}” in quotes if it is meant as text, or run bash -c '…'.`;
  }
  const first = words[0];
  if (first && /^[A-Za-z_]\w*=/.test(first.bare))
    return `“${first.text}” is not a program. Set variables under Environment variables below.`;
  return null;
}

function hintsOf(words: readonly Word[]): string[] {
  const hints: string[] = [];
  const bare = words.map((word) => word.bare);
  const variable = bare.map((text) => /\$(?:\w+|\{\w+\}|\()/.exec(text)?.[0]).find(Boolean);
  if (variable) hints.push(`“${variable}” is passed on as it stands: variables and $(…) are not expanded.`);
  if (bare.some((text) => /^~(?:\/|$)/.test(text)))
    hints.push('“~” is passed on as it stands: write the folder in full.');
  if (bare.some((text) => /[*?]/.test(text) && !/[=&]/.test(text)))
    hints.push('“*” and “?” are passed on as they stand: file names are not matched.');
  if (bare.some((text) => text.includes('`'))) hints.push('Backquotes are passed on as they stand.');
  return hints;
}

/** The words of a line, and what was left open at its end. */
function splitWords(line: string): { words: Word[]; open: string | null } {
  const words: Word[] = [];
  let word: Word | null = null;
  let at = 0;
  const add = (text: string, bare: boolean): void => {
    word ??= { text: '', bare: '' };
    word.text += text;
    // A quoted character is kept out by a sign that no rule looks for.
    word.bare += bare ? text : '\0'.repeat(text.length);
  };
  while (at < line.length) {
    const char = line[at]!;
    if (/\s/.test(char)) {
      if (word) words.push(word);
      word = null;
      at += 1;
    } else if (char === "'") {
      const close = line.indexOf("'", at + 1);
      if (close < 0) return { words, open: 'single quote' };
      add(line.slice(at + 1, close), false);
      at = close + 1;
    } else if (char === '"') {
      const quoted = readDoubleQuoted(line, at + 1);
      if (!quoted) return { words, open: 'double quote' };
      add(quoted.text, false);
      at = quoted.next;
    } else if (char === '\\') {
      if (at + 1 === line.length) return { words, open: 'backslash' };
      const joins = /^\r?\n/.exec(line.slice(at + 1));
      if (!joins) add(line[at + 1]!, false);
      at += 1 + (joins?.[0].length ?? 1);
    } else {
      add(char, true);
      at += 1;
    }
  }
  if (word) words.push(word);
  return { words, open: null };
}

/** Inside double quotes a backslash keeps its meaning only before `"`, `\`, `$`, a backquote and a line break. */
function readDoubleQuoted(line: string, start: number): { text: string; next: number } | null {
  let text = '';
  for (let at = start; at < line.length; at++) {
    const char = line[at]!;
    const next = line[at + 1];
    if (char === '"') return { text, next: at + 1 };
    if (char === '\\' && next !== undefined && '"\\$`\n'.includes(next)) {
      if (next !== '\n') text += next;
      at += 1;
    } else text += char;
  }
  return null;
}
