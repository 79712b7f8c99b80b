import type { RemoteSettings } from './address.ts';
import type { Arrived, Incoming } from './engine.ts';
import type { Outgoing } from './store.ts';

/** What the thread of one remote can be asked. */
export type RemoteCalls = {
  /** which of these are there, with their sizes (NaN: not told) */
  present: { input: { folder: string; keys: readonly string[] }; output: Map<string, number> };
  download: { input: { objects: readonly Incoming[]; temporary: string; mode: number }; output: Arrived };
  upload: { input: { objects: readonly Outgoing[] }; output: { copied: number; bytes: number } };
  close: { input: null; output: null };
};
export type RemoteCall = keyof RemoteCalls;

/** What the thread is started with. */
export type RemoteWork = { readonly remote: RemoteSettings; readonly jobs: number | null };

export type ToRemote =
  | { [K in RemoteCall]: { id: number; call: K; input: RemoteCalls[K]['input'] } }[RemoteCall]
  | { cancel: number };
export type FromRemote =
  | { id: number; bytes: number }
  | { id: number; output: unknown }
  | { id: number; error: string; code: string | null; data: Record<string, unknown> };
