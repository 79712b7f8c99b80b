import { clean, type Finding, fact, finding, type KindFile, warn } from './finding.ts';
import { openForward } from './forward.ts';
import { tellDangers } from './pickle.ts';
import { readPickle } from './pickle-machine.ts';
import { attribute, classOf, isCall, isDict, isItems, type Pickled, type Symbolic } from './pickle-values.ts';
import { collectTensors } from './torch-tensors.ts';
import { type Zip, zipText } from './zip.ts';

/** The number with which torch.save before 1.6 begins (torch/serialization.py `MAGIC_NUMBER`), pickled as LONG1. */
export const LEGACY_MAGIC = Buffer.from('6cfc9c46f9206aa85019', 'hex');

/** The folder that everything of a torch zip is in, by its `data.pkl`; null when it is another zip. */
export const torchFolder = (zip: Zip): string | null => {
  for (const name of zip.entries.keys()) {
    const [, folder] = /^([^/]+\/)data\.pkl$/.exec(name) ?? [];
    if (folder) return folder;
  }
  return null;
};

/** What torch.save has written since 1.6, and TorchScript: a zip with a pickle, `data.pkl`, and the bytes of every storage beside it. */
export async function readTorchZip(file: KindFile, zip: Zip, folder: string): Promise<Finding> {
  const found = finding('pytorch', file.path, 'PyTorch');
  for (const name of zip.twice.slice(0, 5))
    warn(found, `The archive has "${clean(name, 80)}" twice; programs disagree about which one counts.`);
  const { forward, close } = await zip.open(`${folder}data.pkl`);
  let pickled: Pickled;
  try {
    pickled = await readPickle(forward);
  } finally {
    await close();
  }
  const sizeOf = (key: string): number | undefined => {
    const entry = zip.entries.get(`${folder}data/${key}`);
    if (entry && entry.compressionMethod !== 0)
      warn(found, 'Its weights are compressed, which torch does not do: it has been packed by something else.');
    return entry?.uncompressedSize;
  };
  collectTensors(found, pickled.root, sizeOf);
  const script = [...zip.entries.keys()].some((name) => name.startsWith(`${folder}code/`));
  found.title = script ? 'PyTorch, TorchScript' : titleOf(pickled.root);
  const order = await zipText(zip, `${folder}byteorder`, 100);
  if (order !== null && order.trim() !== 'little') fact(found, 'byte order', order);
  fact(found, 'format version', (await zipText(zip, `${folder}version`, 100))?.trim());
  describe(found, pickled);
  return found;
}

/** What torch.save wrote before 1.6: five pickles one after the other, then the bytes of every storage. */
export async function readTorchLegacy(file: KindFile): Promise<Finding> {
  const found = finding('pytorch', file.path, 'PyTorch');
  const { forward, close } = await openForward(file.file);
  try {
    // magic number, version of the protocol, facts of the machine; then what was saved
    for (let i = 0; i < 3; i++) tellDangers(found, await readPickle(forward));
    const pickled = await readPickle(forward);
    collectTensors(found, pickled.root, () => null);
    found.title = `${titleOf(pickled.root)}, written before torch 1.6 or in its old format`;
    describe(found, pickled);
  } finally {
    await close();
  }
  return found;
}

function titleOf(root: Symbolic): string {
  const cls = classOf(root);
  if (cls && cls.name !== 'OrderedDict') return `PyTorch module ${clean(cls.name, 60)}`;
  if (
    isDict(root) &&
    ['state_dict', 'model_state_dict', 'optimizer', 'optimizer_state_dict', 'epoch'].some(
      (key) => attribute(root, key) !== undefined,
    )
  )
    return 'PyTorch checkpoint';
  return isDict(root) || isCall(root) ? 'PyTorch state dict' : 'PyTorch tensors';
}

function describe(found: Finding, pickled: Pickled): void {
  const { root } = pickled;
  fact(found, 'pickle protocol', pickled.protocol);
  const cls = classOf(root);
  if (cls && cls.name !== 'OrderedDict') fact(found, 'class', `${cls.module}.${cls.name}`);
  for (const key of ['epoch', 'global_step', 'pytorch-lightning_version', 'best_acc', 'arch']) {
    const value = attribute(root, key);
    if (typeof value === 'number' || typeof value === 'string') fact(found, key, value);
  }
  if (isDict(root)) {
    const keys = root.entries.flatMap(([key, value]) => (typeof key === 'string' && !isItems(value) ? [key] : []));
    if (found.title === 'PyTorch checkpoint') fact(found, 'keys', keys.slice(0, 20).join(', '));
  }
  tellDangers(found, pickled);
}
