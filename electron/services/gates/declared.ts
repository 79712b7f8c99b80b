import { z } from 'zod';
import { ModelName } from '../../../shared/contract/models.ts';
import { GATES, type Gate, type GateKey, kindOf } from './forms.ts';

/** Most gates of one entry: beyond lies no honest list. */
const MOST_GATES = 200;

/**
 * One gate. Its kind is told by its key, and its mistakes by the form of that kind alone, so that a message is about what a person meant.
 * What comes out is what was written: nothing is filled in, so that a frozen evaluation shows the gate as it was declared.
 */
export const DeclaredGate = z.unknown().transform((value, context): Gate => {
  const wrong = (message: string, path: PropertyKey[] = []): never => {
    context.addIssue({ code: 'custom', message, path, input: value });
    return z.NEVER;
  };
  const known = Object.keys(GATES).join(', ');
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    return wrong('a gate is written as {metric: accuracy, min: 0.9}');
  const kinds = Object.keys(GATES).filter((key) => Object.hasOwn(value, key)) as GateKey[];
  if (kinds.length === 0) return wrong(`this gate has none of the keys that say its kind: ${known}`);
  if (kinds.length > 1) return wrong(`this gate is of two kinds, ${kinds.join(' and ')}; write two gates`, [kinds[1]!]);
  const parsed = GATES[kinds[0]!].safeParse(value);
  if (parsed.success) return value as Gate;
  for (const issue of parsed.error.issues) {
    if (issue.code === 'unrecognized_keys')
      for (const key of issue.keys)
        wrong(`"${key}" is not a key of a gate of kind "${kinds[0]}"; it has: ${keysOf(kinds[0]!)}`, [
          ...issue.path,
          key,
        ]);
    else wrong(issue.message, [...issue.path]);
  }
  return z.NEVER;
});

const keysOf = (kind: GateKey): string => Object.keys(GATES[kind].shape).join(', ');

const Subject = z.union([z.literal('*'), ModelName]);

/** `gates:` of `assay.yaml`: a model's name, or `*` for every model, and what its versions must hold. */
export const DeclaredGates = z
  .record(z.string(), z.array(DeclaredGate).max(MOST_GATES, `has more than ${MOST_GATES} gates`))
  .superRefine((gates, context) => {
    for (const [name, list] of Object.entries(gates)) {
      if (!Subject.safeParse(name).success)
        context.addIssue({
          code: 'custom',
          path: [name],
          message:
            'this is neither "*" nor the name of a model (lower-case letters and digits, with -, _ or . between them)',
        });
      const ids = new Set<string>();
      for (const [i, gate] of list.entries()) {
        if (gate.id === undefined) continue;
        if (ids.has(gate.id))
          context.addIssue({
            code: 'custom',
            path: [name, i, 'id'],
            message: 'another gate of this model has this id',
          });
        ids.add(gate.id);
      }
    }
  });
export type DeclaredGates = z.infer<typeof DeclaredGates>;

/** A gate with the entry that it stands in (`*` or the model) and the id that it has in evaluations. */
export type NamedGate = { readonly id: string; readonly from: string; readonly gate: Gate };

/** The gates of a model in order: those of `*`, then its own. Ids that nobody gave are made of kind and subject, and told apart by a number. */
export function gatesOf(declared: DeclaredGates | undefined, name: string): NamedGate[] {
  const taken = new Set<string>();
  return ['*', name].flatMap((from) =>
    (declared && Object.hasOwn(declared, from) ? declared[from]! : []).map((gate): NamedGate => {
      const wanted = gate.id ?? `${kindOf(gate)}:${subjectOf(gate)}`;
      let id = wanted;
      for (let copy = 2; taken.has(id); copy++) id = `${wanted}#${copy}`;
      taken.add(id);
      return { id, from, gate };
    }),
  );
}

function subjectOf(gate: Gate): string {
  const subject: unknown = (gate as Record<string, unknown>)[keyOf(gate)];
  return (Array.isArray(subject) ? subject.join(' ') : String(subject)).slice(0, 80);
}

const keyOf = (gate: Gate): GateKey => (Object.keys(GATES) as GateKey[]).find((key) => Object.hasOwn(gate, key))!;
