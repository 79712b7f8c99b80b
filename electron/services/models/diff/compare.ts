import type { z } from 'zod';
import type { Change, ModelDefinition, SignatureField, VersionDiff } from '../../../../shared/contract/models.ts';

type ChangeWord = z.infer<typeof Change>;

/** What is on both sides under one key, in order of the keys. */
function joined<T>(
  from: ReadonlyMap<string, T>,
  to: ReadonlyMap<string, T>,
): [key: string, from: T | null, to: T | null][] {
  const keys = [...new Set([...from.keys(), ...to.keys()])].sort();
  return keys.map((key) => [key, from.get(key) ?? null, to.get(key) ?? null]);
}

function changeOf(from: unknown, to: unknown, same: boolean): ChangeWord {
  return from === null ? 'added' : to === null ? 'removed' : same ? 'same' : 'changed';
}

const mapOf = <T>(record: Readonly<Record<string, T>>): Map<string, T> => new Map(Object.entries(record));

type Compared = Omit<VersionDiff, 'from' | 'to' | 'code' | 'card'>;

/** What two definitions have and in what they differ. */
export function compareDefinitions(from: ModelDefinition, to: ModelDefinition): Compared {
  return {
    metrics: joined(mapOf(from.metrics), mapOf(to.metrics)).map(([key, a, b]) => ({
      key,
      from: a,
      to: b,
      delta: typeof a === 'number' && typeof b === 'number' ? b - a : null,
    })),
    params: params(from, to),
    packages: joined(packages(from), packages(to)).map(([name, a, b]) => ({
      name,
      from: a,
      to: b,
      change: changeOf(a, b, a === b),
    })),
    files: joined(byPath(from.files), byPath(to.files)).map(([path, a, b]) => ({
      path,
      from: a,
      to: b,
      change: changeOf(a, b, a?.sha256 === b?.sha256),
    })),
    data: data(from, to),
    facts: facts(from, to),
  };
}

const byPath = <T extends { path: string }>(list: readonly T[]): Map<string, T> =>
  new Map(list.map((one) => [one.path, one]));

/** A param may be null itself, so that "not there" is asked of the keys. */
function params(from: ModelDefinition, to: ModelDefinition): Compared['params'] {
  const keys = [...new Set([...Object.keys(from.params), ...Object.keys(to.params)])].sort();
  return keys.map((key) => {
    const [a, b] = [Object.hasOwn(from.params, key), Object.hasOwn(to.params, key)];
    const [left, right] = [from.params[key] ?? null, to.params[key] ?? null];
    const same = JSON.stringify(left) === JSON.stringify(right);
    return { key, from: left, to: right, change: !a ? 'added' : !b ? 'removed' : same ? 'same' : 'changed' };
  });
}

const packages = (definition: ModelDefinition): Map<string, string> =>
  new Map(
    (definition.environment?.packages ?? []).map((one): [string, string] => {
      const at = one.indexOf('==');
      return at < 0 ? [one, ''] : [one.slice(0, at), one.slice(at + 2)];
    }),
  );

function data(from: ModelDefinition, to: ModelDefinition): Compared['data'] {
  const side = (one: ModelDefinition['data'][number] | null) => one && { hash: one.hash, version: one.version };
  return joined(byPath(from.data), byPath(to.data)).map(([path, a, b]) => ({
    path,
    from: side(a),
    to: side(b),
    // without a hash nobody can say that it is the same
    change: changeOf(a, b, a?.hash !== null && a?.hash === b?.hash),
  }));
}

/** What differs of kind, signature and the people's words; as text. */
function facts(from: ModelDefinition, to: ModelDefinition): Compared['facts'] {
  return joined(words(from), words(to)).flatMap(([label, a, b]) => (a === b ? [] : [{ label, from: a, to: b }]));
}

function words({
  kind,
  signature,
  licence,
  owner,
  description,
  environment,
  example,
}: ModelDefinition): Map<string, string> {
  const field = ({ name, type, shape, required }: SignatureField): string =>
    `${name === null ? '' : `${name}: `}${type}${shape ? ` [${shape.map((one) => (one < 0 ? '?' : one)).join(', ')}]` : ''}${required ? '' : ', optional'}`;
  const all: (readonly [string, string | null | undefined])[] = [
    ['kind', kind.title],
    ['library version', kind.libraryVersion],
    ['parameters', kind.parameters === null ? null : String(kind.parameters)],
    ['tensors', kind.tensorCount === 0 ? null : String(kind.tensorCount)],
    ['inputs', signature?.inputs.map(field).join('; ')],
    ['outputs', signature?.outputs.map(field).join('; ')],
    ['licence', licence],
    ['owner', owner],
    ['description', description],
    ['Python', environment?.python],
    ['system', environment?.os],
    ['example', example],
    ...kind.facts.map(({ label, value }) => [label, value] as const),
  ];
  return new Map(
    all.filter((row): row is [string, string] => row[1] !== null && row[1] !== undefined && row[1] !== ''),
  );
}
