import { existsSync, mkdtempSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { deflateSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ModelKind } from '../../../../shared/contract/models.ts';
import { readKind } from './read-kind.ts';
import { zipOf } from './zip-for-tests.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'assay-hostile-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function kindOf(path: string, content: Buffer | string, grown = 0): Promise<ModelKind> {
  const file = join(folder, path);
  writeFileSync(file, content);
  if (grown > 0) truncateSync(file, grown);
  const kind = await readKind([{ path, file, size: statSync(file).size }]);
  expect(ModelKind.safeParse(kind).error).toBeUndefined();
  return kind;
}

const safetensors = (header: string, data = Buffer.alloc(0), claimed = Buffer.byteLength(header)): Buffer => {
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(claimed));
  return Buffer.concat([length, Buffer.from(header), data]);
};
const f32 = (begin: number, end: number, shape = [(end - begin) / 4]) => ({
  dtype: 'F32',
  shape,
  data_offsets: [begin, end],
});

test.each([
  ['a length beyond the file', safetensors('{}', undefined, 10_000_000_000), /claims 10000000000 bytes/],
  ['a length that is no number', safetensors('{}', undefined, Number.MAX_SAFE_INTEGER * 4), /length that no file has/],
  [
    'offsets beyond the file',
    safetensors(JSON.stringify({ a: f32(0, 400) }), Buffer.alloc(8)),
    /claims the bytes 0 to 400/,
  ],
  ['offsets backwards', safetensors(JSON.stringify({ a: f32(8, 4, [1]) }), Buffer.alloc(8)), /claims the bytes/],
  ['overlapping tensors', safetensors(JSON.stringify({ a: f32(0, 8), b: f32(4, 12) }), Buffer.alloc(12)), /overlaps/],
  [
    'a shape that does not fit',
    safetensors(JSON.stringify({ a: f32(0, 8, [3]) }), Buffer.alloc(8)),
    /do not fit its shape/,
  ],
  [
    'a shape without an end',
    safetensors(JSON.stringify({ a: f32(0, 8, [2 ** 40, 2 ** 40]) }), Buffer.alloc(8)),
    /do not fit/,
  ],
  [
    'a tensor named twice',
    safetensors(`{"a":${JSON.stringify(f32(0, 4))},"a":${JSON.stringify(f32(0, 4))}}`, Buffer.alloc(4)),
    /names "a" twice/,
  ],
  [
    'bytes that belong to nothing',
    safetensors(JSON.stringify({ a: f32(0, 4) }), Buffer.alloc(64)),
    /60 bytes at the end/,
  ],
  ['JSON of a million brackets', safetensors('['.repeat(1_000_000)), /not JSON/],
  ['deep but valid JSON', safetensors(`{"__metadata__":${'{"a":'.repeat(200_000)}1${'}'.repeat(200_000)}}`), /^$/],
])('safetensors with %s', async (_, bytes, warning) => {
  const kind = await kindOf('model.safetensors', bytes);
  expect(kind.format).toBe('safetensors');
  expect(kind.warnings.join('\n')).toMatch(warning);
});

test('a header larger than is read makes no memory', async () => {
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(5_000_000_000n);
  const kind = await kindOf('model.safetensors', length, 10_000_000_000);
  expect(kind.warnings[0]).toMatch(/more than 16 MB are not read/);
});

const u64 = (value: number): Buffer => {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(BigInt(value));
  return bytes;
};
const gguf = (tensors: number, pairs: number, ...rest: Buffer[]): Buffer =>
  Buffer.concat([Buffer.from('GGUF\x03\0\0\0', 'latin1'), u64(tensors), u64(pairs), ...rest]);
const u32 = (value: number): Buffer => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
};

