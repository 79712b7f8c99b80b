const PASSED = 'ASSAY_PASS_';

/** Variables that would change how the runner's own Node behaves. */
const OWN = /^NODE_/;

/** The environment to start the runner with, so that it hands `env` on to the command without being changed by it itself. */
export function runnerEnv(env: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(env).map(([key, value]) => [OWN.test(key) ? PASSED + key : key, value]));
}

/** The command's environment again, in the runner: without what was meant for the runner's Node. */
export function childEnv(env: NodeJS.ProcessEnv): Record<string, string> {
  return Object.fromEntries(
    Object.entries(env).flatMap(([key, value]) =>
      value === undefined || OWN.test(key)
        ? []
        : [[key.startsWith(PASSED) ? key.slice(PASSED.length) : key, value] as const],
    ),
  );
}
