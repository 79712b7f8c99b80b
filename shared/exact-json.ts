type Raw = { rawJSON?(text: string): unknown };

/** JSON as values. A whole number that no `number` holds exactly is a bigint, so that two of them are never taken for equal; in a browser of before 2025 it may be a number all the same. */
export function parseJson(text: string): unknown {
  const reviver = (_: string, value: unknown, context?: { source?: string }): unknown =>
    typeof value === 'number' && !Number.isSafeInteger(value) && /^-?\d+$/.test(context?.source ?? '')
      ? BigInt(context!.source!)
      : value;
  return JSON.parse(text, reviver) as unknown;
}

/** A bigint as a number where that is exact. */
export function safeInteger(value: unknown): unknown {
  const number = typeof value === 'bigint' ? Number(value) : Number.NaN;
  return Number.isSafeInteger(number) ? number : value;
}

/** A value as compact JSON, with every digit of a bigint; `null` for what JSON has not. */
export function written(value: unknown): string {
  const digits = (_: string, one: unknown): unknown =>
    typeof one === 'bigint' ? ((JSON as unknown as Raw).rawJSON?.(String(one)) ?? String(one)) : one;
  return JSON.stringify(value, digits) ?? 'null';
}
