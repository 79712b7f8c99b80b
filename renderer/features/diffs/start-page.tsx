import { Button } from '@mantine/core';
import { useState } from 'react';
import type { DataSide } from '../../../shared/contract/tables.ts';
import { parseSide } from '../../../shared/data-side.ts';
import { PageHeader } from '../../ui/page-header.tsx';
import { SavedList } from './saved-list.tsx';
import { SideChooser } from './side-chooser.tsx';
import { pathOf, sideLabel } from './side-words.ts';
import classes from './start-page.module.css';
import type { DiffPlace } from './use-diff-place.ts';

/** Nothing is compared yet: choose two sides, or open what was compared before. */
export function StartPage({ place }: { place: DiffPlace }) {
  const [before, setBefore] = useState<DataSide | null>(() => parseSide(place.search.before));
  const [after, setAfter] = useState<DataSide | null>(() => parseSide(place.search.after));
  return (
    <div className={classes.page}>
      <PageHeader title="Data diff" detail="What changed between two versions of data" />
      <div className={classes.columns}>
        <section className={classes.chooser} aria-label="Compare two sides">
          <div className={classes.pair}>
            <Side name="Before" side={before} project={place.project} onPick={setBefore} />
            <Side name="After" side={after} project={place.project} onPick={setAfter} />
          </div>
          <Button disabled={!before || !after} onClick={() => before && after && place.open(before, after)}>
            Compare
          </Button>
        </section>
        <SavedList place={place} />
      </div>
    </div>
  );
}

type SideProps = { name: string; side: DataSide | null; project: string; onPick: (side: DataSide) => void };

function Side({ name, side, project, onPick }: SideProps) {
  return (
    <fieldset className={classes.side} data-side={name.toLowerCase()}>
      <legend>
        <span className={classes.mark} aria-hidden />
        {name}
      </legend>
      <div className={classes.chosen}>
        {side ? (
          <>
            {pathOf(side)} <span>{sideLabel(side)}</span>
          </>
        ) : (
          <span>nothing chosen</span>
        )}
      </div>
      <SideChooser project={project} side={side} onPick={onPick} />
    </fieldset>
  );
}
