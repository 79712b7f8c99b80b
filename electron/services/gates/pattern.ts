/** Whether a path fits a pattern: `*` and `?` stay within a folder, `**` crosses folders; a pattern without `/` is about the file's name. */
export function matches(pattern: string, path: string): boolean {
  const subject = pattern.includes('/') ? path : path.slice(path.lastIndexOf('/') + 1);
  const parts = pattern.split('/').map((part) =>
    part === '**'
      ? null
      : new RegExp(
          `^${part
            .replaceAll(/\*+/g, '*')
            .replaceAll(/[.+^${}()|[\]\\]/g, '\\$&')
            .replaceAll('*', '[^/]*')
            .replaceAll('?', '[^/]')}$`,
          'u',
        ),
  );
  const names = subject.split('/');
  // from the end, so that each pair of places is looked at once, whatever the pattern
  let fits = Array.from({ length: names.length + 1 }, (_, at) => at === names.length);
  for (const part of parts.reverse())
    fits = fits.map((_, at) =>
      part === null ? fits.slice(at).includes(true) : at < names.length && part.test(names[at]!) && fits[at + 1]!,
    );
  return fits[0]!;
}
