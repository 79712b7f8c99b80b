import type {
  BytesDiff,
  ColumnDiff,
  EarlyVerdict,
  FolderDiff,
  FolderEntry,
  ImageDiff,
  KeyUsed,
  RowCounts,
  TableDiff,
  Tolerance,
  Verdict,
} from '../../../shared/contract/diffs.ts';
import type { Finding } from '../../../shared/contract/tables.ts';

export type {
  BytesDiff,
  ColumnDiff,
  EarlyVerdict,
  Finding,
  FolderDiff,
  FolderEntry,
  ImageDiff,
  KeyUsed,
  RowCounts,
  TableDiff,
  Tolerance,
  Verdict,
};

export type DiffOptions = {
  /** Columns that name a row; else a key is looked for. */
  key?: readonly string[];
  /** By column; `''` stands for every other number column. */
  tolerance?: Readonly<Record<string, Tolerance>>;
  /** Every cell compared as the text that it is written as. */
  text?: boolean;
  signal?: AbortSignal;
  /** Most bytes that the database may take before it writes to disk; 3 GB, or half of the machine's memory, when not said. */
  memory?: number;
  /** Called at the start of each stage with a few words for a person. */
  onStage?: (stage: string) => void;
  /** Called when something certain can be said before the end. */
  onEarly?: (early: EarlyVerdict) => void;
};

export type Diff = TableDiff | FolderDiff | BytesDiff | ImageDiff;
