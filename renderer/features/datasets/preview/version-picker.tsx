import { Button, Select } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { Dataset, DatasetVersion } from '../../../../shared/contract/datasets.ts';
import { api } from '../../../lib/client.ts';
import { diffSearch } from '../../../lib/data-links.ts';
import { formatDate } from '../../../lib/format.ts';
import type { DataPlace } from '../use-data-place.ts';
import { tagWord } from '../words.ts';

const WORKING = '~';

/** Which version is looked at; another one is a choice away, and so is what changed since. */
export function VersionPicker({ place, dataset }: { place: DataPlace; dataset: Dataset }) {
  const { project, search, go } = place;
  const { path } = dataset;
  const history = useQuery(api.datasets.history.queryOptions({ input: { project, path } })).data ?? [];
  const { rev } = search;
  const known = history.find((one) => rev !== undefined && isRev(one, rev));
  const options = [
    { value: WORKING, label: 'Working copy' },
    ...history.filter((one) => one.hash !== null).map((one) => ({ value: one.commit, label: versionWords(one) })),
    ...(rev !== undefined && !known ? [{ value: rev, label: rev }] : []),
  ];
  return (
    <>
      <Select
        w={300}
        aria-label="Version"
        data={options}
        value={rev === undefined ? WORKING : (known?.commit ?? rev)}
        allowDeselect={false}
        searchable
        onChange={(value) => value && go({ rev: value === WORKING ? undefined : value, tab: 'preview' })}
      />
      {rev === undefined ? null : (
        <Button
          variant="default"
          renderRoot={(props) => (
            <Link
              {...props}
              to="/p/$project/diff"
              params={{ project }}
              search={diffSearch({ kind: 'version', path, rev }, { kind: 'version', path, rev: null })}
            />
          )}
        >
          What changed since
        </Button>
      )}
    </>
  );
}

/** Whether a version is meant by a rev: its commit, its hash (or their beginnings), or a tag. */
export function isRev({ commit, hash, tags }: DatasetVersion, rev: string): boolean {
  return (rev.length >= 4 && (commit.startsWith(rev) || hash?.startsWith(rev) === true)) || tags.includes(rev);
}

function versionWords({ commit, at, message, tags }: DatasetVersion): string {
  const names = tags.map(tagWord).join(', ');
  return `${names ? `${names} · ` : ''}${formatDate(at)} · ${message.split('\n', 1)[0]} (${commit.slice(0, 8)})`;
}
