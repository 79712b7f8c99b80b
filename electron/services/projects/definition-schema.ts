import { z } from 'zod';
import { DeclaredGate } from '../gates/declared.ts';
import { GATES } from '../gates/forms.ts';
import { Definition } from './definition.ts';

/**
 * The JSON Schema of `assay.yaml` for editors (YAML language server and others), made of the schemas that Assay itself reads it by. What a JSON
 * Schema cannot say (that `min` is not above `max`) only Assay says.
 */
export function definitionSchema(): Record<string, unknown> {
  const schema = z.toJSONSchema(Definition, {
    io: 'input',
    unrepresentable: 'any',
    override: ({ zodSchema, jsonSchema }) => {
      if (zodSchema === (DeclaredGate as unknown) || zodSchema === (DeclaredGate.in as unknown)) {
        for (const key of Object.keys(jsonSchema)) delete (jsonSchema as Record<string, unknown>)[key];
        jsonSchema.anyOf = gateForms();
      }
    },
  }) as Record<string, unknown>;
  return { ...schema, title: 'assay.yaml', description: 'What a project of Assay declares.' };
}

function gateForms(): Record<string, unknown>[] {
  return Object.entries(GATES).map(([kind, form]) => {
    const { $schema: _, ...one } = z.toJSONSchema(form, { io: 'input', unrepresentable: 'any' });
    return { title: `gate: ${kind}`, ...one };
  });
}
