import { Button } from '@mantine/core';
import { IconFile, IconFolder } from '@tabler/icons-react';
import { useState } from 'react';
import { formatBytes } from '../../../lib/format.ts';
import type { DataList } from '../types.ts';
import type { DatasetCommands } from '../use-dataset-commands.ts';
import classes from './list.module.css';

type Props = { candidates: DataList['candidates']; commands: DatasetCommands; most?: number };

/** Files and folders that look like data and are not versioned, each a click away from being so. */
export function Candidates({ candidates, commands, most = 8 }: Props) {
  const [all, setAll] = useState(false);
  const [adding, setAdding] = useState<ReadonlySet<string>>(new Set());
  const add = async (path: string): Promise<void> => {
    setAdding((before) => new Set(before).add(path));
    await commands.add([path]);
    setAdding((before) => new Set([...before].filter((one) => one !== path)));
  };
  const shown = all ? candidates : candidates.slice(0, most);
  return (
    <>
      {shown.map(({ path, size, folder }) => {
        const Icon = folder ? IconFolder : IconFile;
        return (
          <div key={path} className={classes.candidate}>
            <Icon size={15} stroke={1.6} className={classes.icon} aria-label={folder ? 'folder' : 'file'} />
            <span className={classes.text} title={path}>
              {path}
            </span>
            <span className={classes.muted}>{formatBytes(size)}</span>
            <Button
              size="compact-xs"
              variant="default"
              loading={adding.has(path)}
              onClick={() => void add(path)}
              aria-label={`Version ${path}`}
            >
              Version this
            </Button>
          </div>
        );
      })}
      {candidates.length > shown.length ? (
        <Button size="compact-xs" variant="subtle" color="gray" mt={4} onClick={() => setAll(true)}>
          {candidates.length - shown.length} more
        </Button>
      ) : null}
    </>
  );
}
