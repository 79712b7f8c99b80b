export type Package = { readonly name: string; readonly version: string };

/** Reads `name==version` lines in their order by name; comments and blank lines mean nothing, any other line keeps its whole text as name. */
export function parsePackages(text: string): Package[] {
  return text
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => line && !line.startsWith('#'))
    .map((line) => {
      const at = line.indexOf('==');
      return at > 0 ? { name: line.slice(0, at), version: line.slice(at + 2) } : { name: line, version: '' };
    })
    .sort((a, b) => a.name.localeCompare(b.name, 'en', { sensitivity: 'base' }));
}