test.each([
  ['a count of tensors that lies', gguf(2 ** 50, 0), /claims 1125899906842624 tensors/],
  ['a count of metadata that lies', gguf(0, 2 ** 40), /metadata entries/],
  ['a name without an end', gguf(0, 1, u64(2 ** 45), Buffer.alloc(100)), /name of 35184372088832 bytes/],
  [
    'an array without an end',
    gguf(0, 1, u64(1), Buffer.from('a'), u32(9), u32(8), u64(2 ** 40), Buffer.alloc(64)),
    /array of 1099511627776/,
  ],
  [
    'arrays of arrays of arrays',
    gguf(0, 1, u64(1), Buffer.from('a'), u32(9), ...Array.from({ length: 50 }, () => Buffer.concat([u32(9), u64(1)]))),
    /nested more deeply/,
  ],
  [
    'a tensor that needs more than there is',
    gguf(1, 0, u64(1), Buffer.from('a'), u32(1), u64(10_000), u32(0), u64(0)),
    /was cut, or its header lies/,
  ],
  ['half a header', gguf(1, 1).subarray(0, 14), /ends before what it announces/],
])('GGUF with %s', async (_, bytes, warning) => {
  expect((await kindOf('model.gguf', bytes)).warnings.join('\n')).toMatch(warning);
});

const marker = () => join(folder, 'it-ran');

test('a pickle that would run code is named and does not run', async () => {
  const command = `touch ${marker()}`;
  const pickled = Buffer.concat([
    Buffer.from('\x80\x04\x8c\x05posix\x8c\x06system\x93', 'latin1'),
    Buffer.from([0x8c, command.length]),
    Buffer.from(`${command}\x85R.`, 'latin1'),
  ]);
  const kind = await kindOf('model.pkl', pickled);
  expect(kind.warnings).toEqual([
    'Unpickling it calls posix.system, which can run any program. Do not load it unless you trust who made it.',
  ]);
  expect(existsSync(marker())).toBe(false);
});

test.each([
  ['protocol 0', "cos\nsystem\n(S'true'\ntR.", /calls os\.system/],
  ['INST', "(S'true'\nios\nsystem\n.", /calls os\.system/],
  ['OBJ', "(cos\nsystem\nS'true'\no.", /calls os\.system/],
  ['eval', "c__builtin__\neval\n(S'1'\ntR.", /calls __builtin__\.eval/],
  [
    'an attribute of something harmless',
    '\x80\x04\x8c\x05numpy\x8c\x0e_core.os.execv\x93.',
    /loads numpy\._core\.os\.execv/,
  ],
  ['a name that is computed', '\x80\x04cbuiltins\nstr\n)R\x8c\x06system\x93.', /computes the name/],
  ['damage after the call', "\x80\x02cos\nsystem\n(S'true'\ntR\xff", /calls os\.system[\s\S]*damaged/],
  ['getattr', '\x80\x02cbuiltins\ngetattr\n(cnumpy\nint8\nX\x01\0\0\0atR.', /getattr/],
  ['the registry of extensions', '\x80\x02\x82\x01.', /extension registry/],
])('a pickle that hides its call: %s', async (_, text, warning) => {
  expect((await kindOf('model.pkl', Buffer.from(text, 'latin1'))).warnings.join('\n')).toMatch(warning);
});

test.each([
  ['a text of 4 GB', '\x80\x02X\xff\xff\xff\xff', /ends before what it announces/],
  ['bytes of 2^62', '\x80\x04\x8e\0\0\0\0\0\0\0\x40', /ends before/],
  ['an instruction that there is not', '\x80\x02\xff.', /instruction that pickles do not have/],
  ['an empty stack', '\x80\x02R.', /takes more from its stack/],
  ['a million marks', `\x80\x02${'('.repeat(1_000_000)}.`, /nested more deeply/],
  ['no end', '\x80\x02NN', /ends before/],
])('a pickle with %s', async (_, text, warning) => {
  expect((await kindOf('model.pkl', Buffer.from(text, 'latin1'))).warnings.join('\n')).toMatch(warning);
});

test('a list that holds itself a million times over is looked at once', async () => {
  // ten levels, each a list of the one before ten times: a billion laughs
  const levels = Array.from(
    { length: 30 },
    (_, i) => `](${`h${String.fromCharCode(i)}`.repeat(10)}eq${String.fromCharCode(i + 1)}`,
  );
  const kind = await kindOf('model.pkl', Buffer.from(`\x80\x02]q\0${levels.join('')}.`, 'latin1'));
  expect(kind.warnings).toEqual([]);
});

