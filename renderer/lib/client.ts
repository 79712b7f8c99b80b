import { createORPCClient, DynamicLink } from '@orpc/client';
import type { ContractRouterClient } from '@orpc/contract';
import { createTanstackQueryUtils } from '@orpc/tanstack-query';
import type { Contract } from '../../shared/contract/index.ts';
import { currentLink } from './connection.ts';

/** The host, as typed functions. Calls wait while the line is down and go on when it is back. */
export const client: ContractRouterClient<Contract> = createORPCClient(new DynamicLink(() => currentLink()));

/** The same as query and mutation options: `useQuery(api.runs.list.queryOptions({ input }))`. */
export const api = createTanstackQueryUtils(client);
