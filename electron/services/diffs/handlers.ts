import { implement } from '@orpc/server';
import { contract } from '../../../shared/contract/index.ts';
import type { Diffs } from './service.ts';

/** Binds `contract.diffs`, all but what looks into folders and images (folder-handlers.ts). */
export function diffsHandlers(diffs: Diffs) {
  const os = implement(contract.diffs);
  return {
    open: os.open.handler(({ input }) => diffs.open(input)),
    get: os.get.handler(({ input }) => diffs.get(input)),
    list: os.list.handler(({ input }) => diffs.list(input)),
    forget: os.forget.handler(({ input }) => diffs.forget(input)),
    rows: os.rows.handler(({ input }) => diffs.rows(input)),
    nextChange: os.nextChange.handler(({ input }) => diffs.nextChange(input)),
    cell: os.cell.handler(({ input }) => diffs.cell(input)),
    columns: os.columns.handler(({ input }) => diffs.columns(input)),
    patterns: os.patterns.handler(({ input }) => diffs.patterns(input)),
    texts: os.texts.handler(({ input }) => diffs.texts(input)),
    export: os.export.handler(({ input }) => diffs.export(input)),
  };
}
