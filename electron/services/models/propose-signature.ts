import { readFileSync, statSync } from 'node:fs';
import type { ModelSignature, SignatureField } from '../../../shared/contract/models.ts';
import { exampleFields } from './example-fields.ts';
import { inspectModel, type KindFile } from './kinds/read-kind.ts';

/** Of an example only so much is read. */
const MAX_EXAMPLE = 8 * 1024 * 1024;

export type ProposedSignature = {
  readonly signature: ModelSignature;
  /** where it comes from, for a person: `inputs of example.csv, outputs of model.pkl` */
  readonly from: string;
};

/**
 * A version's signature, in MLflow's types (anchors of lifecycle §3.1), from what is known without running anything: the model's own files
 * (`MLmodel`, ONNX, feature names and classes of scikit-learn, XGBoost, LightGBM), an example input (CSV or JSON), and an example output.
 * An example tells the types of columns, which a pickle does not. Null when nothing is known of the inputs.
 * @param example absolute path
 * @param output absolute path of what the model answers to the example
 */
export async function proposeSignature(what: {
  readonly files: readonly KindFile[];
  readonly example?: string | null;
  readonly output?: string | null;
}): Promise<ProposedSignature | null> {
  const { signature: own, signatureFrom } = await inspectModel(what.files);
  const example = fieldsOf(what.example);
  const output = fieldsOf(what.output);
  const inputs = chooseInputs(own?.inputs ?? null, example);
  if (inputs === null) return null;
  const outputs = output ?? own?.outputs ?? [];
  const parts = [
    inputs === own?.inputs ? `inputs of ${signatureFrom}` : 'inputs of the example',
    ...(outputs.length === 0 ? [] : [output ? 'outputs of the example output' : `outputs of ${signatureFrom}`]),
  ];
  return { signature: { inputs, outputs }, from: parts.join(', ') };
}

/** An example has the types; the model's own names say which of its columns are inputs, and in which order. */
function chooseInputs(
  own: readonly SignatureField[] | null,
  example: readonly SignatureField[] | null,
): SignatureField[] | null {
  if (example === null) return own === null ? null : (own as SignatureField[]);
  // tensors and what MLflow recorded say more than a file of examples
  if (own?.some(({ shape, type }) => shape !== null || type !== 'double')) return own as SignatureField[];
  if (!own) return [...example];
  const of = new Map(example.map((field) => [field.name, field]));
  return own.every(({ name }) => of.has(name)) ? own.map(({ name }) => of.get(name)!) : (own as SignatureField[]);
}

function fieldsOf(file: string | null | undefined): SignatureField[] | null {
  if (!file) return null;
  const stat = statSync(file, { throwIfNoEntry: false });
  if (!stat?.isFile() || stat.size > MAX_EXAMPLE) return null;
  return exampleFields(file, readFileSync(file, 'utf8'));
}
