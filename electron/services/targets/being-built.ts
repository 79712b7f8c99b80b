import { AppError } from '../../../shared/errors.ts';

export const beingBuilt = (type: string): AppError =>
  new AppError('UNAVAILABLE', `Targets of type ${type} are being built. Use another type for now.`);
