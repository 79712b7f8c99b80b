/** Reads `NAME=value` lines as `.env` files have them: comments, `export`, quotes. Nothing when the text has no such line. */
export function parseAssignments(text: string): { name: string; value: string }[] {
  return text.split(/\r?\n/).flatMap((line) => {
    const match = /^\s*(?:export\s+)?([A-Za-z_]\w*)=(.*)$/.exec(line);
    return match ? [{ name: match[1]!, value: unquoted(match[2]!.trim()) }] : [];
  });
}

function unquoted(value: string): string {
  const match = /^(["'])(.*)\1$/.exec(value);
  return match ? match[2]! : value;
}
