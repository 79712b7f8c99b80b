import type { ErrorCode } from '../../../shared/errors.ts';

export type Attached = { id: string; root: string; indexPath: string };

/** What the host tells the worker. `call` numbers what is answered. */
export type ToWorker =
  | { type: 'attach'; project: Attached }
  | { type: 'sync' | 'detach'; project: string; call: number }
  | { type: 'touch'; project: string; run: string };

/** What the worker tells the host. */
export type FromWorker =
  | { type: 'done'; call: number }
  | { type: 'failed'; call: number; code: ErrorCode; message: string; data: Record<string, unknown> }
  | { type: 'changed'; project: string; topic: 'runs' | 'metrics'; ids: string[] }
  | { type: 'replaced'; project: string }
  | { type: 'warn'; message: string; data: Record<string, unknown> };
