import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { GpuState } from '../../../shared/contract/gpu.ts';
import { silentLog } from '../../platform/log.ts';
import { parseApps, parseGpus } from './nvidia-smi.ts';
import { createGpu } from './service.ts';

const fixture = (name: string): string => readFileSync(new URL(`./fixtures/${name}`, import.meta.url), 'utf8');
const MIB = 1_048_576;

test('reads what nvidia-smi says of two GPUs', () => {
  const [first, second] = parseGpus(fixture('two-gpus.csv'));
  expect(first).toEqual({
    index: 0,
    uuid: 'GPU-11111111-2222-3333-4444-555555555555',
    name: 'NVIDIA A100-SXM4-80GB',
    driver: '550.54.15',
    memoryTotalBytes: 81_920 * MIB,
    memoryUsedBytes: 40_536 * MIB,
    utilisationPercent: 97,
    powerWatts: 312.44,
    powerLimitWatts: 400,
    temperatureCelsius: 61,
  });
  expect(second?.index).toBe(1);
});

test('what is not available is null, and a line of complaint is no GPU', () => {
  const gpus = parseGpus(fixture('not-available.csv'));
  expect(gpus).toHaveLength(3);
  expect(gpus[0]).toMatchObject({ utilisationPercent: null, powerWatts: null, temperatureCelsius: 44 });
  expect(gpus[1]).toMatchObject({ memoryTotalBytes: null, memoryUsedBytes: null, temperatureCelsius: null });
  expect(gpus[2]).toMatchObject({ name: 'Some GPU, Rev. B', driver: '550.54.15', temperatureCelsius: 40 });
});

test('reads who uses them', () => {
  expect(parseApps(fixture('apps.csv'))).toEqual([
    expect.objectContaining({ pid: 4242, name: '/opt/conda/bin/python', memoryBytes: 40_500 * MIB }),
    expect.objectContaining({ pid: 4243, name: 'C:\\work, stuff\\train.exe', memoryBytes: null }),
    expect.objectContaining({ pid: 4244, uuid: 'MIG-77777777-2222-3333-4444-555555555555' }),
  ]);
  expect(parseApps('')).toEqual([]);
});

const folders: string[] = [];
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true });
});

/** A PATH with an `nvidia-smi` of our own on it. */
function withProgram(body: string | null): NodeJS.ProcessEnv {
  const bin = mkdtempSync(join(tmpdir(), 'assay-smi-'));
  folders.push(bin);
  if (body !== null) writeFileSync(join(bin, 'nvidia-smi'), `#!/bin/sh\n${body}\n`, { mode: 0o755 });
  return { PATH: bin };
}

const service = (env: NodeJS.ProcessEnv, pid = 0) =>
  createGpu({
    log: silentLog,
    clock: { now: () => 1 },
    activeRuns: () => [{ project: 'p', run: 'r'.repeat(32), pid }],
    env,
  });

test('no nvidia-smi is no error', async () => {
  const state = await service(withProgram(null)).state();
  expect(GpuState.parse(state)).toMatchObject({
    gpus: [],
    reason: 'No NVIDIA GPU was found: nvidia-smi is not on the PATH.',
  });
  expect(state.host.memoryTotalBytes).toBeGreaterThan(state.host.memoryUsedBytes);
});

test('a driver that fails is quoted', async () => {
  const said = "NVIDIA-SMI has failed because it couldn't communicate with the NVIDIA driver.";
  const { gpus, reason } = await service(withProgram(`echo "${said}"; exit 9`)).state();
  expect(gpus).toEqual([]);
  expect(reason).toContain(said);
});

test.skipIf(process.platform !== 'linux')('names the run whose process uses a GPU (Linux only)', async () => {
  const env = withProgram(`case "$1" in
    --query-gpu*) echo "${fixture('two-gpus.csv').trim().replaceAll('\n', '"; echo "')}" ;;
    *) echo "GPU-aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee, ${process.pid}, node, 12" ;; esac`);
  const mine = await service(env, process.pid).state();
  expect(mine.gpus[0]?.processes).toEqual([]);
  expect(mine.gpus[1]?.processes).toEqual([
    { pid: process.pid, name: 'node', memoryBytes: 12 * MIB, run: 'r'.repeat(32), project: 'p' },
  ]);
  const ofParent = await service(env, process.ppid).state();
  expect(ofParent.gpus[1]?.processes[0]?.run).toBe('r'.repeat(32));
  const others = await service(env, 2 ** 30).state();
  expect(others.gpus[1]?.processes[0]).toMatchObject({ run: null, project: null });
});
