import { Tabs } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import type { FolderDiff } from '../../../../shared/contract/diffs.ts';
import { formatCount } from '../../../lib/format.ts';
import { SplitPane } from '../../../ui/split-pane.tsx';
import pageClasses from '../diff-page.module.css';
import { VerdictBand } from '../verdict-band.tsx';
import type { ViewProps } from '../view-props.ts';
import { EntryList } from './entry-list.tsx';
import classes from './folder.module.css';
import { FolderStrip } from './folder-strip.tsx';
import { FolderTree } from './folder-tree.tsx';
import { Gallery } from './gallery.tsx';
import { Leaks } from './leaks.tsx';
import { Treemap } from './treemap.tsx';

/** What changed in a folder: as a tree, as a list, as pictures, as areas of changed bytes. */
export function FolderView(props: ViewProps<FolderDiff>) {
  const narrow = useMediaQuery('(max-width: 900px)', undefined, { getInitialValueInEffect: false });
  return (
    <>
      <VerdictBand opened={props.opened} diff={props.diff}>
        <FolderStrip {...props} />
      </VerdictBand>
      <div className={pageClasses.body}>
        {narrow ? (
          <Panels {...props} />
        ) : (
          <SplitPane
            name="diff.folder.split"
            initial={32}
            min={18}
            left={<FolderTree {...props} />}
            right={<Panels {...props} />}
          />
        )}
      </div>
    </>
  );
}

function Panels(props: ViewProps<FolderDiff>) {
  const { place, diff } = props;
  const tabs = [
    { id: 'files', label: 'Files', view: <EntryList {...props} /> },
    { id: 'images', label: 'Images', view: <Gallery {...props} /> },
    { id: 'treemap', label: 'Changed bytes', view: <Treemap {...props} /> },
    ...(diff.leaks.length > 0
      ? [{ id: 'leaks', label: `Leakage (${formatCount(diff.leaks.length)})`, view: <Leaks {...props} /> }]
      : []),
  ];
  const tab = tabs.find((one) => one.id === place.search.tab) ?? tabs[0]!;
  return (
    <Tabs value={tab.id} onChange={(next) => place.show({ tab: next ?? undefined })} className={classes.tabs}>
      <Tabs.List px="sm">
        {tabs.map(({ id, label }) => (
          <Tabs.Tab key={id} value={id}>
            {label}
          </Tabs.Tab>
        ))}
      </Tabs.List>
      <Tabs.Panel value={tab.id} className={classes.panel}>
        {tab.view}
      </Tabs.Panel>
    </Tabs>
  );
}
