import { Tabs } from '@mantine/core';
import type { DataTab } from '../data-search.ts';
import { datasetOf } from '../list-order.ts';
import { Preview } from '../preview/preview.tsx';
import { VersionPicker } from '../preview/version-picker.tsx';
import type { DataList } from '../types.ts';
import type { DataPlace } from '../use-data-place.ts';
import type { DatasetCommands } from '../use-dataset-commands.ts';
import { DatasetHeader, UnversionedHeader } from './dataset-header.tsx';
import classes from './detail.module.css';
import { DocumentationTab } from './documentation-tab.tsx';
import { TimelineTab } from './timeline-tab.tsx';

type Props = { place: DataPlace; path: string; list: DataList; commands: DatasetCommands };

const TABS: readonly { id: DataTab; label: string }[] = [
  { id: 'timeline', label: 'Timeline' },
  { id: 'preview', label: 'Preview' },
  { id: 'documentation', label: 'Documentation' },
];

/** One dataset: how it stands on top, its versions, its content and its documentation in tabs. Any other path is shown as it is. */
export function DatasetDetail({ place, path, list, commands }: Props) {
  const { project, search, go } = place;
  const found = datasetOf(list.datasets, path);
  if (!found)
    return (
      <div className={classes.page}>
        <UnversionedHeader project={project} path={path} list={list} commands={commands} />
        <Preview place={place} path={path} file={search.file} dataset={null} />
      </div>
    );
  const { dataset, inner } = found;
  const file = [inner, search.file].filter(Boolean).join('/') || undefined;
  const tab = search.tab ?? (search.rev || file ? 'preview' : 'timeline');
  const choose = (next: string | null): void => {
    const rest = next === 'preview' ? {} : { rev: undefined, where: undefined, q: undefined, sort: undefined };
    go({ ...rest, ...(next === 'preview' ? {} : { file: undefined, path: dataset.path }), tab: next as DataTab }, true);
  };
  return (
    <div className={classes.page}>
      <DatasetHeader project={project} dataset={dataset} list={list} commands={commands} />
      <Tabs value={tab} onChange={choose} className={classes.tabs}>
        <Tabs.List px="md" className={classes.list}>
          {TABS.map(({ id, label }) => (
            <Tabs.Tab key={id} value={id}>
              {label}
            </Tabs.Tab>
          ))}
          {tab === 'preview' ? (
            <div className={classes.tools}>
              <VersionPicker place={place} dataset={dataset} file={file} />
            </div>
          ) : null}
        </Tabs.List>
        <Tabs.Panel key={tab} value={tab} className={classes.panel}>
          {tab === 'timeline' ? <TimelineTab project={project} dataset={dataset} commands={commands} /> : null}
          {tab === 'preview' ? <Preview place={place} path={dataset.path} file={file} dataset={dataset} /> : null}
          {tab === 'documentation' ? <DocumentationTab dataset={dataset} commands={commands} /> : null}
        </Tabs.Panel>
      </Tabs>
    </div>
  );
}
