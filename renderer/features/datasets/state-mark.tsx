import type { Dataset } from '../../../shared/contract/datasets.ts';
import { Tip } from '../../ui/tip.tsx';
import classes from './state-mark.module.css';
import { stateWords, tagWord } from './words.ts';

/** How a working copy stands, as a dot and in words, with a mark for a record that is in no commit yet. */
export function StateMark({ dataset }: { dataset: Dataset }) {
  const { words, tone } = stateWords(dataset);
  return (
    <span className={classes.mark} title={words}>
      <span className={classes.dot} data-tone={tone} aria-hidden />
      <span className={classes.words}>{words}</span>
      {dataset.uncommitted ? (
        <Tip label="The record of this version is in no commit yet">
          <span className={classes.uncommitted}>not committed</span>
        </Tip>
      ) : null}
    </span>
  );
}

/** Tags of a version, by their own names. */
export function TagMarks({ tags }: { tags: readonly string[] }) {
  return tags.map((tag) => (
    <span key={tag} className={classes.tag} title={tag}>
      {tagWord(tag)}
    </span>
  ));
}
