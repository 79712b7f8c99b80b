// biome-ignore-all lint/a11y/useSemanticElements: rows and columns are placed by hand, so it is a grid of divs
// biome-ignore-all lint/a11y/useFocusableInteractive: the grid has the focus and names what is active; buttons have their own
import { IconAlertTriangle, IconFile, IconFolder } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import type { Dataset } from '../../../../shared/contract/datasets.ts';
import { shortHash } from '../../../lib/data-links.ts';
import { formatBytes, formatCount } from '../../../lib/format.ts';
import { Tip } from '../../../ui/tip.tsx';
import { DatasetMenu } from '../dataset-menu.tsx';
import { PathWords } from '../path-words.tsx';
import { StateMark, TagMarks } from '../state-mark.tsx';
import type { DatasetCommands } from '../use-dataset-commands.ts';
import classes from './list.module.css';

type Props = {
  project: string;
  dataset: Dataset;
  index: number;
  checked: boolean;
  cursor: boolean;
  commands: DatasetCommands;
  onCheck: (on: boolean) => void;
  onPoint: () => void;
};

export const rowElementId = (index: number): string => `dataset-${index}`;

/** One dataset in the list. */
export function DatasetRow({ project, dataset, index, checked, cursor, commands, onCheck, onPoint }: Props) {
  const { path, folder, kind, hash, size, nfiles, rows, problems, tags, documentation } = dataset;
  const Icon = folder ? IconFolder : IconFile;
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the grid has the keys
    <div
      id={rowElementId(index)}
      role="row"
      aria-rowindex={index + 2}
      aria-selected={checked}
      className={`${classes.line} ${classes.row}`}
      data-checked={checked || undefined}
      data-cursor={cursor || undefined}
      onClick={onPoint}
    >
      <input
        type="checkbox"
        className={classes.check}
        tabIndex={-1}
        aria-label={`Select ${path}`}
        checked={checked}
        onChange={(event) => onCheck(event.currentTarget.checked)}
      />
      <div
        role="gridcell"
        className={classes.cell}
        title={documentation.desc ? `${path}\n${documentation.desc}` : path}
      >
        <Icon size={15} stroke={1.6} className={classes.icon} aria-label={folder ? 'folder' : 'file'} />
        <Link to="/p/$project/data" params={{ project }} search={{ path }} className={classes.name}>
          <PathWords path={path} />
        </Link>
        {kind === 'lfs' ? <span className={classes.kind}>LFS</span> : null}
        {problems.length > 0 ? (
          <Tip label={problems.join('\n')} multiline maw={420} style={{ whiteSpace: 'pre-line' }}>
            <span className={classes.problem} role="img" aria-label={problems.join(' ')}>
              <IconAlertTriangle size={14} />
            </span>
          </Tip>
        ) : null}
      </div>
      <div role="gridcell" className={classes.cell}>
        <StateMark dataset={dataset} />
      </div>
      <div role="gridcell" className={`${classes.cell} ${classes.middle}`}>
        <span className={classes.hash} title={hash ?? undefined}>
          {hash ? shortHash(hash) : '–'}
        </span>
        <TagMarks tags={tags} />
      </div>
      <div role="gridcell" className={`${classes.cell} ${classes.number} ${classes.middle}`}>
        {size === null ? '–' : formatBytes(size)}
      </div>
      <div role="gridcell" className={`${classes.cell} ${classes.number} ${classes.wide}`}>
        {folder && nfiles !== null ? formatCount(nfiles) : ''}
      </div>
      <div role="gridcell" className={`${classes.cell} ${classes.number} ${classes.wide}`}>
        {rows === null ? '' : formatCount(rows)}
      </div>
      <div role="gridcell">
        <DatasetMenu dataset={dataset} commands={commands} />
      </div>
    </div>
  );
}
