import { FilterError, filterError } from './run-filter-error.ts';
import {
  type FilterOp,
  type FilterTerm,
  isField,
  makeTerm,
  type WrittenKey,
  type WrittenValue,
} from './run-filter-terms.ts';

/** A parsed filter. `all` holds for every run. */
export type Filter =
  | { type: 'all' }
  | { type: 'and'; parts: Filter[] }
  | { type: 'or'; parts: Filter[] }
  | { type: 'not'; part: Filter }
  | FilterTerm;

export type ParsedFilter =
  | { ok: true; filter: Filter }
  /** `message` is a sentence for a person, `position` the character (from 0) it is about. */
  | { ok: false; position: number; message: string };

// SQLite refuses expressions nested deeper than 1000; a filter that a person can read stays far below
const MAX_TERMS = 100;
const MAX_DEPTH = 30;
const OPERATORS: readonly FilterOp[] = ['!=', '<=', '>=', '=', '<', '>', ':'];

/**
 * Parses the filter language of the runs table.
 *
 * Terms stand side by side and must all hold; `OR` between terms (binds weaker), parentheses, `-term` or `NOT term`.
 * A bare word or a "quoted phrase" is looked for, ignoring case, in name, experiment, tag values, note and command, and at the ends of the id.
 * `field:text` contains, `field=text` is exactly, and `!= < <= > >=`: status, experiment, name, branch, commit (its beginning), group, parent,
 * source, id, host, command, note, error, signal; duration (seconds, or 90s 5m 2h 1d), exit, memory (bytes), artifacts;
 * created, started, ended (2026-01-31, 2026-01-31T14:30 in local time, -7d); starred:true; is:dirty; has:metric.KEY;
 * `metric.KEY<0.3` (last value; `.min`, `.max`, `.step`, `.count` behind the key; `nan` and `inf` are values), `param.KEY=0.1`, `tag.KEY=v`.
 * A key with spaces or operators is quoted: `metric."a b"<1`. Words that begin with `--` are text, for searching commands.
 * @param now epoch ms, what relative times count from
 */
export function parseFilter(text: string, now: number = Date.now()): ParsedFilter {
  try {
    return { ok: true, filter: new Parser(text, now).parse() };
  } catch (error) {
    if (error instanceof FilterError) return { ok: false, position: error.position, message: error.message };
    throw error;
  }
}

class Parser {
  private at = 0;
  private terms = 0;
  private readonly text: string;
  private readonly now: number;

  constructor(text: string, now: number) {
    this.text = text;
    this.now = now;
  }

  parse(): Filter {
    this.space();
    if (this.at === this.text.length) return { type: 'all' };
    const filter = this.either(0);
    if (this.at < this.text.length)
      throw filterError(this.at, 'This ")" closes nothing. Take it away, or put it in quotes.');
    return filter;
  }

  private either(depth: number): Filter {
    if (depth > MAX_DEPTH) throw filterError(this.at, `Parentheses and NOT can be nested ${MAX_DEPTH} deep at most.`);
    const parts = [this.every(depth)];
    while (this.keyword('OR')) parts.push(this.every(depth));
    return parts.length === 1 ? parts[0]! : { type: 'or', parts };
  }

  private every(depth: number): Filter {
    const parts: Filter[] = [];
    for (this.space(); this.at < this.text.length && this.text[this.at] !== ')'; this.space()) {
      if (this.atKeyword('OR')) break;
      if (parts.length > 0 && this.keyword('AND')) continue;
      parts.push(this.negatable(depth));
    }
    if (parts.length === 0) throw filterError(this.at, 'A term is missing here.');
    return parts.length === 1 ? parts[0]! : { type: 'and', parts };
  }

