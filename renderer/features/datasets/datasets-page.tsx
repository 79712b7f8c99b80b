import { useQuery } from '@tanstack/react-query';
import { useEffect } from 'react';
import { api } from '../../lib/client.ts';
import { ErrorState } from '../../ui/error-state.tsx';
import { LoadingPage } from '../../ui/loading.tsx';
import { useDatasetsStore } from './datasets-store.ts';
import { DatasetDetail } from './detail/dataset-detail.tsx';
import { DataDialogs } from './dialogs/data-dialogs.tsx';
import { DatasetList } from './list/dataset-list.tsx';
import { useDataPlace } from './use-data-place.ts';
import { useDatasetCommands } from './use-dataset-commands.ts';

/** The versioned data of a project: all datasets, or the one that the address names. */
export function DatasetsPage() {
  const place = useDataPlace();
  return <Datasets key={place.project} place={place} />;
}

function Datasets({ place }: { place: ReturnType<typeof useDataPlace> }) {
  const { project, search } = place;
  const query = useQuery(api.datasets.list.queryOptions({ input: { project } }));
  const commands = useDatasetCommands(project);
  const reset = useDatasetsStore((state) => state.reset);
  useEffect(() => reset, [reset]);

  if (!query.data) {
    if (!query.error) return <LoadingPage />;
    return <ErrorState error={query.error} title="The data could not be listed" onRetry={() => void query.refetch()} />;
  }
  return (
    <>
      {search.path === undefined ? (
        <DatasetList project={project} list={query.data} commands={commands} />
      ) : (
        <DatasetDetail key={search.path} place={place} path={search.path} list={query.data} commands={commands} />
      )}
      <DataDialogs project={project} list={query.data} commands={commands} />
    </>
  );
}
