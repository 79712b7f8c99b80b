import { implement } from '@orpc/server';
import { contract } from '../../../shared/contract/index.ts';
import type { Tables } from './service.ts';

/** Binds `contract.tables`. */
export function tablesHandlers(tables: Tables) {
  const os = implement(contract.tables);
  return {
    open: os.open.handler(({ input, signal }) => tables.open(input, signal)),
    page: os.page.handler(({ input, signal }) => tables.page(input, signal)),
    cell: os.cell.handler(({ input, signal }) => tables.cell(input, signal)),
    profile: os.profile.handler(({ input, signal }) => tables.profile(input, signal)),
  };
}
