/** Reads what `git diff` writes. Pure; the text may come from anywhere and is never trusted to be well formed. */
export type DiffLine = {
  readonly kind: 'context' | 'added' | 'removed' | 'note';
  readonly text: string;
  /** Line numbers from 1; null on the side where the line is not. */
  readonly before: number | null;
  readonly after: number | null;
};

export type DiffHunk = { readonly header: string; readonly lines: readonly DiffLine[] };

export type DiffFile = {
  /** The path after the change, or before it for a deleted file. */
  readonly path: string;
  /** The path before, when the file was renamed or copied. */
  readonly from: string | null;
  readonly status: 'added' | 'deleted' | 'renamed' | 'copied' | 'modified';
  readonly binary: boolean;
  readonly added: number;
  readonly removed: number;
  /** Changes of the file's mode, as git says them. */
  readonly notes: readonly string[];
  readonly hunks: readonly DiffHunk[];
};

type Draft = {
  before: string | null;
  after: string | null;
  status: DiffFile['status'];
  binary: boolean;
  notes: string[];
  hunks: { header: string; lines: DiffLine[] }[];
};

const HUNK = /^@@ -(\d+)(?:,(\d+))? \+(\d+)(?:,(\d+))? @@/;

/** The files of a unified diff in their order. Lines outside of any file are left out. */
export function parseUnifiedDiff(text: string): DiffFile[] {
  const lines = text.split('\n');
  if (lines.at(-1) === '') lines.pop();
  const files: Draft[] = [];
  let at = 0;
  while (at < lines.length) {
    const line = lines[at]!;
    const hunk = HUNK.exec(line);
    const file = files.at(-1);
    if (hunk && file) at = readHunk(lines, at, hunk, file);
    else {
      readHeader(line, lines[at + 1], files);
      at += 1;
    }
  }
  return files.map(finish);
}

function draft(before: string | null, after: string | null): Draft {
  return { before, after, status: 'modified', binary: false, notes: [], hunks: [] };
}

function readHeader(line: string, next: string | undefined, files: Draft[]): void {
  const file = files.at(-1);
  const [before, after] = gitPaths(line);
  if (before !== null) {
    files.push(draft(before, after));
    return;
  }
  if (line.startsWith('--- ') && next?.startsWith('+++ ')) {
    // A diff without git's own header begins a file here.
    if (!file || file.hunks.length > 0) files.push(draft(null, null));
    const target = files.at(-1)!;
    const [old, fresh] = [sidePath(line.slice(4)), sidePath(next.slice(4))];
    target.before = old ?? target.before;
    target.after = fresh ?? target.after;
    if (old === null) target.status = 'added';
    else if (fresh === null) target.status = 'deleted';
    return;
  }
  if (!file) return;
  if (line.startsWith('new file mode')) file.status = 'added';
  else if (line.startsWith('deleted file mode')) file.status = 'deleted';
  else if (/^(rename|copy) (from|to) /.test(line)) readMove(line, file);
  else if (/^(old|new) mode /.test(line)) file.notes.push(line);
  else if (line.startsWith('Binary files ') || line.startsWith('GIT binary patch')) file.binary = true;
}

function readMove(line: string, file: Draft): void {
  const [verb, direction] = line.split(' ') as [string, string];
  const path = unquote(line.slice(verb.length + direction.length + 2));
  file.status = verb === 'rename' ? 'renamed' : 'copied';
  if (direction === 'from') file.before = path;
  else file.after = path;
}

/** The two paths of `diff --git a/x b/x`; nulls for any other line. Unquoted paths with blanks are told by being the same twice. */
function gitPaths(line: string): [string | null, string | null] {
  if (!line.startsWith('diff --git ')) return [null, null];
  const rest = line.slice('diff --git '.length);
  const quoted = /^("(?:[^"\\]|\\.)*"|\S+) ("(?:[^"\\]|\\.)*"|\S+)$/.exec(rest);
  if (quoted) return [strip(unquote(quoted[1]!)), strip(unquote(quoted[2]!))];
  const middle = (rest.length - 1) / 2;
  if (rest[middle] === ' ') return [strip(rest.slice(0, middle)), strip(rest.slice(middle + 1))];
  const split = rest.indexOf(' b/');
  return split < 0 ? [strip(rest), strip(rest)] : [strip(rest.slice(0, split)), strip(rest.slice(split + 1))];
}

/** The path of a `---` or `+++` line; null for `/dev/null`. */
function sidePath(text: string): string | null {
  const path = unquote(text.split('\t')[0]!);
  return path === '/dev/null' ? null : strip(path);
}

function strip(path: string): string {
  return path.replace(/^[abciow]\//, '');
}

/** Undoes git's quoting of unusual paths: `"caf\303\251.py"` is café.py. */
function unquote(text: string): string {
  if (!text.startsWith('"') || !text.endsWith('"') || text.length < 2) return text;
  const bytes: number[] = [];
  const names: Record<string, number> = { a: 7, b: 8, t: 9, n: 10, v: 11, f: 12, r: 13 };
  for (const [part, octal, letter] of text.slice(1, -1).matchAll(/\\([0-7]{3})|\\(.)|[^\\]+/g)) {
    if (octal) bytes.push(Number.parseInt(octal, 8) & 0xff);
    else if (letter) bytes.push(names[letter] ?? letter.charCodeAt(0));
    else bytes.push(...new TextEncoder().encode(part));
  }
  return new TextDecoder().decode(new Uint8Array(bytes));
}

/** Reads as many lines as the hunk's head says, so that no content can pass for a header. Returns where to go on. */
function readHunk(lines: readonly string[], start: number, head: RegExpExecArray, file: Draft): number {
  let before = Number(head[1]);
  let after = Number(head[3]);
  const lastBefore = before + Number(head[2] ?? 1);
  const lastAfter = after + Number(head[4] ?? 1);
  const hunk = { header: lines[start]!, lines: [] as DiffLine[] };
  file.hunks.push(hunk);
  let at = start + 1;
  while (at < lines.length && (before < lastBefore || after < lastAfter || lines[at]!.startsWith('\\'))) {
    const line = lines[at]!;
    const text = line.slice(1);
    if (line.startsWith('+')) hunk.lines.push({ kind: 'added', text, before: null, after: after++ });
    else if (line.startsWith('-')) hunk.lines.push({ kind: 'removed', text, before: before++, after: null });
    else if (line.startsWith('\\')) hunk.lines.push({ kind: 'note', text: text.trim(), before: null, after: null });
    else if (line.startsWith(' ') || line === '')
      hunk.lines.push({ kind: 'context', text, before: before++, after: after++ });
    else break;
    at += 1;
  }
  return at;
}

function finish(file: Draft): DiffFile {
  const lines = file.hunks.flatMap((hunk) => hunk.lines);
  const moved = file.status === 'renamed' || file.status === 'copied';
  return {
    path: (file.status === 'deleted' ? file.before : file.after) ?? file.before ?? '',
    from: moved ? file.before : null,
    status: file.status,
    binary: file.binary,
    added: lines.filter((line) => line.kind === 'added').length,
    removed: lines.filter((line) => line.kind === 'removed').length,
    notes: file.notes,
    hunks: file.hunks,
  };
}