test('a compressed pickle that inflates without an end is given up', async () => {
  const bomb = deflateSync(
    Buffer.concat([Buffer.from('\x80\x04B', 'latin1'), u32(2 ** 31 - 1), Buffer.alloc(300 * 1024 * 1024)]),
  );
  expect(bomb.length).toBeLessThan(1024 * 1024);
  const kind = await kindOf('model.joblib', bomb);
  expect(kind.warnings[0]).toMatch(/inflates to more than 256 MB/);
});

const pickled = Buffer.from('\x80\x02}.', 'latin1');

test.each([
  [
    'names that lead outside',
    [
      { name: 'm/data.pkl', data: pickled },
      { name: '../../x', data: Buffer.from('x') },
    ],
    /list of files cannot be trusted.*\.\.\/\.\.\/x/,
  ],
  [
    'absolute names',
    [
      { name: 'm/data.pkl', data: pickled },
      { name: '/etc/x', data: Buffer.from('x') },
    ],
    /list of files cannot be trusted/,
  ],
  [
    'a name twice',
    [
      { name: 'm/data.pkl', data: pickled },
      { name: 'm/data.pkl', data: Buffer.from('\x80\x02N.', 'latin1') },
    ],
    /"m\/data\.pkl" twice/,
  ],
  [
    'a pickle that is a bomb',
    [
      {
        name: 'm/data.pkl',
        data: Buffer.concat([Buffer.from('\x80\x04B', 'latin1'), u32(2 ** 31 - 1), Buffer.alloc(80 * 1024 * 1024)]),
        deflate: true,
      },
    ],
    /inflates to more than 64 MB|size/,
  ],
  [
    'a size that lies',
    [
      {
        name: 'm/data.pkl',
        data: Buffer.concat([Buffer.from('\x80\x04B', 'latin1'), u32(100_000), Buffer.alloc(100_000)]),
        deflate: true,
        claims: 10,
      },
    ],
    /size|bytes/,
  ],
  ['10 GB declared', [{ name: 'm/data.pkl', data: pickled, claims: 4_294_967_290 }], /size|bytes|cannot be/],
])('a zip with %s', async (_, parts, warning) => {
  expect((await kindOf('model.pt', zipOf(parts))).warnings.join('\n')).toMatch(warning);
});

test.each([
  [
    'a graph longer than the file',
    Buffer.from([0x08, 0x08, 0x3a, 0xff, 0xff, 0xff, 0xff, 0x0f, 0x0a]),
    /reaches beyond/,
  ],
  [
    'a number without an end',
    Buffer.from([0x08, 0x08, 0x3a, ...Array.from({ length: 20 }, () => 0xff)]),
    /does not end/,
  ],
  ['no graph', Buffer.from([0x08, 0x08, 0x12, 0x01, 0x61]), /holds no graph/],
])('ONNX with %s', async (_, bytes, warning) => {
  expect((await kindOf('model.onnx', bytes)).warnings.join('\n')).toMatch(warning);
});

test('an MLmodel that is a YAML bomb is refused', async () => {
  const levels = Array.from(
    { length: 9 },
    (_, i) => `a${i + 1}: &a${i + 1} [${Array.from({ length: 10 }, () => `*a${i}`).join(', ')}]`,
  );
  const kind = await kindOf('MLmodel', `a0: &a0 [x]\n${levels.join('\n')}\nflavors: *a9\n`);
  expect(kind.warnings).toEqual(['MLmodel is no YAML that can be read.']);
});

test('names from a file cannot break a line or turn a text around', async () => {
  const name = 'a\n\u202ebad\u0007';
  const kind = await kindOf('model.safetensors', safetensors(JSON.stringify({ [name]: f32(0, 4) }), Buffer.alloc(4)));
  expect(kind.tensors[0]?.name).toBe('a bad');
});
