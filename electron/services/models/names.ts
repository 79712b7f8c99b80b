import { ModelName, ModelVersion, PointerName } from '../../../shared/contract/models.ts';
import { AppError } from '../../../shared/errors.ts';

/** The stage of GTO that reviews assign to an approved version. */
export const APPROVED = 'approved';

/** Folders of `models/` that belong to the whole registry. */
const RESERVED: readonly string[] = ['audit', 'keys'];

/**
 * A model's name as it may stand in paths, tags and addresses.
 * @throws AppError BAD_REQUEST
 */
export function checkName(name: string): string {
  const parsed = ModelName.safeParse(name);
  if (!parsed.success) throw new AppError('BAD_REQUEST', parsed.error.issues[0]!.message);
  if (RESERVED.includes(name))
    throw new AppError(
      'BAD_REQUEST',
      `No model can be called "${name}": models/${name} belongs to the registry itself.`,
    );
  return name;
}

/** @throws AppError BAD_REQUEST */
export function checkVersion(version: string): string {
  const parsed = ModelVersion.safeParse(version);
  if (!parsed.success) throw new AppError('BAD_REQUEST', parsed.error.issues[0]!.message);
  return version;
}

/** @throws AppError BAD_REQUEST */
export function checkPointer(pointer: string): string {
  const parsed = PointerName.safeParse(pointer);
  if (!parsed.success) throw new AppError('BAD_REQUEST', parsed.error.issues[0]!.message);
  if (pointer === 'latest' || pointer === 'greatest')
    throw new AppError('BAD_REQUEST', `"${pointer}" always means the newest version. Choose another name.`);
  if (pointer === APPROVED)
    throw new AppError(
      'BAD_REQUEST',
      `"${APPROVED}" is set by the approval itself ("assay models request", then "approve"). Choose another name.`,
    );
  return pointer;
}

export const isName = (name: string): boolean => ModelName.safeParse(name).success && !RESERVED.includes(name);
export const isVersion = (version: string): boolean => ModelVersion.safeParse(version).success;
