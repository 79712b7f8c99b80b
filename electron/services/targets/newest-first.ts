/** Order of semantic versions (semver.org §11), for `sort`: newest first. Both must be well-formed. */
export function newestFirst(a: string, b: string): number {
  const [coreA, preA] = halves(a);
  const [coreB, preB] = halves(b);
  const core = compareParts(coreB.split('.'), coreA.split('.'));
  if (core !== 0) return core;
  if (preA === null || preB === null) return preA === preB ? 0 : preA === null ? -1 : 1;
  return compareParts(preB.split('.'), preA.split('.'));
}

function halves(version: string): [core: string, pre: string | null] {
  const dash = version.indexOf('-');
  return dash < 0 ? [version, null] : [version.slice(0, dash), version.slice(dash + 1)];
}

function compareParts(a: readonly string[], b: readonly string[]): number {
  for (let i = 0; i < Math.max(a.length, b.length); i++) {
    const [x, y] = [a[i], b[i]];
    if (x === undefined || y === undefined) return x === undefined ? -1 : 1;
    const [numeric, otherNumeric] = [/^\d+$/.test(x), /^\d+$/.test(y)];
    if (numeric !== otherNumeric) return numeric ? -1 : 1;
    // numbers of any length
    if (numeric && x.length !== y.length) return x.length - y.length;
    if (x !== y) return x < y ? -1 : 1;
  }
  return 0;
}
