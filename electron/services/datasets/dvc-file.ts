import {
  type Document,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  parseDocument,
  type YAMLMap,
  type YAMLSeq,
} from 'yaml';
import { AppError } from '../../../shared/errors.ts';

/** What a `.dvc` file records of one file or folder (anchors: DVC 3.x, dvc/output.py `dumpd`). */
export type Out = {
  /** as written: POSIX, relative to `wdir` */
  readonly path: string;
  /** 32 hex digits, with `.dir` for a folder; null before anything was recorded */
  readonly hash: string | null;
  readonly size: number | null;
  readonly nfiles: number | null;
  readonly isexec: boolean;
  /** written by DVC 2.x: hashed with line ends made equal, kept in the old place of the cache */
  readonly legacy: boolean;
  readonly desc: string | null;
  readonly type: string | null;
  readonly labels: readonly string[];
  readonly meta: unknown;
  /** false: DVC does not keep it */
  readonly cache: boolean;
  /** false: never pushed */
  readonly push: boolean;
  /** a remote of its own */
  readonly remote: string | null;
};

export type DvcFile = {
  readonly document: Document;
  readonly wdir: string;
  readonly outs: readonly Out[];
  /** imported: it says where from */
  readonly hasSource: boolean;
};

/** What changes when a new version is recorded. */
export type Version = { hash: string; size: number; nfiles: number | null; isexec: boolean };

/** What a person writes about a version; undefined leaves it, null removes it. */
export type Description = {
  desc?: string | null | undefined;
  type?: string | null | undefined;
  labels?: readonly string[] | null | undefined;
  /** keys to set, or with null to remove, in `meta` */
  meta?: Readonly<Record<string, unknown>> | undefined;
};

const TOP_KEYS = ['md5', 'wdir', 'deps', 'outs', 'locked', 'frozen', 'meta', 'always_changed', 'desc'];
/** In the order in which DVC writes them. */
const OUT_KEYS = [
  'md5',
  'size',
  'nfiles',
  'isexec',
  'version_id',
  'etag',
  'checksum',
  'hash',
  'path',
  'fs_config',
  'desc',
  'type',
  'labels',
  'meta',
  'cache',
  'metric',
  'plot',
  'persist',
  'remote',
  'push',
  'files',
];
const MAX_BYTES = 10_000_000;

/**
 * Reads a `.dvc` file as strictly as DVC does: what it would refuse is refused here.
 * @param name for messages
 * @throws AppError BAD_REQUEST with name and line
 */
export function parseDvcFile(text: string, name: string): DvcFile {
  const lines = new LineCounter();
  const fail = (what: string, node?: unknown): never => {
    const at = (node as Node | undefined)?.range?.[0];
    const line = at === undefined ? '' : `, line ${lines.linePos(at).line}`;
    throw new AppError('BAD_REQUEST', `${name}${line}: ${what}. Correct the file, or take it back from git.`, { name });
  };
  if (text.length > MAX_BYTES) return fail('it is larger than any .dvc file');
  const document = parseDocument(text, { lineCounter: lines, keepSourceTokens: false });
  const broken = document.errors[0];
  if (broken) {
    const line = broken.linePos?.[0].line;
    throw new AppError(
      'BAD_REQUEST',
      `${name}${line ? `, line ${line}` : ''}: it is no valid YAML. Correct the file, or take it back from git.`,
    );
  }
  const top = document.contents;
  if (!isMap(top)) return fail('it should hold "outs:"', top);
  const read = createReader(document, fail);
  read.keys(top, TOP_KEYS);
  const outs = top.get('outs', true);
  if (outs !== undefined && !isSeq(outs)) return fail('"outs" should be a list', outs);
  return {
    document,
    wdir: read.text(top, 'wdir') ?? '.',
    hasSource: top.has('deps') || top.has('md5'),
    outs: (outs?.items ?? []).map((item) => {
      if (!isMap(item)) return fail('each of "outs" should have a "path"', item);
      read.keys(item, OUT_KEYS);
      const path = read.text(item, 'path');
      if (!path) return fail('each of "outs" should have a "path"', item);
      const kind = read.text(item, 'hash');
      if (kind !== null && kind !== 'md5')
        fail(`the hash "${kind}" is not known here, only md5`, item.get('hash', true));
      const hash = read.digits(item, 'md5');
      if (hash !== null && !/^[0-9a-f]{32}(\.dir)?$/.test(hash))
        fail('"md5" should be 32 hex digits, for a folder with ".dir"', item.get('md5', true));
      return {
        path,
        hash,
        size: read.count(item, 'size'),
        nfiles: read.count(item, 'nfiles'),
        isexec: read.flag(item, 'isexec', false),
        legacy: kind === null && hash !== null,
        desc: read.text(item, 'desc'),
        type: read.text(item, 'type'),
        labels: read.texts(item, 'labels'),
        meta: read.any(item, 'meta'),
        cache: read.flag(item, 'cache', true),
        push: read.flag(item, 'push', true),
        remote: read.text(item, 'remote'),
      };
    }),
  };
}

