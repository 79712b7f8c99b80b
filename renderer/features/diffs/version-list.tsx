import { UnstyledButton } from '@mantine/core';
import { IconCloud } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { api } from '../../lib/client.ts';
import { errorText } from '../../lib/errors.ts';
import { formatAgo, formatDateTime, shortCommit } from '../../lib/format.ts';
import { LoadingRows } from '../../ui/loading.tsx';
import classes from './side-chooser.module.css';
import { versionFacts } from './side-words.ts';

type Props = {
  project: string;
  path: string;
  /** the one in use; null is the working copy, undefined none of them */
  rev: string | null | undefined;
  onPick: (rev: string | null) => void;
};

/** The versions of one dataset, newest first, the working copy on top. */
export function VersionList({ project, path, rev, onPick }: Props) {
  const history = useQuery(api.datasets.history.queryOptions({ input: { project, path } }));
  const versions = (history.data ?? []).filter((version) => version.hash !== null);
  return (
    <div className={classes.versions} role="listbox" aria-label={`Versions of ${path}`}>
      <UnstyledButton
        role="option"
        aria-selected={rev === null}
        className={classes.version}
        onClick={() => onPick(null)}
      >
        <span className={classes.what}>Working copy</span>
        <span className={classes.facts}>the files as they are now</span>
      </UnstyledButton>
      {versions.map((version) => {
        const chosen =
          rev !== undefined && rev !== null && (version.commit.startsWith(rev) || version.tags.includes(rev));
        return (
          <UnstyledButton
            key={version.commit}
            role="option"
            aria-selected={chosen}
            className={classes.version}
            title={`${version.message}\n${version.author}, ${formatDateTime(version.at)}`}
            onClick={() => onPick(version.commit)}
          >
            <span className={classes.what}>
              <code>{shortCommit(version.commit)}</code>
              {version.tags.map((tag) => (
                <span key={tag} className={classes.tag}>
                  {tag}
                </span>
              ))}
              <span className={classes.message}>{version.message.split('\n')[0]}</span>
            </span>
            <span className={classes.facts}>
              {version.inCache ? null : <IconCloud size={12} aria-label="not on this machine" />}
              {[formatAgo(version.at), versionFacts(version)].filter(Boolean).join(' · ')}
            </span>
          </UnstyledButton>
        );
      })}
      {history.isPending ? <LoadingRows rows={4} height={40} /> : null}
      {history.error ? <p className={classes.note}>{errorText(history.error)}</p> : null}
      {history.data && versions.length === 0 ? (
        <p className={classes.note}>No commit has a version of it yet.</p>
      ) : null}
    </div>
  );
}
