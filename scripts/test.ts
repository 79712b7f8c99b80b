/** `npm test`: everything that needs npm alone. */
import { runSteps } from './steps.ts';

const failed = await runSteps([
  { name: 'check: types, lint, walls', command: ['node', 'scripts/check.ts'] },
  { name: 'unit, service and contract tests', command: ['vitest', 'run'] },
  { name: 'Python SDK', command: ['node', 'scripts/test-python.ts'] },
  { name: 'build the page', command: ['vite', 'build', '--logLevel', 'warn'] },
  { name: 'end to end in a real browser', command: ['playwright', 'test'] },
]);
process.exitCode = failed.length > 0 ? 1 : 0;
