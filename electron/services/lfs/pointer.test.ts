import { describe, expect, it } from 'vitest';
import { EMPTY_OID, parsePointer, writePointer } from './pointer.ts';

const OID = '4d7a214614ab2935c943f9e0ff69d22eadbb8f32b1258daaa5e2ca24d17e2393';
const SPEC = `version https://git-lfs.github.com/spec/v1\noid sha256:${OID}\nsize 12345\n`;

describe('a pointer', () => {
  it('of the specification is read and written byte for byte', () => {
    expect(parsePointer(SPEC)).toEqual({ oid: OID, size: 12345, extensions: [], canonical: true });
    expect(writePointer({ oid: OID, size: 12345 })).toBe(SPEC);
  });

  it('with extensions is the same after reading and writing, in order of priority', () => {
    const text = `version https://git-lfs.github.com/spec/v1\next-0-foo sha256:${'a'.repeat(64)}\next-1-bar sha256:${'b'.repeat(64)}\noid sha256:${OID}\nsize 9\n`;
    const pointer = parsePointer(text)!;
    expect(pointer.extensions.map((one) => one.name)).toEqual(['foo', 'bar']);
    expect(pointer.canonical).toBe(true);
    expect(writePointer(pointer)).toBe(text);
    const swapped = text.replace(/(ext-0.*\n)(ext-1.*\n)/, '$2$1');
    expect(parsePointer(swapped)).toMatchObject({ extensions: pointer.extensions, canonical: false });
  });

  it.each([
    ['an old name', SPEC.replace('git-lfs.github', 'hawser.github')],
    ['the oldest name', SPEC.replace('https://git-lfs.github.com/spec/v1', 'http://git-media.io/v/2')],
    ['Windows line ends', SPEC.replaceAll('\n', '\r\n')],
    ['no line end', SPEC.trimEnd()],
    ['an empty line', SPEC.replace('\noid', '\n\noid')],
    ['zeros before the size', SPEC.replace('12345', '012345')],
  ])('with %s is read, but is not canonical', (_, text) => {
    expect(parsePointer(text)).toMatchObject({ oid: OID, size: 12345, canonical: false });
  });

  it('of an empty file is empty', () => {
    expect(parsePointer('')).toMatchObject({ oid: EMPTY_OID, size: 0, canonical: true });
    expect(writePointer({ oid: EMPTY_OID, size: 0 })).toBe('');
  });

  it.each([
    ['another version', SPEC.replace('v1', 'v9')],
    ['an unknown line', `${SPEC}note hello\n`],
    ['an unknown line before the size', SPEC.replace('size', 'aaa b\nsize')],
    ['keys in another order', `version https://git-lfs.github.com/spec/v1\nsize 1\noid sha256:${OID}\n`],
    ['a path for its oid', SPEC.replace(OID, '../../../../etc/passwd')],
    ['an oid that is too long', SPEC.replace(OID, `${OID}00`)],
    ['capitals in its oid', SPEC.replace(OID, OID.toUpperCase())],
    ['another hash', SPEC.replace('sha256', 'sha1')],
    ['a negative size', SPEC.replace('12345', '-1')],
    ['a size beyond all numbers', SPEC.replace('12345', '9'.repeat(17))],
    ['a size that is none', SPEC.replace('12345', '12e3')],
    ['two extensions of one priority', SPEC.replace('oid', `ext-0-a sha256:${OID}\next-0-b sha256:${OID}\noid`)],
    ['an extension with two digits', SPEC.replace('oid', `ext-10-a sha256:${OID}\noid`)],
    ['too much behind it', SPEC + ' '.repeat(1024)],
    ['words only', 'version of the world'],
    ['other bytes', new Uint8Array([255, 254, 0])],
  ])('with %s is none', (_, content) => {
    expect(parsePointer(content)).toBeNull();
  });
});
