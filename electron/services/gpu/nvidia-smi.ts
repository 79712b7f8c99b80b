/**
 * What `nvidia-smi` is asked and how its answers are read. Field names and the not-available marks are those of `nvidia-smi
 * --help-query-gpu` and `--help-query-compute-apps`.
 */
export const GPU_QUERY =
  'index,uuid,name,driver_version,memory.total,memory.used,utilization.gpu,power.draw,power.limit,temperature.gpu';
export const GPU_ARGS: readonly string[] = [`--query-gpu=${GPU_QUERY}`, '--format=csv,noheader,nounits'];
export const APP_ARGS: readonly string[] = [
  '--query-compute-apps=gpu_uuid,pid,process_name,used_memory',
  '--format=csv,noheader,nounits',
];

const MEBIBYTE = 1_048_576;

export type GpuReading = {
  readonly index: number;
  readonly uuid: string;
  readonly name: string;
  readonly driver: string | null;
  readonly memoryTotalBytes: number | null;
  readonly memoryUsedBytes: number | null;
  readonly utilisationPercent: number | null;
  readonly powerWatts: number | null;
  readonly powerLimitWatts: number | null;
  readonly temperatureCelsius: number | null;
};

export type GpuApp = {
  readonly uuid: string;
  readonly pid: number;
  readonly name: string;
  readonly memoryBytes: number | null;
};

/** Lines of `--query-gpu`. A line that is not one (a warning of the driver, a GPU that has fallen off the bus) is left out. */
export function parseGpus(text: string): GpuReading[] {
  return rows(text).flatMap((cells) => {
    // a name may hold a comma: count from both ends
    if (cells.length < 10) return [];
    const [index, uuid] = cells;
    const [driver, total, used, utilisation, power, limit, temperature] = cells.slice(-7);
    if (!/^\d+$/.test(index!) || !uuid!.startsWith('GPU-')) return [];
    return [
      {
        index: Number(index),
        uuid: uuid!,
        name: cells.slice(2, -7).join(', '),
        driver: word(driver!),
        memoryTotalBytes: bytes(total!),
        memoryUsedBytes: bytes(used!),
        utilisationPercent: figure(utilisation!),
        powerWatts: figure(power!),
        powerLimitWatts: figure(limit!),
        temperatureCelsius: figure(temperature!),
      },
    ];
  });
}

/** Lines of `--query-compute-apps`; with MIG the uuid is that of the slice (`MIG-…`). */
export function parseApps(text: string): GpuApp[] {
  return rows(text).flatMap((cells) => {
    if (cells.length < 4 || !/^(GPU|MIG)-/.test(cells[0]!) || !/^\d+$/.test(cells[1]!)) return [];
    return [
      {
        uuid: cells[0]!,
        pid: Number(cells[1]),
        name: cells.slice(2, -1).join(', '),
        memoryBytes: bytes(cells.at(-1)!),
      },
    ];
  });
}

/** The one line of what a failing `nvidia-smi` says that tells a person why. */
export function failureReason(output: string): string {
  const lines = output
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
  const told = lines.find((line) => /failed|unable|error|no devices/i.test(line)) ?? lines[0] ?? 'it said nothing';
  return `nvidia-smi reports: ${told.slice(0, 300)}`;
}

function rows(text: string): string[][] {
  return text
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => line.split(',').map((cell) => cell.trim()));
}

/** Not available comes as `[N/A]`, `[Not Supported]`, `[Unknown Error]`, `N/A`, `[Insufficient Permissions]` and the like. */
const word = (cell: string): string | null => (cell === '' || cell.startsWith('[') || cell === 'N/A' ? null : cell);

function figure(cell: string): number | null {
  const text = word(cell);
  const value = text === null ? Number.NaN : Number.parseFloat(text);
  return Number.isFinite(value) ? value : null;
}

function bytes(cell: string): number | null {
  const mebibytes = figure(cell);
  return mebibytes === null ? null : mebibytes * MEBIBYTE;
}
