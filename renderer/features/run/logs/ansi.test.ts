import { expect, test } from 'vitest';
import { parseAnsi, plainText } from './ansi.ts';

const ESC = '\x1b';

test('the sixteen colours, weights and their ends', () => {
  expect(parseAnsi(`${ESC}[1;31mred${ESC}[0m plain ${ESC}[92mgreen${ESC}[39m${ESC}[44mon blue`)).toEqual([
    { text: 'red', style: { bold: true, color: 1 } },
    { text: ' plain ', style: {} },
    { text: 'green', style: { color: 10 } },
    { text: 'on blue', style: { color: undefined, background: 4 } },
  ]);
});

test('256 colours and true colours, with semicolons and with colons', () => {
  const color = (codes: string) => parseAnsi(`${ESC}[${codes}mx`)[0]?.style.color;
  expect(color('38;5;9')).toBe(9);
  expect(color('38;5;196')).toBe('#ff0000');
  expect(color('38;5;244')).toBe('#808080');
  expect(color('38;2;18;52;86')).toBe('#123456');
  expect(color('38:2::18:52:86')).toBe('#123456');
  expect(color('38:5:21')).toBe('#0000ff');
  expect(color('38;2;300;0;0')).toBeUndefined();
  expect(parseAnsi(`${ESC}[38;5;196;1mx`)[0]?.style).toEqual({ color: '#ff0000', bold: true });
});

test('everything else that controls a terminal is left out', () => {
  expect(plainText(`a${ESC}[2Kb${ESC}[?25lc${ESC}]0;title\x07d${ESC}]8;;http://x${ESC}\\e${ESC}(Bf\x00g${ESC}Mh`)).toBe(
    'abcdefgh',
  );
  expect(plainText(`left open ${ESC}]0;no end`)).toBe('left open ');
  expect(plainText('tab\tstays')).toBe('tab\tstays');
});

test('a progress line shows its last state, colours go on', () => {
  expect(plainText(' 10%|#   |\r 50%|##  |\r100%|####|')).toBe('100%|####|');
  expect(plainText('Windows line\r')).toBe('Windows line');
  expect(plainText('done\r\r')).toBe('done');
  expect(parseAnsi(`${ESC}[32m10%\r20%`)).toEqual([{ text: '20%', style: { color: 2 } }]);
  expect(plainText('1/3\b\b\b2/3\b\b\b3/3')).toBe('3/3');
});

test('no input breaks it', () => {
  for (const text of [
    '',
    ESC,
    `${ESC}[`,
    `${ESC}[38m`,
    `${ESC}[38;5m x`,
    `${ESC}[38;2;1mx`,
    '\b\b',
    '\r',
    `${ESC}[;;;mx`,
  ]) {
    expect(() => parseAnsi(text)).not.toThrow();
  }
  expect(plainText(`${ESC}[38;5mx`)).toBe('x');
});
