import { addTensor, type Finding, fact, warn } from './finding.ts';

/** What the parts of a model in several files say together. The first one gives title, version and facts. */
export function merge(parts: readonly Finding[]): Finding {
  const [first, ...rest] = parts as [Finding, ...Finding[]];
  if (rest.length === 0) return first;
  const whole: Finding = {
    ...first,
    tensors: [],
    dtypes: {},
    tensorCount: 0,
    parameters: null,
    facts: [...first.facts],
  };
  for (const part of parts) {
    for (const { name, dtype, shape } of part.tensors) addTensor(whole, name, dtype, shape, false);
    whole.tensorCount += part.tensorCount - part.tensors.length;
    if (part.parameters !== null) whole.parameters = (whole.parameters ?? 0) + part.parameters;
    for (const [dtype, count] of Object.entries(part.dtypes)) whole.dtypes[dtype] = (whole.dtypes[dtype] ?? 0) + count;
    for (const warning of part.warnings) warn(whole, warning);
  }
  fact(whole, 'files of this format', parts.length);
  return whole;
}
