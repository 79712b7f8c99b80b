import type { Diff, OpenedDiff } from '../../../shared/contract/diffs.ts';
import type { DiffPlace } from './use-diff-place.ts';

/** What every view of a comparison gets. */
export type ViewProps<D extends Diff> = { place: DiffPlace; opened: OpenedDiff; diff: D };
