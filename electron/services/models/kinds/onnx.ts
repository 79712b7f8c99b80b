import type { SignatureField } from '../../../../shared/contract/models.ts';
import { addTensor, clean, type Finding, fact, finding, type KindFile, warn } from './finding.ts';
import { Damaged, type Forward, openForward } from './forward.ts';
import { embedded, readPair, readTensor, readValue, type Value } from './onnx-parts.ts';
import { message, text, varint } from './protobuf.ts';

type Graph = {
  inputs: Value[];
  outputs: Value[];
  initializers: Set<string>;
  nodes: number;
  operators: Map<string, number>;
};

const MAX_LISTED = 500;

/**
 * An ONNX file (onnx.proto): opset, producer, inputs, outputs, and the tensors that the graph holds. Read forwards; weights are passed over.
 * @param others paths of the version's files, where external data must be
 */
export async function readOnnx(file: KindFile, others: readonly KindFile[]): Promise<Finding> {
  const found = finding('onnx', file.path, 'ONNX');
  const opsets = new Map<string, number>();
  const graph: Graph = { inputs: [], outputs: [], initializers: new Set(), nodes: 0, operators: new Map() };
  let producer = '';
  let producerVersion = '';
  let graphs = 0;
  const { forward, close } = await openForward(file.file);
  try {
    await message(forward, file.size, async ({ field, wire }) => {
      if (field === 1 && wire === 0) fact(found, 'IR version', await varint(forward));
      else if (field === 2 && wire === 2) producer = await text(forward, file.size, 4096);
      else if (field === 3 && wire === 2) producerVersion = await text(forward, file.size, 4096);
      else if (field === 4 && wire === 2) fact(found, 'domain', await text(forward, file.size, 4096));
      else if (field === 6 && wire === 2) fact(found, 'description', await text(forward, file.size));
      else if (field === 7 && wire === 2) {
        graphs++;
        await embedded(forward, file.size, (stop) => readGraph(forward, stop, found, graph, file, others));
      } else if (field === 8 && wire === 2) {
        const [domain, version] = await embedded(forward, file.size, (stop) => readOpset(forward, stop));
        opsets.set(domain, version);
      } else if (field === 14 && wire === 2) {
        const [key, value] = await embedded(forward, file.size, (stop) => readPair(forward, stop));
        fact(found, `metadata ${key}`, value);
      } else return false;
      return true;
    });
  } finally {
    await close();
  }
  if (graphs === 0) throw new Damaged('it holds no graph');
  const opset = opsets.get('') ?? opsets.get('ai.onnx');
  found.title = opset === undefined ? 'ONNX' : `ONNX, opset ${opset}`;
  found.libraryVersion = producerVersion === '' ? null : clean(producerVersion, 40);
  fact(found, 'producer', [producer, producerVersion].filter((part) => part !== '').join(' '));
  for (const [domain, version] of opsets) fact(found, domain === '' ? 'opset' : `opset of ${domain}`, version);
  describe(found, graph);
  return found;
}

async function readOpset(from: Forward, end: number): Promise<[string, number]> {
  let domain = '';
  let version = 0;
  await message(from, end, async ({ field, wire }) => {
    if (field === 1 && wire === 2) domain = await text(from, end, 4096);
    else if (field === 2 && wire === 0) version = await varint(from);
    else return false;
    return true;
  });
  return [domain, version];
}

async function readGraph(
  from: Forward,
  end: number,
  found: Finding,
  graph: Graph,
  file: KindFile,
  others: readonly KindFile[],
): Promise<void> {
  await message(from, end, async ({ field, wire }) => {
    if (wire !== 2) return false;
    if (field === 1) {
      graph.nodes++;
      const operator = await embedded(from, end, (stop) => readNode(from, stop));
      if (graph.operators.size < 1000 || graph.operators.has(operator))
        graph.operators.set(operator, (graph.operators.get(operator) ?? 0) + 1);
    } else if (field === 2) fact(found, 'graph', await text(from, end, 4096));
    else if (field === 5) {
      const tensor = await embedded(from, end, (stop) => readTensor(from, stop));
      graph.initializers.add(tensor.name);
      addTensor(found, tensor.name, tensor.dtype, tensor.shape);
      if (tensor.external !== null) external(found, tensor.external, file, others);
    } else if (field === 11 && graph.inputs.length < MAX_LISTED)
      graph.inputs.push(await embedded(from, end, (stop) => readValue(from, stop)));
    else if (field === 12 && graph.outputs.length < MAX_LISTED)
      graph.outputs.push(await embedded(from, end, (stop) => readValue(from, stop)));
    else return false;
    return true;
  });
}

async function readNode(from: Forward, end: number): Promise<string> {
  let operator = '';
  let domain = '';
  await message(from, end, async ({ field, wire }) => {
    if (field === 4 && wire === 2) operator = await text(from, end, 4096);
    else if (field === 7 && wire === 2) domain = await text(from, end, 4096);
    else return false;
    return true;
  });
  return domain === '' || domain === 'ai.onnx' ? operator : `${domain}.${operator}`;
}

/** Bytes beside the file: the place is from the file's own folder and may not lead out of it. */
function external(found: Finding, location: string, file: KindFile, others: readonly KindFile[]): void {
  const folder = file.path.includes('/') ? file.path.slice(0, file.path.lastIndexOf('/') + 1) : '';
  const shown = clean(location, 120);
  if (location === '' || /^([/\\]|[a-z]:)|(^|[/\\])\.\.([/\\]|$)/i.test(location))
    warn(found, `It asks for weights at "${shown}", which leads out of the model's folder.`);
  else if (!others.some((one) => one.path === folder + location))
    warn(found, `Its weights are in the file "${shown}", which is not among the files of the model.`);
  else if (!found.facts.some(({ label, value }) => label === 'external data' && value === shown))
    fact(found, 'external data', shown);
}

function describe(found: Finding, graph: Graph): void {
  // older files list their weights among the inputs as well
  const inputs = graph.inputs.filter(({ name }) => !graph.initializers.has(name));
  const words = ({ name, words: what }: Value): string => `${clean(name, 60)}: ${what}`;
  fact(found, 'inputs', inputs.map(words).join('; '));
  fact(found, 'outputs', graph.outputs.map(words).join('; '));
  fact(found, 'nodes', graph.nodes);
  const operators = [...graph.operators].sort((a, b) => b[1] - a[1]).slice(0, 20);
  fact(found, 'operators', operators.map(([name, count]) => `${clean(name, 60)} × ${count}`).join(', '));
  const field = ({ name, dtype, shape }: Value): SignatureField[] =>
    dtype === null ? [] : [{ name, type: dtype === 'string' ? 'object' : dtype, required: true, shape: shape ?? [-1] }];
  const signature = { inputs: inputs.flatMap(field), outputs: graph.outputs.flatMap(field) };
  if (signature.inputs.length > 0) found.signature = signature;
}

/** True when the first fields are those of a model: a small IR version, then other fields of ModelProto. */
export function looksLikeOnnx(head: Buffer): boolean {
  return (
    head.length > 4 &&
    head[0] === 0x08 &&
    head[1]! > 0 &&
    head[1]! < 30 &&
    [0x12, 0x1a, 0x22, 0x28, 0x32, 0x3a, 0x42].includes(head[2]!)
  );
}
