/** A colour of a terminal: 0–15 is the theme's own palette, anything else is `#rrggbb`. */
export type AnsiColor = number | string;

export type AnsiStyle = {
  readonly color?: AnsiColor;
  readonly background?: AnsiColor;
  readonly bold?: boolean;
  readonly dim?: boolean;
  readonly italic?: boolean;
  readonly underline?: boolean;
  readonly strike?: boolean;
  readonly inverse?: boolean;
};

export type AnsiSpan = { readonly text: string; readonly style: AnsiStyle };

const PLAIN: AnsiStyle = {};

/** The six levels of xterm's 6×6×6 colour cube. */
const CUBE = [0, 95, 135, 175, 215, 255];

/**
 * One alternative per kind of control: CSI, strings (OSC, DCS, SOS, PM, APC) up to their terminator, other escapes, carriage return,
 * backspace, and the remaining control characters except tab (ECMA-48).
 */
const CONTROL =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what this reads
  /(?:\x1b\[|\x9b)([0-?]*)([ -/]*)([@-~])|(?:\x1b[\]PX^_])[^\x07\x1b]*(?:\x07|\x1b\\|$)|\x1b[ -/]*[0-~]|(\r)|(\x08)|[\x00-\x08\x0a-\x1f\x7f-\x9f]/g;

/**
 * Reads one line of terminal output: colours and weights (SGR: the 16, the 256 and the true colours) become spans, all other escape
 * sequences are left out. After a carriage return only the last text counts, as with a progress bar that draws over itself; a
 * backspace takes back a character. Each line starts plain.
 */
export function parseAnsi(line: string): AnsiSpan[] {
  const spans: AnsiSpan[] = [];
  let style = PLAIN;
  let from = 0;
  let returned = false;
  const write = (text: string): void => {
    if (text === '') return;
    if (returned) spans.length = 0;
    returned = false;
    const last = spans.at(-1);
    if (last?.style === style) spans[spans.length - 1] = { text: last.text + text, style };
    else spans.push({ text, style });
  };
  for (const match of line.matchAll(CONTROL)) {
    write(line.slice(from, match.index));
    from = match.index + match[0].length;
    if (match[3] === 'm' && match[2] === '' && !/[<-?]/.test(match[1]!)) style = applySgr(style, match[1]!);
    else if (match[4]) returned = true;
    else if (match[5] && !returned) takeBack(spans);
  }
  write(line.slice(from));
  return spans;
}

/** The text of a line as a reader sees it, without colours. */
export function plainText(line: string): string {
  return parseAnsi(line)
    .map((span) => span.text)
    .join('');
}

function takeBack(spans: AnsiSpan[]): void {
  const last = spans.pop();
  if (last && last.text.length > 1) spans.push({ ...last, text: [...last.text].slice(0, -1).join('') });
}

/** Applies the parameters of `CSI … m`; both `38;5;n` and `38:5:n` are understood. Unknown ones change nothing. */
function applySgr(before: AnsiStyle, parameters: string): AnsiStyle {
  const codes = parameters.split(/[;:]/).map((code) => Number(code || '0'));
  let style: AnsiStyle = before;
  for (let i = 0; i < codes.length; i++) {
    const code = codes[i]!;
    if (code === 38 || code === 48) {
      const colon = /[34]8:2:/.test(parameters) && codes.length - i >= 6;
      const { color, used } = extendedColor(codes.slice(i + 1), colon);
      if (color !== undefined) style = code === 38 ? { ...style, color } : { ...style, background: color };
      i += used;
    } else style = applyCode(style, code);
  }
  return style;
}

function applyCode(style: AnsiStyle, code: number): AnsiStyle {
  if (code === 0) return PLAIN;
  if (code >= 30 && code <= 37) return { ...style, color: code - 30 };
  if (code >= 40 && code <= 47) return { ...style, background: code - 40 };
  if (code >= 90 && code <= 97) return { ...style, color: code - 90 + 8 };
  if (code >= 100 && code <= 107) return { ...style, background: code - 100 + 8 };
  const change = CODES[code];
  return change ? { ...style, ...change } : style;
}

const CODES: Readonly<Record<number, AnsiStyle>> = {
  1: { bold: true },
  2: { dim: true },
  3: { italic: true },
  4: { underline: true },
  7: { inverse: true },
  9: { strike: true },
  21: { underline: true },
  22: { bold: false, dim: false },
  23: { italic: false },
  24: { underline: false },
  27: { inverse: false },
  29: { strike: false },
  39: { color: undefined },
  49: { background: undefined },
};

/** Reads `5;n` or `2;r;g;b` after 38 or 48; with colons a colour space may stand before the red. */
function extendedColor(rest: readonly number[], colonSpace: boolean): { color: AnsiColor | undefined; used: number } {
  if (rest[0] === 5) return { color: indexedColor(rest[1]), used: 2 };
  if (rest[0] !== 2) return { color: undefined, used: rest.length };
  const start = colonSpace ? 2 : 1;
  const rgb = rest.slice(start, start + 3);
  const whole = rgb.length === 3 && rgb.every((part) => part >= 0 && part <= 255);
  return { color: whole ? hex(rgb) : undefined, used: start + 2 + 1 };
}

/** xterm's 256 colours: the palette, the cube, the greys. */
function indexedColor(index: number | undefined): AnsiColor | undefined {
  if (index === undefined || !(index >= 0 && index <= 255)) return undefined;
  if (index < 16) return index;
  if (index >= 232) return hex(Array<number>(3).fill(8 + (index - 232) * 10));
  const cell = index - 16;
  return hex([CUBE[Math.floor(cell / 36)]!, CUBE[Math.floor(cell / 6) % 6]!, CUBE[cell % 6]!]);
}

function hex(rgb: readonly number[]): string {
  return `#${rgb.map((part) => part.toString(16).padStart(2, '0')).join('')}`;
}
