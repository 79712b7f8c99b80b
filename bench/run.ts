/**
 * `npm run bench [area…]`: measures ratios in one run and writes `bench/RESULTS.md`, where areas that were not asked for stay. Peers are
 * installed from PyPI into `.cache/`. Areas: tracking, data, models. Nothing here is a test: a slow machine gives a slow figure, not a failure.
 */
import { measureData } from './data/run.ts';
import { measureModels } from './models/run.ts';
import { type Area, writeResults } from './results.ts';
import { measureTracking } from './tracking/run.ts';

const AREAS: Record<string, () => Promise<Area>> = {
  tracking: measureTracking,
  data: measureData,
  models: measureModels,
};

const asked = process.argv.slice(2);
const unknown = asked.filter((name) => !(name in AREAS));
if (unknown.length > 0) {
  process.stderr.write(`No such area: ${unknown.join(', ')}. There are: ${Object.keys(AREAS).join(', ')}.\n`);
  process.exit(2);
}
const areas: Area[] = [];
for (const name of asked.length > 0 ? asked : Object.keys(AREAS)) areas.push(await AREAS[name]!());
process.stdout.write(writeResults(areas));
