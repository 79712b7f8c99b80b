import type { ModelKind, ModelSignature, SignatureField } from '../../../shared/contract/models.ts';
import { formatCount, plural } from '../../lib/format.ts';

/** How large a count of weights is, as people say it: `7.24 B`, `110 M`, `4,321`. */
export function countWords(count: number): string {
  if (count < 1e5) return formatCount(count);
  const [unit, word] = count >= 1e9 ? [1e9, 'B'] : count >= 1e6 ? [1e6, 'M'] : [1e3, 'k'];
  return `${Number((count / unit).toPrecision(3))} ${word}`;
}

/** What a file's header says, in a few words each. */
export function kindFacts(kind: ModelKind): string[] {
  const dtypes = Object.keys(kind.dtypes);
  return [
    kind.parameters === null ? null : `${countWords(kind.parameters)} parameters`,
    dtypes.length > 0 ? dtypes.slice(0, 3).join(', ') : null,
    kind.tensorCount > 0 ? plural(kind.tensorCount, 'tensor') : null,
    kind.libraryVersion ? `written by ${kind.libraryVersion}` : null,
  ].filter((fact): fact is string => fact !== null);
}

/** A field as `name: double`, a tensor with its shape, `?` where it may be absent. */
export function fieldWords({ name, type, required, shape }: SignatureField): string {
  const size = shape ? `[${shape.map((one) => (one < 0 ? '·' : one)).join(', ')}]` : '';
  return `${name === null ? '' : `${name}: `}${type}${size}${required ? '' : '?'}`;
}

/** A signature in one line, cut where it is long. */
export function signatureWords({ inputs, outputs }: ModelSignature, most = 4): string {
  const words = (fields: readonly SignatureField[]): string => {
    const shown = fields.slice(0, most).map(fieldWords).join(', ');
    return fields.length > most ? `${shown} … ${fields.length - most} more` : shown || 'nothing known';
  };
  return `${words(inputs)} → ${words(outputs)}`;
}
