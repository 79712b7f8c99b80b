/** `node scripts/write-schema.ts`: writes `resources/assay.schema.json`, the schema of `assay.yaml` for editors. A test keeps it in step. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { definitionSchema } from '../electron/services/projects/definition-schema.ts';

writeFileSync(
  join(import.meta.dirname, '..', 'resources', 'assay.schema.json'),
  `${JSON.stringify(definitionSchema(), null, 2)}\n`,
);
