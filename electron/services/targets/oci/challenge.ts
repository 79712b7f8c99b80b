export type Challenge = { readonly scheme: string; readonly params: Readonly<Record<string, string>> };

/** The challenges of a WWW-Authenticate header (RFC 9110 §11.6.1), schemes in lower case. What cannot be read ends the list. */
export function parseChallenges(header: string): Challenge[] {
  const found: { scheme: string; params: Record<string, string> }[] = [];
  const token = /\s*,?\s*([\w!#$%&'*+.^`|~-]+)(\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s,]+)))?/y;
  const text = header.slice(0, 8192);
  for (let match = token.exec(text); match; match = token.exec(text)) {
    const [, name, assigned, quoted, bare] = match;
    if (assigned === undefined) found.push({ scheme: name!.toLowerCase(), params: {} });
    else if (found.length > 0) found.at(-1)!.params[name!.toLowerCase()] = quoted?.replace(/\\(.)/g, '$1') ?? bare!;
  }
  return found;
}
