import { ActionIcon, Button, Select } from '@mantine/core';
import { IconDownload } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { Dataset, DatasetVersion } from '../../../../shared/contract/datasets.ts';
import { dataAddress } from '../../../../shared/served-address.ts';
import { api } from '../../../lib/client.ts';
import { diffSearch } from '../../../lib/data-links.ts';
import { formatDate } from '../../../lib/format.ts';
import { Tip } from '../../../ui/tip.tsx';
import { sideAt } from '../data-search.ts';
import type { DataPlace } from '../use-data-place.ts';
import { tagWord } from '../words.ts';

const WORKING = '~';

/** Which version is looked at; another one is a choice away, and so is what changed since. */
export function VersionPicker({
  place,
  dataset,
  file,
}: {
  place: DataPlace;
  dataset: Dataset;
  /** inside of a folder */
  file: string | undefined;
}) {
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
  const side = sideAt(path, file, rev);
  const shown = dataset.folder && file === undefined ? null : side;
  return (
    <>
      {rev === undefined ? null : (
        <Button
          variant="default"
          renderRoot={(props) => (
            <Link
              {...props}
              to="/p/$project/diff"
              params={{ project }}
              search={diffSearch(side, sideAt(path, file, undefined))}
            />
          )}
        >
          What changed since
        </Button>
      )}
      {shown?.kind === 'version' ? (
        <Tip label="Download">
          <ActionIcon
            variant="default"
            size={30}
            component="a"
            aria-label="Download"
            href={dataAddress({ project, rev: shown.rev, path: shown.path }, { download: true })}
          >
            <IconDownload size={14} />
          </ActionIcon>
        </Tip>
      ) : null}
      <Select
        style={{ flex: '0 1 320px', minWidth: 120 }}
        aria-label="Version"
        data={options}
        value={rev === undefined ? WORKING : (known?.commit ?? rev)}
        allowDeselect={false}
        searchable
        onChange={(value) => value && go({ rev: value === WORKING ? undefined : value, tab: 'preview' })}
      />
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
