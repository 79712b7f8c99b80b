import type { ModelDefinition, ModelFile } from '../../../shared/contract/models.ts';
import type { PlanItem, Receipt } from '../../../shared/contract/targets.ts';

/** A file to send: what it must be there, and where its bytes are here. */
export type OutgoingFile = ModelFile & { readonly file: string };

/** A version on its way to a target, whole and checked: every file is on this machine. */
export type OutgoingVersion = {
  readonly definition: ModelDefinition;
  /** SHA-256 of the definition's canonical JSON */
  readonly digest: string;
  /** the definition's own text, which a pull needs */
  readonly definitionText: string;
  readonly files: readonly OutgoingFile[];
  readonly evidence: readonly OutgoingFile[];
  /** Markdown with front matter */
  readonly card: string;
  /** `model.sig`: a Sigstore bundle; null when the version is not signed */
  readonly signature: string | null;
  /** in a few words for tags and annotations: `approved by Ada Lovelace, 2026-11-24`; null without approval */
  readonly approval: string | null;
  readonly auditHead: string;
  /** to set there; each points to one version of the model */
  readonly aliases: readonly string[];
  readonly modelkit: boolean;
  /** the last receipt of this version for this target, perhaps of a push that was not verified */
  readonly previous: Receipt | null;
  /** a folder of this push's own that survives a kill: what a resumed upload needs to know */
  readonly resume: string;
};

export type DriverWork = {
  readonly signal: AbortSignal;
  /** bytes that went over the line or were found there, and what is going on; negative when something starts over */
  readonly onBytes: (count: number, label: string) => void;
};

export type Planned = { readonly ref: string; readonly items: readonly PlanItem[]; readonly steps: readonly string[] };

/** What a push reached; the engine makes a receipt of it after `verify`. */
export type Pushed = Pick<Receipt, 'ref' | 'digest' | 'aliases' | 'bytes' | 'skippedBytes' | 'details'>;

/** What came back: files below a folder, each with its digest as it was read; texts as they were pushed. */
export type Pulled = {
  readonly definitionText: string | null;
  readonly files: readonly OutgoingFile[];
  readonly evidence: readonly OutgoingFile[];
  readonly card: string | null;
  readonly signature: string | null;
};

/**
 * One kind of target, opened for one entry of `assay.yaml`. It must be closed. Errors are AppErrors without secrets; those for which `mayPass`
 * (remotes/problems.ts) holds are tried again by the engine. A push may be repeated at any time and finishes what is missing; nothing may be
 * visible under the version's or an alias' name before all of its bytes are there.
 */
export type Driver = {
  /** Asks what is there; sends nothing. */
  plan(version: OutgoingVersion, signal: AbortSignal): Promise<Planned>;
  push(version: OutgoingVersion, work: DriverWork): Promise<Pushed>;
  /**
   * Reads back every byte that was pushed. What the target itself keeps by its SHA-256, was read back before (`version.previous` is verified and
   * has the same digest) and was not sent now need only be there. @throws AppError CONFLICT naming what differs */
  verify(version: OutgoingVersion, pushed: Pushed, work: DriverWork): Promise<void>;
  /** Versions that are there, newest first, and where aliases point. */
  remote(name: string, signal: AbortSignal): Promise<{ versions: string[]; aliases: Record<string, string> }>;
  /** Points an alias to a version that is there (null removes it). @throws AppError NOT_FOUND */
  setAlias(name: string, alias: string, version: string | null, signal: AbortSignal): Promise<void>;
  /** Fetches a version below `folder`, which is empty. Paths and sizes of what arrives are hostile. */
  pull(name: string, version: string, folder: string, work: DriverWork): Promise<Pulled>;
  /** Signs in and reads something harmless; a sentence about what is there. */
  test(signal: AbortSignal): Promise<string>;
  close(): Promise<void>;
};

export type DriverOptions = {
  /** the project's folder */
  readonly root: string;
  readonly name: string;
  /** null when none is kept: then anonymous */
  readonly secret: { readonly user: string | null; readonly secret: string } | null;
};
