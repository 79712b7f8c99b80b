import type { Area, Row } from '../results.ts';
import { measureAdd } from './add.ts';
import { measureCancel } from './cancel.ts';
import { measureDiff } from './diff.ts';
import { measureImages } from './images.ts';
import { measurePages } from './pages.ts';

type Part = { rows: Row[]; notes: string[] };

/** Each measured by itself, so that nothing of one is in the memory of the next. */
const PARTS: readonly (() => Part | Promise<Part>)[] = [
  measureAdd,
  measureDiff,
  measureCancel,
  () => measurePages(),
  async () => ({ rows: await measureImages(), notes: [] }),
];

/** Area "data": versions of data against dvc, comparison of tables against their peers, and folders of images. */
export async function measureData(): Promise<Area> {
  const parts: Part[] = [];
  for (const measure of PARTS) parts.push(await measure());
  return { title: 'Data', rows: parts.flatMap(({ rows }) => rows), notes: parts.flatMap(({ notes }) => notes) };
}