  private negatable(depth: number): Filter {
    if (depth > MAX_DEPTH) throw filterError(this.at, `Parentheses and NOT can be nested ${MAX_DEPTH} deep at most.`);
    const minus = this.text[this.at] === '-' && /[^\s\-)]/.test(this.text[this.at + 1] ?? ' ');
    if (minus) this.at++;
    if (minus || this.keyword('NOT')) {
      this.space();
      if (this.at === this.text.length) throw filterError(this.at, 'A term is missing after NOT.');
      return { type: 'not', part: this.negatable(depth + 1) };
    }
    if (this.text[this.at] !== '(') return this.term();
    const open = this.at++;
    const inner = this.either(depth + 1);
    if (this.text[this.at] !== ')') throw filterError(open, 'This "(" is never closed.');
    this.at++;
    return inner;
  }

  private term(): FilterTerm {
    if (++this.terms > MAX_TERMS) throw filterError(this.at, `A filter can have ${MAX_TERMS} terms at most.`);
    const start = this.at;
    if (this.text[start] === '"') return { type: 'word', text: this.quoted() };
    if (this.text.startsWith('--', start)) return { type: 'word', text: this.bare('').text };
    const key = this.key();
    const op = this.operator(key);
    if (!op) return { type: 'word', text: key.text };
    if (key.text === '')
      throw filterError(start, `A field is missing before "${op}". To search for the sign itself, put it in quotes.`);
    return makeTerm(key, op, this.value(op), this.now);
  }

  private key(): WrittenKey {
    const at = this.at;
    const { text, parts, quotes } = this.bare('=!<>:');
    const dot = parts.indexOf('.');
    const field = dot < 0 ? parts : parts.slice(0, dot);
    return { text, at, field, rest: dot < 0 ? '' : parts.slice(dot + 1), restQuoted: quotes };
  }

  /** The operator behind a key, also with spaces before it when the key can only be a field. */
  private operator(key: WrittenKey): FilterOp | null {
    const back = this.at;
    if (isField(key.text)) this.space();
    const op = OPERATORS.find((one) => this.text.startsWith(one, this.at));
    if (!op) {
      if (this.text[this.at] === '!' && this.at === back)
        throw filterError(this.at, 'After a field write != for "is not".');
      this.at = back;
      return null;
    }
    this.at += op.length;
    if (op === '=' && this.text[this.at] === '=') this.at++;
    return op;
  }

  private value(op: FilterOp): WrittenValue {
    this.space();
    const at = this.at;
    if (this.text[at] === '"') return { text: this.quoted(), at, quoted: true };
    const { parts, quotes } = this.bare('');
    if (parts === '' && !quotes) throw filterError(at, `A value is missing after "${op}".`);
    return { text: parts, at, quoted: quotes };
  }

  /**
   * Reads up to a space, an unopened `)` or one of `stops`. `text` is as written, `parts` without the quotes of quoted pieces.
   */
  private bare(stops: string): { text: string; parts: string; quotes: boolean } {
    const start = this.at;
    let parts = '';
    let quotes = false;
    for (let open = 0; this.at < this.text.length; ) {
      const char = this.text[this.at]!;
      if (/\s/.test(char) || stops.includes(char) || (char === ')' && open === 0)) break;
      if (char === '"') {
        parts += this.quoted();
        quotes = true;
        continue;
      }
      if (char === '(') open++;
      else if (char === ')') open--;
      parts += char;
      this.at++;
    }
    return { text: this.text.slice(start, this.at), parts, quotes };
  }

  private quoted(): string {
    const open = this.at++;
    let text = '';
    for (; this.text[this.at] !== '"'; this.at++) {
      if (this.at >= this.text.length) throw filterError(open, 'This quotation mark is never closed.');
      if (this.text[this.at] === '\\' && /["\\]/.test(this.text[this.at + 1] ?? '')) this.at++;
      text += this.text[this.at];
    }
    this.at++;
    return text;
  }

  private atKeyword(word: string): boolean {
    return this.text.startsWith(word, this.at) && /^[\s()]?$/.test(this.text[this.at + word.length] ?? '');
  }

  private keyword(word: string): boolean {
    this.space();
    if (!this.atKeyword(word)) return false;
    this.at += word.length;
    return true;
  }

  private space(): void {
    while (/\s/.test(this.text[this.at] ?? '')) this.at++;
  }
}
