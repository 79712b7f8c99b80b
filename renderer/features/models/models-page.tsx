import { Button } from '@mantine/core';
import { IconBinaryTree2, IconCube, IconHistory, IconPlus, IconRocket } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { useCallback, useMemo, useRef } from 'react';
import { api, type client } from '../../lib/client.ts';
import { plural } from '../../lib/format.ts';
import { useProjectId } from '../../lib/use-project.ts';
import { EmptyState } from '../../ui/empty-state.tsx';
import { ErrorState } from '../../ui/error-state.tsx';
import { LoadingPage, LoadingRows } from '../../ui/loading.tsx';
import { RegisterDialog } from '../../ui/models/register-dialog.tsx';
import { Notice } from '../../ui/notice.tsx';
import { PageHeader } from '../../ui/page-header.tsx';
import classes from './models.module.css';
import { ModelsBar } from './models-bar.tsx';
import { ModelsGrid } from './models-grid.tsx';
import { type ModelsSearch, nextSort, sortOf, validateModelsSearch } from './models-search.ts';
import { ReviewsStrip } from './reviews-strip.tsx';
import { useModelLines } from './use-model-lines.ts';

type ModelList = Awaited<ReturnType<typeof client.models.list>>;
type Go = (change: { [K in keyof ModelsSearch]?: ModelsSearch[K] | undefined }) => void;

/** Every model of the project: where it stands, who waits for whom, where it was pushed. */
export function ModelsPage() {
  const project = useProjectId();
  const raw = useSearch({ strict: false }) as Record<string, unknown>;
  const search = useMemo(() => validateModelsSearch(raw), [raw]);
  const navigate = useNavigate();
  const go: Go = useCallback(
    (change) =>
      void navigate({
        to: '/p/$project/models',
        params: { project },
        search: (before: Record<string, unknown>) => ({ ...before, ...change }),
        replace: true,
      }),
    [navigate, project],
  );
  const query = useQuery(api.models.list.queryOptions({ input: { project } }));
  if (!query.data) {
    if (!query.error) return <LoadingPage />;
    return (
      <ErrorState error={query.error} title="The models could not be listed" onRetry={() => void query.refetch()} />
    );
  }
  const { models } = query.data;
  const versions = models.reduce((sum, model) => sum + model.versions, 0);
  return (
    <div className={classes.page}>
      <PageHeader
        title="Models"
        detail={models.length > 0 ? `${plural(models.length, 'model')}, ${plural(versions, 'version')}` : undefined}
      >
        <Elsewhere project={project} />
        <Button leftSection={<IconPlus size={14} />} onClick={() => go({ register: '1' })}>
          Register a model
        </Button>
      </PageHeader>
      <Problems broken={query.data.broken} />
      {models.length === 0 ? (
        <NoModels onRegister={() => go({ register: '1' })} />
      ) : (
        <Models project={project} list={query.data} search={search} go={go} />
      )}
      <RegisterDialog
        project={project}
        opened={search.register !== undefined}
        run={search.register && search.register.length === 32 ? search.register : null}
        onClose={() => go({ register: undefined })}
      />
    </div>
  );
}

function Models({ project, list, search, go }: { project: string; list: ModelList; search: ModelsSearch; go: Go }) {
  const box = useRef<HTMLDivElement>(null);
  const input = useRef<HTMLInputElement>(null);
  const sort = sortOf(search);
  const reviews = useQuery(api.reviews.list.queryOptions({ input: { project } }));
  const lines = useModelLines(project, list.models, search);
  const newest = useRef(search);
  newest.current = search;
  const toggle = useCallback(
    (name: string): void => {
      const open = (newest.current.open ?? '').split(',').filter(Boolean);
      const next = open.includes(name) ? open.filter((one) => one !== name) : [...open, name];
      go({ open: next.length > 0 ? next.join(',') : undefined });
    },
    [go],
  );
  const shown =
    search.view === 'versions' ? lines.rows.length : lines.rows.filter((row) => row.kind === 'model').length;
  return (
    <>
      <ReviewsStrip project={project} reviews={reviews.data ?? []} />
      <ModelsBar
        view={search.view ?? 'models'}
        filter={search.q ?? ''}
        shown={lines.loading ? lines.total : shown}
        total={lines.total}
        input={input}
        onView={(view) => go({ view: view === 'versions' ? 'versions' : undefined, sort: undefined })}
        onFilter={(q) => go({ q: q === '' ? undefined : q })}
        onLeave={() => box.current?.focus()}
      />
      {lines.error ? (
        <ErrorState error={lines.error} title="The versions could not be listed" onRetry={lines.retry} />
      ) : lines.loading ? (
        <LoadingRows rows={14} height={36} />
      ) : (
        <ModelsGrid
          key={search.view ?? 'models'}
          project={project}
          label={search.view === 'versions' ? 'Versions' : 'Models'}
          rows={lines.rows}
          sort={sort}
          box={box}
          onSort={(key) => go({ sort: nextSort(sort, key) })}
          onToggle={toggle}
          onFilter={() => input.current?.focus()}
        >
          <EmptyState
            title={search.view === 'versions' ? 'No version fits' : 'No model fits'}
            action={
              <Button variant="default" onClick={() => go({ q: undefined })}>
                Clear the filter
              </Button>
            }
          />
        </ModelsGrid>
      )}
    </>
  );
}

const ELSEWHERE = [
  { to: '/p/$project/lineage', Icon: IconBinaryTree2, words: 'Lineage' },
  { to: '/p/$project/targets', Icon: IconRocket, words: 'Targets' },
  { to: '/p/$project/audit', Icon: IconHistory, words: 'Audit' },
] as const;

function Elsewhere({ project }: { project: string }) {
  return ELSEWHERE.map(({ to, Icon, words }) => (
    <Link key={to} to={to} params={{ project }} className={classes.elsewhere}>
      <Icon size={14} aria-hidden /> {words}
    </Link>
  ));
}

function Problems({ broken }: { broken: ModelList['broken'] }) {
  if (broken.length === 0) return null;
  return (
    <div className={classes.problems}>
      <Notice tone="bad">
        {plural(broken.length, 'definition')} could not be read and {broken.length === 1 ? 'is' : 'are'} not listed:{' '}
        {broken.map(({ file, problem }) => `\n${problem.startsWith(file) ? '' : `${file}: `}${problem}`).join('')}
      </Notice>
    </div>
  );
}

function NoModels({ onRegister }: { onRegister: () => void }) {
  return (
    <EmptyState
      icon={<IconCube size={32} stroke={1.4} />}
      title="No model is registered yet"
      action={
        <Button leftSection={<IconPlus size={14} />} onClick={onRegister}>
          Register a model
        </Button>
      }
    >
      A version keeps a model with its evidence: the run, the code, the data and the numbers. Choose an artifact of a
      run, or in the terminal: <code>assay models register NAME --run ID</code>
    </EmptyState>
  );
}
