import { ActionIcon, Button } from '@mantine/core';
import { IconArrowsLeftRight, IconChevronDown, IconChevronLeft, IconDownload, IconRefresh } from '@tabler/icons-react';
import type { Diff, SideInfo } from '../../../shared/contract/diffs.ts';
import { parseSide } from '../../../shared/data-side.ts';
import { Tip } from '../../ui/tip.tsx';
import classes from './diff-page.module.css';
import { ExportMenu } from './export-menu.tsx';
import { OptionsMenu } from './options-menu.tsx';
import { SidePicker } from './side-picker.tsx';
import { pathOf } from './side-words.ts';
import type { Question } from './use-diff.ts';
import type { DiffPlace } from './use-diff-place.ts';

type Props = {
  place: DiffPlace;
  question: Question;
  /** null until the host has answered */
  before: SideInfo | null;
  after: SideInfo | null;
  /** null until it is done */
  diff: Diff | null;
  id: string | null;
  onAgain: () => void;
  again: boolean;
};

/** What is compared with what, and how; each side opens to others. */
export function DiffHeader({ place, question, before, after, diff, id, onAgain, again }: Props) {
  const { search } = place;
  const up = search.up;
  const working = [question.before, question.after].some((side) => side.kind === 'file' || side.rev === null);
  return (
    <header className={classes.header}>
      {up ? (
        <Tip label="Back to the folder">
          <ActionIcon
            aria-label="Back to the folder"
            onClick={() => {
              const [first, second] = [parseSide(up[0]), parseSide(up[1])];
              if (first && second) place.open(first, second);
            }}
          >
            <IconChevronLeft size={18} />
          </ActionIcon>
        </Tip>
      ) : null}
      <h1 className={classes.title} title={pathOf(question.after)}>
        {pathOf(question.after)}
      </h1>
      <div className={classes.sides}>
        <SidePicker
          project={place.project}
          which="before"
          side={question.before}
          info={before}
          showPath={pathOf(question.before) !== pathOf(question.after)}
          onPick={(text) => place.compare({ before: text })}
        />
        <Tip label="Swap the sides">
          <ActionIcon
            aria-label="Swap the sides"
            onClick={() => place.compare({ before: search.after, after: search.before })}
          >
            <IconArrowsLeftRight size={16} />
          </ActionIcon>
        </Tip>
        <SidePicker
          project={place.project}
          which="after"
          side={question.after}
          info={after}
          showPath={false}
          onPick={(text) => place.compare({ after: text })}
        />
      </div>
      <span className={classes.space} />
      {working && id ? (
        <Tip label="Compare again, as the files are now">
          <ActionIcon aria-label="Compare again" loading={again} onClick={onAgain}>
            <IconRefresh size={16} />
          </ActionIcon>
        </Tip>
      ) : null}
      <OptionsMenu place={place} diff={diff?.kind === 'table' ? diff : null} />
      {id && diff ? (
        <ExportMenu project={place.project} id={id} diff={diff} name={pathOf(question.after)} />
      ) : (
        <Button
          variant="default"
          disabled
          leftSection={<IconDownload size={14} />}
          rightSection={<IconChevronDown size={13} />}
        >
          Export
        </Button>
      )}
    </header>
  );
}
