/** The address in the app of a project's runs, where links from the terminal lead. */
export function projectRoute(project: string): string {
  return `/p/${encodeURIComponent(project)}/runs`;
}
