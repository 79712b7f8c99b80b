import { Tabs } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import { useState } from 'react';
import type { TableDiff } from '../../../../shared/contract/diffs.ts';
import { SplitPane } from '../../../ui/split-pane.tsx';
import pageClasses from '../diff-page.module.css';
import { VerdictBand } from '../verdict-band.tsx';
import type { ViewProps } from '../view-props.ts';
import { ColumnEnlarged } from './column-enlarged.tsx';
import { ColumnsSection } from './columns-section.tsx';
import { GridPane } from './grid-pane.tsx';
import { PatternsSection } from './patterns-section.tsx';
import { RowStrip } from './row-strip.tsx';
import { SchemaSection } from './schema-section.tsx';
import classes from './table.module.css';

const NARROW = '(max-width: 1080px)';

/** What changed in a table: verdict and rows on top, columns and patterns at the left, every changed row at the right. */
export function TableView(props: ViewProps<TableDiff>) {
  const narrow = useMediaQuery(NARROW, undefined, { getInitialValueInEffect: false });
  return (
    <>
      <VerdictBand opened={props.opened} diff={props.diff}>
        <RowStrip {...props} />
      </VerdictBand>
      <div className={pageClasses.body}>
        {narrow ? (
          <InTabs {...props} />
        ) : (
          <SplitPane
            name="diff.split"
            initial={40}
            min={24}
            left={<Summary {...props} />}
            right={<GridPane {...props} />}
          />
        )}
      </div>
      <ColumnEnlarged {...props} />
    </>
  );
}

function InTabs(props: ViewProps<TableDiff>) {
  const [tab, setTab] = useState<string | null>('rows');
  return (
    <Tabs value={tab} onChange={setTab} className={classes.tabs}>
      <Tabs.List px="md">
        <Tabs.Tab value="rows">Rows</Tabs.Tab>
        <Tabs.Tab value="summary">Columns and patterns</Tabs.Tab>
      </Tabs.List>
      <Tabs.Panel value="rows" className={classes.tabPanel}>
        <GridPane {...props} />
      </Tabs.Panel>
      <Tabs.Panel value="summary" className={classes.tabPanel}>
        <Summary {...props} />
      </Tabs.Panel>
    </Tabs>
  );
}

function Summary(props: ViewProps<TableDiff>) {
  return (
    <div className={classes.summary}>
      <SchemaSection {...props} />
      <ColumnsSection {...props} />
      <PatternsSection {...props} />
    </div>
  );
}
