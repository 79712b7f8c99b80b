import { Button } from '@mantine/core';
import { IconAlertTriangle, IconFile, IconFolder } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import type { Dataset } from '../../../../shared/contract/datasets.ts';
import { diffSearch, shortHash } from '../../../lib/data-links.ts';
import { formatBytes, plural } from '../../../lib/format.ts';
import { CopyButton } from '../../../ui/copy-button.tsx';
import { DatasetMenu } from '../dataset-menu.tsx';
import { useDatasetsStore } from '../datasets-store.ts';
import { PathWords } from '../path-words.tsx';
import { StateMark, TagMarks } from '../state-mark.tsx';
import type { DataList } from '../types.ts';
import type { DatasetCommands } from '../use-dataset-commands.ts';
import { differenceWords } from '../words.ts';
import classes from './detail.module.css';

type Props = { project: string; dataset: Dataset; list: DataList; commands: DatasetCommands };

/** What the dataset is, how its working copy stands, and the obvious next step. */
export function DatasetHeader({ project, dataset, list, commands }: Props) {
  const { path, folder, hash, size, nfiles, rows, tags, problems, kind, recordedIn, documentation } = dataset;
  const Icon = folder ? IconFolder : IconFile;
  // else the line with the next step says how it stands
  const quiet = dataset.state === 'unchanged' || dataset.state === 'unknown';
  return (
    <header className={classes.header}>
      <div className={classes.line}>
        <Link to="/p/$project/data" params={{ project }} className={classes.crumb}>
          Data
        </Link>
        <span className={classes.muted}>/</span>
        <Icon
          size={16}
          stroke={1.6}
          color="var(--assay-muted)"
          style={{ flex: 'none' }}
          aria-label={folder ? 'folder' : 'file'}
        />
        <h1 className={classes.name} title={path}>
          <PathWords path={path} />
        </h1>
        <CopyButton value={path} label="Copy the path" />
        <TagMarks tags={tags} />
        <span className={classes.space} />
        {list.remotes.length > 0 ? (
          <>
            <Button variant="default" onClick={() => void commands.push([path])}>
              Push
            </Button>
            <Button variant="default" onClick={() => void commands.pull([path])}>
              Pull
            </Button>
          </>
        ) : null}
        <DatasetMenu dataset={dataset} commands={commands} />
      </div>
      <div className={classes.facts}>
        {quiet ? <StateMark dataset={dataset} /> : null}
        {hash ? (
          <span title={hash}>
            Version <code>{shortHash(hash)}</code>
          </span>
        ) : null}
        {size === null ? null : <span>{formatBytes(size)}</span>}
        {folder && nfiles !== null ? <span>{plural(nfiles, 'file')}</span> : null}
        {rows === null ? null : <span>{plural(rows, 'row')}</span>}
        <span className={classes.recorded} title={recordedIn}>
          {kind === 'lfs' ? 'Git LFS' : `DVC, recorded in ${recordedIn}`}
        </span>
        {documentation.desc ? <span className={classes.desc}>{documentation.desc}</span> : null}
      </div>
      <NextStep project={project} dataset={dataset} commands={commands} />
      {problems.map((problem) => (
        <div key={problem} className={classes.next}>
          <IconAlertTriangle size={15} color="var(--assay-warn)" aria-hidden />
          <span>{problem}</span>
        </div>
      ))}
    </header>
  );
}

function NextStep({ project, dataset, commands }: Pick<Props, 'project' | 'dataset' | 'commands'>) {
  const { path, state, uncommitted, hash, kind, recordedIn } = dataset;
  const open = useDatasetsStore((store) => store.open);
  if (state === 'modified' || state === 'new') {
    const own = !recordedIn.endsWith('dvc.lock');
    return (
      <div className={classes.next}>
        <span>
          {state === 'new' ? 'No version of it is recorded yet.' : differenceWords(dataset)}
          {own ? '' : ' It is an output of dvc.yaml; running the pipeline again records it.'}
        </span>
        {hash && state === 'modified' ? (
          <Button
            variant="default"
            renderRoot={(props) => (
              <Link
                {...props}
                to="/p/$project/diff"
                params={{ project }}
                search={diffSearch(
                  { kind: 'version', path, rev: versionRev(hash, kind) },
                  { kind: 'version', path, rev: null },
                )}
              />
            )}
          >
            See what changed
          </Button>
        ) : null}
        {hash && state === 'modified' ? (
          <Button variant="default" onClick={() => void commands.restore([dataset])}>
            Put it back
          </Button>
        ) : null}
        {own ? <Button onClick={() => void commands.add([path], kind)}>Record as a new version</Button> : null}
      </div>
    );
  }
  if (state === 'deleted' || state === 'not in cache')
    return (
      <div className={classes.next} data-bad>
        <span>
          {state === 'deleted'
            ? 'It is not in the working copy. The recorded version can be put back.'
            : 'The recorded version is not in the cache of this machine. Pull it from a remote.'}
        </span>
        {state === 'deleted' ? (
          <Button onClick={() => void commands.restore([dataset])}>Put it back</Button>
        ) : (
          <Button onClick={() => void commands.pull([path])}>Pull</Button>
        )}
      </div>
    );
  if (!uncommitted) return null;
  return (
    <div className={classes.next}>
      <span>This version is recorded, but its record is in no commit yet.</span>
      <Button onClick={() => open({ kind: 'commit', paths: [path] })}>Commit …</Button>
    </div>
  );
}

/** The recorded version as a rev: by its hash where that is how versions are found, else as the last commit has it. */
export function versionRev(hash: string, kind: Dataset['kind']): string {
  return kind === 'lfs' ? 'HEAD' : hash.replace(/\.dir$/, '');
}

type UnversionedProps = { project: string; path: string; list: DataList; commands: DatasetCommands };

/** For a path that is no dataset: a file of git, a candidate, or something that is gone. */
export function UnversionedHeader({ project, path, list, commands }: UnversionedProps) {
  const candidate = list.candidates.some((one) => one.path === path);
  return (
    <header className={`${classes.header} ${classes.ruled}`}>
      <div className={classes.line}>
        <Link to="/p/$project/data" params={{ project }} className={classes.crumb}>
          Data
        </Link>
        <span className={classes.muted}>/</span>
        <h1 className={classes.name} title={path}>
          {path}
        </h1>
        <span className={classes.muted}>not versioned as data</span>
        <span className={classes.space} />
        {candidate ? <Button onClick={() => void commands.add([path])}>Version this</Button> : null}
      </div>
    </header>
  );
}
