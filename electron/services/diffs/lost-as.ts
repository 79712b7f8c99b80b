import { isNumber } from './unify.ts';

/** Wide enough for what is usually written as a number, and exact. */
const EXACT = 'DECIMAL(38,18)';

/**
 * SQL that is true where a value, not NULL, says less as a value of another type. A text may be written otherwise than that type writes it
 * (`39` or `39.10` for 39.0 and 39.1): that loses nothing, but leading zeros, digits beyond a type's precision and a time of day do.
 * @param value SQL of type `from`
 */
export function lostAs(value: string, from: string, to: string): string {
  const as = `TRY_CAST(${value} AS ${to})`;
  if (from !== 'VARCHAR') return `(${value} IS NOT NULL AND TRY_CAST(${as} AS ${from}) IS DISTINCT FROM ${value})`;
  return `(${value} IS NOT NULL AND (${as} IS NULL OR ${textLost(value, as, to)}))`;
}

function textLost(text: string, as: string, to: string): string {
  if (isNumber(to)) {
    const same = `TRY_CAST(${text} AS ${EXACT}) = TRY_CAST((${as})::VARCHAR AS ${EXACT})`;
    // too large or too small to look at exactly: written with an exponent it never claimed more digits than it has
    const rough = `regexp_matches(${text}, '(?i)e|nan|inf')`;
    return `regexp_matches(${text}, '^\\s*[+-]?0[0-9]') OR NOT coalesce(${same}, ${rough})`;
  }
  return /^(DATE|TIMESTAMP)/.test(to)
    ? `TRY_CAST(${text} AS TIMESTAMP) IS DISTINCT FROM TRY_CAST(${as} AS TIMESTAMP)`
    : 'false';
}
