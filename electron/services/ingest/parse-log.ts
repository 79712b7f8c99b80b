import { type Batch, Column, type LoggedDataset, type MetaField } from './batch.ts';
import { finiteOf, isObject, isShallow, textOf } from './safe-read.ts';

const MAX_KEY = 1000;
const ARTIFACT_KINDS = new Set(['file', 'image', 'text', 'table', 'histogram', 'audio', 'html']);
const META_FIELDS: ReadonlySet<string> = new Set<MetaField>(['name', 'starred', 'color', 'deleted', 'experiment']);
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is refused
const CONTROL = /[\u0000-\u001f\u007f]/;

type Line = Record<string, unknown>;

/**
 * Adds whole lines (docs/run-files.md, "Log lines") to a batch. Blank lines mean nothing; a line that is no JSON object, has no time, or
 * holds something that cannot be taken is counted as bad, and what can be taken of it is. Invalid UTF-8 becomes replacement signs.
 */
export function parseLog(lines: Uint8Array, batch: Batch): void {
  // a blank line would be an empty element; the SDK writes one whenever it opens a file that exists
  const dense = utf8.decode(lines).replace(/\n{2,}/g, '\n');
  const text = dense.slice(dense.startsWith('\n') ? 1 : 0, dense.endsWith('\n') ? -1 : undefined);
  if (text === '') return;
  const parsed = parseTogether(text);
  if (parsed) for (const line of parsed) takeLine(line, batch);
  else for (const line of text.split('\n')) if (line.trim() !== '') takeLine(parseOne(line), batch);
}

const utf8 = new TextDecoder('utf-8', { ignoreBOM: true });

const BRACE = 123;

/** One call of the parser for all lines is several times faster than one each. Null when some line is not a JSON object. */
function parseTogether(text: string): unknown[] | null {
  let count = 1;
  // two torn lines must not make one that is whole
  if (text.charCodeAt(0) !== BRACE) return null;
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) {
    if (text.charCodeAt(at + 1) !== BRACE) return null;
    count++;
  }
  try {
    const all = JSON.parse(`[${text.replaceAll('\n', ',')}]`) as unknown[];
    return all.length === count ? all : null;
  } catch {
    return null;
  }
}

function parseOne(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return null;
  }
}

function takeLine(line: unknown, batch: Batch): void {
  batch.lines++;
  if (!isObject(line) || typeof line.t !== 'number' || !Number.isFinite(line.t)) {
    batch.bad++;
    return;
  }
  let good = true;
  for (const key in line) {
    switch (key) {
      case 'm':
        good = takeMetrics(line, batch) && good;
        break;
      case 'p':
        good = takeAll(line.p, batch.params, anyValue) && good;
        break;
      case 'sum':
        good = takeAll(line.sum, batch.summaries, anyValue) && good;
        break;
      case 'tag':
        good = takeAll(line.tag, batch.tags, tagValue) && good;
        break;
      case 'note':
        if (typeof line.note === 'string') batch.note = line.note;
        else good = false;
        break;
      case 'a':
        good = takeArtifact(line.a, line.s, batch) && good;
        break;
      case 'd':
        good = takeDataset(line.d, batch) && good;
        break;
      case 'meta':
        good = takeMeta(line.meta, line.t, batch) && good;
        break;
    }
  }
  if (!good) batch.bad++;
}

function takeMetrics(line: Line, batch: Batch): boolean {
  const { m, s, r } = line;
  const t = line.t as number;
  if (!isObject(m) || typeof s !== 'number' || !Number.isFinite(s)) return false;
  if (r !== undefined && !(Number.isSafeInteger(r) && (r as number) >= 0)) return false;
  const prefix = r ? `rank${r as number}/` : '';
  const { series } = batch;
  let good = true;
  for (const name in m) {
    const value = metricValue(m[name]);
    const key = prefix === '' ? name : prefix + name;
    let column = series.get(key);
    if (value === undefined || (!column && !isKey(name))) {
      good = false;
      continue;
    }
    if (!column) {
      column = new Column();
      series.set(key, column);
    }
    column.push(s, t, value);
    batch.points++;
  }
  return good;
}

/** `undefined` for what is no metric value. */
function metricValue(value: unknown): number | undefined {
  if (typeof value === 'number') return value;
  if (value === 'NaN') return Number.NaN;
  if (value === 'Infinity') return Number.POSITIVE_INFINITY;
  if (value === '-Infinity') return Number.NEGATIVE_INFINITY;
  return undefined;
}

function isKey(key: string): boolean {
  return key !== '' && key.length <= MAX_KEY && !CONTROL.test(key);
}

function takeAll<T>(from: unknown, into: Map<string, T>, convert: (value: unknown) => T | undefined): boolean {
  if (!isObject(from)) return false;
  let good = true;
  for (const key in from) {
    const value = convert(from[key]);
    if (value === undefined || !isKey(key)) good = false;
    else into.set(key, value);
  }
  return good;
}

const anyValue = (value: unknown): unknown => (isShallow(value) ? value : undefined);

function tagValue(value: unknown): string | null | undefined {
  if (value === null || typeof value === 'string') return value;
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : undefined;
}

function takeArtifact(a: unknown, step: unknown, batch: Batch): boolean {
  if (!isObject(a) || !isRelativePath(a.path)) return false;
  const kind = typeof a.kind === 'string' && ARTIFACT_KINDS.has(a.kind) ? a.kind : 'file';
  const path = a.path;
  batch.artifacts.set(path, {
    path,
    size: finiteOf(a.size) ?? 0,
    kind,
    key: textOf(a.key),
    step: finiteOf(a.s) ?? finiteOf(step),
    caption: textOf(a.caption),
  });
  return true;
}

/** The list of artifacts is shown and opened by path, so one that leads out of the folder is refused here already. */
function isRelativePath(path: unknown): path is string {
  return (
    typeof path === 'string' &&
    path !== '' &&
    path.length <= 4096 &&
    !path.startsWith('/') &&
    !path.includes('\0') &&
    !path.split(/[/\\]/).includes('..')
  );
}

function takeDataset(d: unknown, batch: Batch): boolean {
  const dataset = readDataset(d);
  if (dataset) batch.datasets.set(`${dataset.path}\n${dataset.role}`, dataset);
  return dataset !== null;
}

/** A data set as a line of the log, or `run.json`, names it; null when it is none. */
export function readDataset(d: unknown): LoggedDataset | null {
  if (!isObject(d) || typeof d.path !== 'string' || d.path === '') return null;
  return {
    path: d.path,
    role: textOf(d.role) ?? '',
    hash: textOf(d.hash),
    size: finiteOf(d.size),
    version: textOf(d.version),
  };
}

function takeMeta(meta: unknown, t: number, batch: Batch): boolean {
  if (!isObject(meta)) return false;
  for (const field in meta) if (META_FIELDS.has(field)) batch.meta.set(field as MetaField, { value: meta[field], t });
  return true;
}
