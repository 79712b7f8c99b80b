import { Button, Menu } from '@mantine/core';
import { IconChevronDown, IconDownload } from '@tabler/icons-react';
import { useState } from 'react';
import type { Diff, ExportFormat } from '../../../shared/contract/diffs.ts';
import { client } from '../../lib/client.ts';
import { saveFile } from '../../lib/platform.ts';
import { notifyError } from '../../ui/notify.ts';
import classes from './diff-page.module.css';
import { exportName } from './export-name.ts';

const FORMATS: readonly { format: ExportFormat; label: string; about: string; tableOnly: boolean }[] = [
  { format: 'html', label: 'Report', about: 'HTML that needs no other file', tableOnly: false },
  { format: 'md', label: 'Summary', about: 'Markdown for a pull request', tableOnly: false },
  { format: 'tabular', label: 'Tabular diff', about: 'CSV that can be applied as a patch', tableOnly: true },
  { format: 'parquet', label: 'Changed rows', about: 'Parquet', tableOnly: true },
  { format: 'json', label: 'Result', about: 'JSON, as the terminal prints it', tableOnly: false },
];

type Props = { project: string; id: string; diff: Diff; name: string };

/** The comparison as a file to hand on. */
export function ExportMenu({ project, id, diff, name }: Props) {
  const [busy, setBusy] = useState(false);
  const save = async (format: ExportFormat): Promise<void> => {
    setBusy(true);
    try {
      saveFile(exportName(name, format), await client.diffs.export({ project, id, format }));
    } catch (error) {
      notifyError('The file was not made', error);
    } finally {
      setBusy(false);
    }
  };
  return (
    <Menu position="bottom-end" width={280}>
      <Menu.Target>
        <Button
          variant="default"
          loading={busy}
          leftSection={<IconDownload size={14} />}
          rightSection={<IconChevronDown size={13} />}
        >
          Export
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        {FORMATS.filter(({ tableOnly }) => diff.kind === 'table' || !tableOnly).map(({ format, label, about }) => (
          <Menu.Item key={format} onClick={() => void save(format)}>
            {label}
            <span className={classes.menuAbout}>{about}</span>
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}
