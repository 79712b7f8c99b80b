import { Anchor } from '@mantine/core';
import { Tip } from '../../../ui/tip.tsx';
import { useDatasetsStore } from '../datasets-store.ts';
import type { DataList } from '../types.ts';
import { cacheWords, linkWords } from '../words.ts';
import classes from './list.module.css';

/** What the cache costs, where data is pushed to, and whether changes are noticed. */
export function CacheLine({ list: { cache, remotes, watching, notWatching } }: { list: DataList }) {
  const open = useDatasetsStore((state) => state.open);
  const usual = remotes.find((one) => one.isDefault) ?? remotes[0];
  return (
    <footer className={classes.cache}>
      {cache ? (
        <Tip label={cache.folder}>
          <span>{cacheWords(cache)}</span>
        </Tip>
      ) : null}
      {cache && linkWords(cache) ? <span>{linkWords(cache)}</span> : null}
      <span>
        {usual ? (
          <>
            Pushes to{' '}
            <Anchor component="button" inherit onClick={() => open({ kind: 'remotes' })} title={usual.url}>
              {usual.name}
            </Anchor>
          </>
        ) : (
          <Anchor component="button" inherit onClick={() => open({ kind: 'remotes' })}>
            No remote yet: name one to push to
          </Anchor>
        )}
      </span>
      {watching ? null : <span>{notWatching ?? 'Changes on disk are seen when the page is opened'}</span>}
    </footer>
  );
}
