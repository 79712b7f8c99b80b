/** The versioned data of a project. */
export function DatasetsPage() {
  return null;
}
