import type { AuditEvent } from '../../../shared/contract/audit.ts';
import type { ModelDefinition, ModelFile } from '../../../shared/contract/models.ts';

/** A version as its definition records it. */
export type RecordedVersion = {
  readonly definition: ModelDefinition;
  /** SHA-256 of the definition's canonical JSON (RFC 8785) */
  readonly digest: string;
  /** the definition's file, from the project's folder */
  readonly path: string;
};

/** What an event of the log says when a pointer moves as a part of it. */
export type LargerAction = {
  readonly action: AuditEvent['action'];
  readonly data: AuditEvent['data'];
  readonly title: string;
};

/**
 * What other services may ask of the registry. Everything is addressed by project id, model name and version; names are checked here, so
 * that no caller makes a path of an unchecked one.
 */
export type ModelRegistry = {
  /** @throws AppError NOT_FOUND, BAD_REQUEST when the definition cannot be read or names another version */
  read(project: string, name: string, version: string): Promise<RecordedVersion>;
  /** Versions of a model, newest first; empty for one that is not there. */
  versions(project: string, name: string): Promise<string[]>;
  /** Names of models, sorted. */
  names(project: string): Promise<string[]>;
  /** alias or stage → version, as the tags say */
  pointers(project: string, name: string): Promise<Readonly<Record<string, string>>>;
  /** the versions that a pointer had, newest first, the present one included */
  pointerHistory(
    project: string,
    name: string,
    pointer: string,
  ): Promise<{ version: string; at: number; by: string }[]>;
  /** Absolute path of a file's bytes in the store on this machine; null when it does not have them. They are not hashed again. */
  fileOf(project: string, file: ModelFile): string | null;
  /** Takes a file into the store (hashed on the way) and says what it is. `path` is the name under which it is recorded. */
  store(project: string, file: string, path: string, signal?: AbortSignal): Promise<ModelFile>;
  /**
   * Points an alias or stage to a version by a tag, or removes it (null); writes the audit event. `partOf` is the larger action that this is a
   * part of: then the one event is of that, and holds what it says.
   */
  setPointer(
    project: string,
    name: string,
    pointer: string,
    version: string | null,
    partOf?: LargerAction,
  ): Promise<void>;
  /** Whether a version must not be used any more. */
  isDeprecated(project: string, name: string, version: string): Promise<boolean>;
  /**
   * Commits files below `models/` and nothing else, unless `models.commit: false` in `assay.yaml`; returns the commit or null.
   */
  commit(project: string, paths: readonly string[], message: string): Promise<string | null>;
  /**
   * Records a version that was pulled from a target: definition, card, signature; its bytes are in the store already. `from` says in the audit
   * log where it came from.
   */
  adopt(
    project: string,
    definition: ModelDefinition,
    extra: { card: string | null; signature: string | null; from?: Readonly<Record<string, string | null>> },
  ): Promise<void>;
};
