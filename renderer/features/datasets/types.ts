import type { client } from '../../lib/client.ts';

/** Everything that is versioned in a project, with its remotes and its cache. */
export type DataList = Awaited<ReturnType<typeof client.datasets.list>>;
