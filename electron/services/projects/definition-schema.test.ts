import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { resources } from '../../resources.ts';
import { GATES } from '../gates/forms.ts';
import { definitionSchema } from './definition-schema.ts';

type Schema = { [key: string]: Schema } & { anyOf: { required: string[]; additionalProperties: boolean }[] };

test('the schema for editors in resources is that of the code (else: node scripts/write-schema.ts)', () => {
  expect(JSON.parse(readFileSync(join(resources, 'assay.schema.json'), 'utf8'))).toEqual(definitionSchema());
});

test('every kind of gate is a form of its own that takes no other key', () => {
  const { properties } = definitionSchema() as unknown as Schema;
  const { anyOf } = properties!.gates!.additionalProperties!.items!;
  expect(anyOf.map(({ required }) => required[0])).toEqual(Object.keys(GATES));
  for (const form of anyOf) expect(form.additionalProperties).toBe(false);
});
