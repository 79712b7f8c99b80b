import { existsSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import type { Interpreter } from '../../../shared/contract/python.ts';
import { masked } from './secrets.ts';

/** What belongs to Assay's own processes and must not reach a training. */
const OURS = /^(ELECTRON_|npm_|NODE_OPTIONS$|NODE_CHANNEL_|NODE_COMPILE_CACHE$|INIT_CWD$|ASSAY_RUN_|ASSAY_PROJECT$)/;

/** Variables that change what a training computes: kept with a run although nobody typed them. */
const RECORDED =
  /^(.*SEED|PYTHONHASHSEED|CUDA_.*|CUBLAS_.*|NVIDIA_(TF32|VISIBLE)_.*|NCCL_.*|(OMP|MKL|OPENBLAS|NUMEXPR|VECLIB)_.*|(WORLD|LOCAL_WORLD)_SIZE|(LOCAL_)?RANK|MASTER_(ADDR|PORT)|SLURM_(JOB_ID|PROCID|NTASKS|NNODES)|(PY)?TORCH_.*|TF_.*|JAX_.*|XLA_.*|HIP_VISIBLE_DEVICES|TOKENIZERS_PARALLELISM)$/;

type Place = {
  readonly root: string;
  readonly run: string;
  readonly folder: string;
  readonly sdkPath: string;
  readonly interpreter: Interpreter | null;
  /** indices to show to CUDA; null leaves that to the environment */
  readonly gpus: readonly number[] | null;
};

/** The whole environment of a launched command. What a person typed wins over everything but the run's own place. */
export function launchEnvironment(
  base: NodeJS.ProcessEnv,
  requested: Readonly<Record<string, string>>,
  place: Place,
): Record<string, string> {
  const inherited = Object.fromEntries(
    Object.entries(base).flatMap(([name, value]) => (value === undefined || OURS.test(name) ? [] : [[name, value]])),
  );
  const env: Record<string, string> = {
    ...inherited,
    PYTHONUNBUFFERED: '1',
    ...interpreterVariables(inherited, place.interpreter),
    ...gpuVariables(place.gpus),
    ...requested,
    ASSAY_PROJECT: place.root,
    ASSAY_RUN_ID: place.run,
    ASSAY_RUN_DIR: place.folder,
  };
  env.PYTHONPATH = [place.sdkPath, env.PYTHONPATH].filter(Boolean).join(delimiter);
  return env;
}

/** What of it is written into `run.json`. */
export function recordedEnvironment(
  env: Readonly<Record<string, string>>,
  requested: Readonly<Record<string, string>>,
): Record<string, string> {
  return masked(
    Object.fromEntries(
      Object.entries(env)
        .filter(([name]) => name in requested || RECORDED.test(name))
        .sort(([a], [b]) => (a < b ? -1 : 1)),
    ),
  );
}

/** As activating the environment would: its programs (`torchrun`, `accelerate`) are found first. */
function interpreterVariables(env: Record<string, string>, interpreter: Interpreter | null): Record<string, string> {
  if (!interpreter || interpreter.kind === 'system' || interpreter.kind === 'custom') return {};
  const bin = dirname(interpreter.executable);
  const isVenv = existsSync(join(dirname(bin), 'pyvenv.cfg'));
  return {
    PATH: [bin, env.PATH].filter(Boolean).join(delimiter),
    ...(isVenv ? { VIRTUAL_ENV: dirname(bin) } : {}),
    ...(interpreter.kind === 'conda' ? { CONDA_PREFIX: dirname(bin) } : {}),
  };
}

/** CUDA numbers GPUs by speed unless told to use the order of the bus, which is `nvidia-smi`'s. */
function gpuVariables(gpus: readonly number[] | null): Record<string, string> {
  return gpus === null ? {} : { CUDA_VISIBLE_DEVICES: gpus.join(','), CUDA_DEVICE_ORDER: 'PCI_BUS_ID' };
}
