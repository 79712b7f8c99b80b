import { extname } from 'node:path';
import { parseAllDocuments } from 'yaml';
import type { DocumentChange } from '../../../shared/contract/diffs.ts';
import { parseJson, safeInteger, written } from '../../../shared/exact-json.ts';
import { alignItems } from './document-items.ts';

const MOST_CHANGES = 5000;
const MOST_BYTES = 5_000_000;
const LONGEST = 1000;
const DEEPEST = 64;

/** What a name's ending says that a text is; null when it is no document of values. */
export function documentFormat(name: string): 'json' | 'yaml' | null {
  const ending = extname(name).toLowerCase();
  if (['.json', '.geojson', '.ipynb', '.jsonld'].includes(ending)) return 'json';
  return ['.yaml', '.yml'].includes(ending) ? 'yaml' : null;
}

/**
 * Where two documents differ as values: key by key, items of lists aligned by their names (`id`, `name`, `key`), else by their content. Null
 * when a side is not what its name says, or is larger than 5 MB, or nested too deep. At most 5,000 changes.
 */
export function diffDocuments(format: 'json' | 'yaml', old: string, now: string): DocumentChange[] | null {
  if (old.length > MOST_BYTES || now.length > MOST_BYTES) return null;
  let before: unknown;
  let after: unknown;
  const changes: DocumentChange[] = [];
  const put = (change: DocumentChange): void => {
    if (changes.length < MOST_CHANGES) changes.push(change);
  };
  try {
    [before, after] = [parsed(format, old), parsed(format, now)];
    compareValues('', before, after, put, 0);
  } catch {
    // no such document, or the stack ends before the nesting does
    return null;
  }
  return changes;
}

function parsed(format: 'json' | 'yaml', text: string): unknown {
  if (format === 'json') return parseJson(text.replace(/^\uFEFF/, ''));
  const documents = parseAllDocuments(text, { intAsBigInt: true });
  const values = ('empty' in documents ? [] : documents).map((document) => {
    if (document.errors.length > 0) throw document.errors[0];
    return document.toJS({ maxAliasCount: 100, reviver: (_, value) => safeInteger(value) }) as unknown;
  });
  return values.length === 1 ? values[0] : values;
}

function compareValues(
  path: string,
  before: unknown,
  after: unknown,
  put: (change: DocumentChange) => void,
  depth: number,
): void {
  if (isMap(before) && isMap(after) && depth < DEEPEST) {
    for (const key of Object.keys(before)) {
      if (Object.hasOwn(after, key)) compareValues(below(path, key), before[key], after[key], put, depth + 1);
      else put({ path: below(path, key), status: 'removed', before: shown(before[key]), after: null });
    }
    for (const key of Object.keys(after))
      if (!Object.hasOwn(before, key))
        put({ path: below(path, key), status: 'added', before: null, after: shown(after[key]) });
  } else if (Array.isArray(before) && Array.isArray(after) && depth < DEEPEST) {
    for (const { old, now, moved } of alignItems(before, after)) {
      const at = `${path}[${now ?? old}]`;
      if (old === null) put({ path: at, status: 'added', before: null, after: shown(after[now!]) });
      else if (now === null) put({ path: at, status: 'removed', before: shown(before[old]), after: null });
      else {
        if (moved) put({ path: at, status: 'moved', before: `${path}[${old}]`, after: at });
        compareValues(at, before[old], after[now], put, depth + 1);
      }
    }
  } else if (written(before) !== written(after))
    put({ path, status: 'changed', before: shown(before), after: shown(after) });
}

const isMap = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function below(path: string, key: string): string {
  if (!/^[\p{L}_$][\p{L}\p{N}_$-]*$/u.test(key)) return `${path}[${JSON.stringify(key)}]`;
  return path === '' ? key : `${path}.${key}`;
}

function shown(value: unknown): string {
  const text = written(value);
  return text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text;
}
