import { parseDocument } from 'yaml';
import { ModelSignature, type SignatureField } from '../../../../shared/contract/models.ts';
import { member, piece } from './bounded-json.ts';
import type { KindFile } from './finding.ts';

const MAX_BYTES = 1024 * 1024;

export type MlModel = {
  readonly flavors: readonly string[];
  readonly mlflowVersion: string | null;
  readonly signature: ModelSignature | null;
  /** a sentence when the file cannot be read */
  readonly problem: string | null;
};

/** The `MLmodel` file of an MLflow model's folder. Aliases of YAML are refused, so that no file of a few lines becomes gigabytes. */
export function readMlModel(file: KindFile): MlModel {
  const nothing = { flavors: [], mlflowVersion: null, signature: null };
  if (file.size > MAX_BYTES) return { ...nothing, problem: `${file.path} is larger than 1 MB and was not read.` };
  let value: unknown;
  try {
    const document = parseDocument(piece(file.file, 0, file.size).toString(), { logLevel: 'silent' });
    if (document.errors.length > 0) throw document.errors[0]!;
    value = document.toJS({ maxAliasCount: 0 });
  } catch {
    return { ...nothing, problem: `${file.path} is no YAML that can be read.` };
  }
  const flavors = member(value, 'flavors');
  const version = member(value, 'mlflow_version');
  return {
    flavors: typeof flavors === 'object' && flavors !== null ? Object.keys(flavors).slice(0, 20) : [],
    mlflowVersion: typeof version === 'string' ? version : null,
    signature: signatureOf(member(value, 'signature')),
    problem: null,
  };
}

/** `signature:` of an `MLmodel`, whose parts are JSON inside YAML (mlflow/types/schema.py); null when there is none that can be read. */
function signatureOf(value: unknown): ModelSignature | null {
  const inputs = fields(member(value, 'inputs'));
  const outputs = fields(member(value, 'outputs'));
  if (inputs === null && outputs === null) return null;
  return ModelSignature.safeParse({ inputs: inputs ?? [], outputs: outputs ?? [] }).data ?? null;
}

function fields(text: unknown): SignatureField[] | null {
  if (typeof text !== 'string') return null;
  try {
    const list: unknown = JSON.parse(text);
    if (!Array.isArray(list)) return null;
    return list.slice(0, 5000).map((one): SignatureField => {
      const name = member(one, 'name');
      const type = member(one, 'type');
      const tensor = member(one, 'tensor-spec');
      const shape = member(tensor, 'shape');
      return {
        name: typeof name === 'string' ? name : null,
        type: type === 'tensor' ? String(member(tensor, 'dtype')) : String(type),
        required: member(one, 'required') !== false,
        shape: Array.isArray(shape) ? (shape as number[]) : null,
      };
    });
  } catch {
    return null;
  }
}
