/**
 * Whether an SPDX licence expression (SPDX 2.3, annex D) is allowed by a list: with OR one part is enough, with AND all are needed. What
 * stands with WITH must be on the list as a whole. Null when it is no such expression.
 */
export function isAllowed(expression: string, allowed: readonly string[]): boolean | null {
  const words = expression.match(/[()]|[^\s()]+/g) ?? [];
  if (words.length > 200) return null;
  const list = new Set(allowed.map((one) => one.toLowerCase().replaceAll(/\s+/g, ' ').trim()));
  let at = 0;
  const is = (word: string): boolean => words[at]?.toUpperCase() === word;
  const simple = (depth: number): boolean | null => {
    if (words[at] === '(') {
      at++;
      const inner = depth > 20 ? null : either(depth + 1);
      return words[at++] === ')' ? inner : null;
    }
    const id = words[at++];
    if (id === undefined || !/^[\w.+:-]+$/.test(id) || /^(and|or|with)$/i.test(id)) return null;
    if (!is('WITH')) return list.has(id.toLowerCase());
    at++;
    const exception = words[at++];
    return exception === undefined ? null : list.has(`${id} with ${exception}`.toLowerCase());
  };
  const joined =
    (word: string, next: (depth: number) => boolean | null, all: boolean) =>
    (depth: number): boolean | null => {
      let result = next(depth);
      while (is(word)) {
        at++;
        const other = next(depth);
        if (result === null || other === null) return null;
        result = all ? result && other : result || other;
      }
      return result;
    };
  const both = joined('AND', simple, true);
  const either = joined('OR', both, false);
  const result = either(0);
  return at === words.length ? result : null;
}
