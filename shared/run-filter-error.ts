/** What is wrong with a filter, and where: `position` counts characters from 0. */
export class FilterError extends Error {
  readonly position: number;
  constructor(position: number, message: string) {
    super(message);
    this.name = 'FilterError';
    this.position = position;
  }
}

export function filterError(position: number, message: string): FilterError {
  return new FilterError(Math.max(0, position), message);
}
