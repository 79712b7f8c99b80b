/** What changed between two versions of data. */
export function DiffPage() {
  return null;
}