function createReader(document: Document, fail: (what: string, node?: unknown) => never) {
  const scalar = (map: YAMLMap, key: string): { value: unknown; source: string | undefined; node: unknown } | null => {
    const node = map.get(key, true) as unknown;
    if (node === undefined) return null;
    if (!isScalar(node)) return fail(`"${key}" should be a single value`, node);
    return node.value === null ? null : { value: node.value, source: node.source, node };
  };
  return {
    keys(map: YAMLMap, allowed: readonly string[]): void {
      for (const { key } of map.items) {
        const name = isScalar(key) ? String(key.value) : '?';
        if (!allowed.includes(name)) fail(`DVC does not know "${name}" here (own notes go under "meta:")`, key);
      }
    },
    text(map: YAMLMap, key: string): string | null {
      const found = scalar(map, key);
      if (found && typeof found.value !== 'string') fail(`"${key}" should be text`, found.node);
      return found ? (found.value as string) : null;
    },
    /** A hash that YAML takes for a number is meant as it stands there. */
    digits(map: YAMLMap, key: string): string | null {
      const found = scalar(map, key);
      return found && (typeof found.value === 'string' ? found.value : (found.source ?? String(found.value)));
    },
    count(map: YAMLMap, key: string): number | null {
      const found = scalar(map, key);
      if (found && !(Number.isSafeInteger(found.value) && (found.value as number) >= 0))
        fail(`"${key}" should be a whole number`, found.node);
      return found ? (found.value as number) : null;
    },
    flag(map: YAMLMap, key: string, usual: boolean): boolean {
      const found = scalar(map, key);
      if (found && typeof found.value !== 'boolean') fail(`"${key}" should be true or false`, found.node);
      return found ? (found.value as boolean) : usual;
    },
    texts(map: YAMLMap, key: string): string[] {
      const node = map.get(key, true) as unknown;
      if (node === undefined) return [];
      if (!isSeq(node) || !node.items.every((item) => isScalar(item) && typeof item.value === 'string'))
        return fail(`"${key}" should be a list of texts`, node);
      return node.items.map((item) => (item as { value: string }).value);
    },
    any(map: YAMLMap, key: string): unknown {
      const node = map.get(key, true) as Node | undefined;
      return node === undefined ? null : node.toJS(document, { maxAliasCount: 100 });
    },
  };
}

/** The text of a new `.dvc` file, byte for byte as `dvc add` writes it. */
export function newDvcFile(path: string, version: Version): string {
  const file = parseDvcFile('outs: []\n', path);
  const outs = file.document.get('outs') as YAMLSeq;
  outs.items.push(file.document.createNode({ path }));
  outs.flow = false;
  return withVersion(file, 0, version);
}

/** The text of a `.dvc` file with another version of one of its outs; comments and everything else stay. */
export function withVersion(file: DvcFile, index: number, version: Version): string {
  const out = outNode(file, index);
  setKey(file, out, 'md5', version.hash);
  setKey(file, out, 'size', version.size);
  setKey(file, out, 'nfiles', version.nfiles ?? undefined);
  setKey(file, out, 'isexec', version.isexec || undefined);
  setKey(file, out, 'hash', 'md5');
  return write(file);
}

/** The text of a `.dvc` file with another description of one of its outs. */
export function withDescription(file: DvcFile, index: number, description: Description): string {
  const out = outNode(file, index);
  for (const key of ['desc', 'type', 'labels'] as const) {
    const value = description[key];
    if (value !== undefined) setKey(file, out, key, value === null || value.length === 0 ? undefined : value);
  }
  if (description.meta) {
    if (!isMap(out.get('meta', true))) setKey(file, out, 'meta', {});
    const meta = out.get('meta', true) as unknown as YAMLMap;
    for (const [key, value] of Object.entries(description.meta)) {
      if (value === null) meta.delete(key);
      else meta.set(file.document.createNode(key), file.document.createNode(value));
    }
    if (meta.items.length === 0) setKey(file, out, 'meta', undefined);
    else meta.flow = false;
  }
  return write(file);
}

/** The text of a `.dvc` file with another path of one of its outs. */
export function withPath(file: DvcFile, index: number, path: string): string {
  const copy = parseDvcFile(write(file), path);
  setKey(copy, outNode(copy, index), 'path', path);
  return write(copy);
}

/** The text of a `.dvc` file without one of its outs. */
export function withoutOut(file: DvcFile, index: number): string {
  (file.document.get('outs') as YAMLSeq).items.splice(index, 1);
  return write(file);
}

const outNode = (file: DvcFile, index: number): YAMLMap =>
  (file.document.get('outs') as { items: YAMLMap[] }).items[index]!;

/** Sets a key where DVC would write it, or with undefined takes it away. */
function setKey({ document }: DvcFile, map: YAMLMap, key: string, value: unknown): void {
  if (value === undefined) {
    map.delete(key);
    return;
  }
  const node = document.createNode(value);
  const there = map.items.find((pair) => isScalar(pair.key) && pair.key.value === key);
  if (there) {
    // a comment behind the old value stays behind the new one
    if (isScalar(there.value) && isScalar(node)) node.comment = there.value.comment;
    there.value = node;
    return;
  }
  const rank = OUT_KEYS.indexOf(key);
  const after = map.items.findLastIndex(
    (pair) => isScalar(pair.key) && OUT_KEYS.indexOf(String(pair.key.value)) < rank,
  );
  map.items.splice(after + 1, 0, document.createPair(key, node));
}

const write = (file: DvcFile): string => file.document.toString({ indentSeq: false, lineWidth: 0, singleQuote: true });
