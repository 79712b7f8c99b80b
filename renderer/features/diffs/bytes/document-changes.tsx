import { TextInput } from '@mantine/core';
import { IconSearch } from '@tabler/icons-react';
import { useVirtualizer } from '@tanstack/react-virtual';
import { useRef, useState } from 'react';
import type { DocumentChange } from '../../../../shared/contract/diffs.ts';
import { plural } from '../../../lib/format.ts';
import classes from './bytes.module.css';

const MARKS = { added: '+', removed: '−', changed: '~', moved: '↕' } as const;
const ROW = 30;

/** Places of a JSON or YAML document that changed, by their paths. */
export function DocumentChanges({ changes }: { changes: readonly DocumentChange[] }) {
  const [search, setSearch] = useState('');
  const list = useRef<HTMLDivElement>(null);
  const text = search.toLowerCase();
  const fitting = changes.filter(({ path, before, after }) =>
    [path, before ?? '', after ?? ''].some((one) => one.toLowerCase().includes(text)),
  );
  const rows = useVirtualizer({
    count: fitting.length,
    getScrollElement: () => list.current,
    estimateSize: () => ROW,
    overscan: 10,
  });
  return (
    <div className={classes.document}>
      <div className={classes.documentHead}>
        <TextInput
          placeholder="Search paths and values"
          aria-label="Search paths and values"
          leftSection={<IconSearch size={14} />}
          value={search}
          onChange={(event) => setSearch(event.currentTarget.value)}
        />
        <span className={classes.note}>{plural(fitting.length, 'change')}</span>
      </div>
      <div ref={list} className={classes.documentList}>
        <ul style={{ height: rows.getTotalSize() }} aria-label="Changes">
          {rows.getVirtualItems().map((item) => {
            const { path, status, before, after } = fitting[item.index]!;
            return (
              <li
                key={item.key}
                className={classes.change}
                data-status={status}
                style={{ transform: `translateY(${item.start}px)` }}
              >
                <span className={classes.mark} title={status}>
                  {MARKS[status]}
                </span>
                <code className={classes.path} title={path}>
                  {path === '' ? '(the whole document)' : path}
                </code>
                <span className={classes.values} title={[before, after].filter((one) => one !== null).join(' → ')}>
                  {before === null ? null : <del>{before}</del>}
                  {before !== null && after !== null ? <span aria-hidden> → </span> : null}
                  {after === null ? null : <ins>{after}</ins>}
                </span>
              </li>
            );
          })}
        </ul>
      </div>
    </div>
  );
}
