import { z } from 'zod';

const text = z.string().nullable().catch(null);
const strings = z.record(z.string(), z.string()).catch({});

/** A `run.json` as the detail page needs it. Lenient: another version's or a hand-made file shows what can be read of it. */
const Identity = z.object({
  cwd: text,
  restartOf: text,
  env: strings,
  python: z
    .object({ executable: z.string(), version: text, kind: z.string().catch('custom') })
    .nullable()
    .catch(null),
  host: z
    .object({
      name: z.string().catch(''),
      os: z.string().catch(''),
      cpu: z.string().catch(''),
      cores: z.number().catch(0),
      memoryBytes: z.number().catch(0),
      gpus: z
        .array(
          z.object({
            index: z.number().catch(0),
            name: z.string().catch(''),
            memoryBytes: z.number().nullable().catch(null),
            driver: text,
          }),
        )
        .catch([]),
    })
    .nullable()
    .catch(null),
  git: z
    .object({ remote: text, skipped: z.array(z.string()).catch([]) })
    .nullable()
    .catch(null),
});
export type Identity = z.infer<typeof Identity>;

const NOTHING: Identity = { cwd: null, restartOf: null, env: {}, python: null, host: null, git: null };

/** Reads the JSON that the index keeps of `run.json`; what is missing or wrong is null or empty. */
export function parseIdentity(json: string): Identity {
  try {
    return Identity.safeParse(JSON.parse(json)).data ?? NOTHING;
  } catch {
    return NOTHING;
  }
}
