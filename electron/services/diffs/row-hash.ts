import type { Pair } from './unify.ts';

const EIGHT_BYTES =
  /^(U?(TINYINT|SMALLINT|INTEGER|BIGINT)|BOOLEAN|FLOAT|DOUBLE|DATE|TIME|TIMESTAMP(_S|_MS|_NS| WITH TIME ZONE)?|DECIMAL\((\d|1[0-8]),\d+\))$/;

/**
 * SQL of two hashes of 64 bits over the compared cells of a view's row. Rows are taken for equal when both agree. DuckDB's hash is a bijection
 * on values of up to eight bytes, so that for them the other order of columns in the second is enough; every other value goes into the second
 * behind a letter, which makes another hash of it, not only another mixture of the same one.
 */
export function rowHashes(pairs: readonly Pair[]): { first: string; second: string } {
  if (pairs.length === 0) return { first: '0::UBIGINT', second: '0::UBIGINT' };
  return { first: `hash(${cells(pairs).join(', ')})`, second: `hash(${salted(pairs).join(', ')})` };
}

/**
 * The same with the row's number, for adding up with `bit_xor`. Hashed once more: the last of several values would otherwise go into the
 * sum as it is, and two rows that exchange it would leave the sum alone.
 */
export function placeHashes(pairs: readonly Pair[]): { first: string; second: string } {
  return {
    first: `hash(hash(${['rn', ...cells(pairs)].join(', ')}))`,
    second: `hash(hash(${[...salted(pairs), 'rn'].join(', ')}))`,
  };
}

const cells = (pairs: readonly Pair[]): string[] => pairs.map((_, i) => `u${i}`);

const salted = (pairs: readonly Pair[]): string[] =>
  pairs.map(({ type }, i) => (EIGHT_BYTES.test(type) ? `u${i}` : `('a' || u${i}::VARCHAR)`)).reverse();
