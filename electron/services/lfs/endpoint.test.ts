import { describe, expect, it } from 'vitest';
import { createGitConfig, parseGitConfig } from '../git/config-file.ts';
import { defaultRemote, findEndpoint, type Operation, readLfsConfig } from './endpoint.ts';

const configOf = (text: string) => createGitConfig(parseGitConfig(text));
const find = (config: string, own: string | null = null, operation: Operation = 'download', remote = 'origin') =>
  findEndpoint(configOf(config), readLfsConfig(own), remote, operation, '/repo');
const ofRemote = (url: string) => find(`[remote "origin"]\nurl = ${url}\n`);

describe('the endpoint of a remote', () => {
  it.each([
    ['https://git.example/org/repo', 'https://git.example/org/repo.git/info/lfs', null],
    ['https://git.example/org/repo.git', 'https://git.example/org/repo.git/info/lfs', null],
    ['https://git.example/org/repo/', 'https://git.example/org/repo.git/info/lfs', null],
    ['http://anna:pw@git.example:8080/r.git', 'http://anna:pw@git.example:8080/r.git/info/lfs', null],
    ['git://git.example/r.git', 'https://git.example/r.git/info/lfs', null],
    [
      'git@git.example:org/repo.git',
      'https://git.example/org/repo.git/info/lfs',
      ['ssh://git@git.example', 'org/repo.git'],
    ],
    [
      'ssh://git@git.example:2222/org/repo',
      'https://git.example/org/repo.git/info/lfs',
      ['ssh://git@git.example:2222', 'org/repo'],
    ],
    [
      'git+ssh://git@git.example/org/repo',
      'https://git.example/org/repo.git/info/lfs',
      ['ssh://git@git.example', 'org/repo'],
    ],
  ])('%s is %s', (url, expected, ssh) => {
    expect(ofRemote(url)).toEqual({
      kind: 'http',
      remote: 'origin',
      url: expected,
      foreign: false,
      ssh: ssh && { url: ssh[0], path: ssh[1] },
    });
  });

  it.each([
    ['file:///srv/with%20space.git', '/srv/with space.git'],
    ['/srv/repo.git', '/srv/repo.git'],
    ['../other', '/other'],
  ])('%s is the folder %s', (url, folder) => {
    expect(ofRemote(url)).toEqual({ kind: 'folder', remote: 'origin', folder });
  });

  it.each(['ext::sh -c evil', 'ssh://-oProxyCommand=evil/x', 'ftp://host/x'])('%s is none', (url) => {
    expect(() => ofRemote(url)).toThrow(/cannot be exchanged/);
  });

  const REMOTE = '[remote "origin"]\nurl = https://a.example/r\nlfsurl = https://b.example/lfs\n';
  it('is what is configured, the more particular the later', () => {
    const url = (...args: Parameters<typeof find>) => (find(...args) as { url: string }).url;
    expect(url(REMOTE)).toBe('https://b.example/lfs');
    expect(url(`${REMOTE}[lfs]\nurl = https://c.example/\n`)).toBe('https://c.example');
    const push = `${REMOTE}lfspushurl = https://d.example\n[lfs]\npushurl = https://e.example\n`;
    expect(url(push, null, 'upload')).toBe('https://e.example');
    expect(url(`${REMOTE}lfspushurl = https://d.example\n`, null, 'upload')).toBe('https://d.example');
    expect(url('[remote "origin"]\nurl = https://a.example/r\npushurl = https://p.example/r\n', null, 'upload')).toBe(
      'https://p.example/r.git/info/lfs',
    );
  });

  it('may be named by .lfsconfig, which is then foreign, counts less, and may not do more', () => {
    const own =
      '[lfs]\nurl = https://own.example/lfs\n[credential]\nhelper = evil\n[remote "origin"]\nurl = https://evil.example\n';
    expect(find('', own)).toMatchObject({ url: 'https://own.example/lfs', foreign: true });
    expect(find('[lfs]\nurl = https://mine.example\n', own)).toMatchObject({
      url: 'https://mine.example',
      foreign: false,
    });
    expect(readLfsConfig(own).entries).toEqual([['lfs.url', 'https://own.example/lfs']]);
    expect(() => find('', '[lfs]\nurl = file:///etc\n')).toThrow(/no web address/);
    expect(() => find('', '[lfs]\nurl = /etc\n')).toThrow(/no web address/);
  });

  it('follows url.<base>.insteadOf, the longest', () => {
    const config = `[url "https://long.example/"]\ninsteadOf = gh:org/\n[url "https://short.example/"]\ninsteadOf = gh:\n`;
    expect(find(`${config}[remote "origin"]\nurl = gh:org/r\n`)).toMatchObject({
      url: 'https://long.example/r.git/info/lfs',
    });
  });

  it('is missed in words', () => {
    expect(() => find('')).toThrow(/no git remote "origin"/);
    expect(() => findEndpoint(configOf(''), readLfsConfig(null), null, 'download', '/repo')).toThrow(/git remote add/);
  });
});

describe('the usual remote', () => {
  it.each([
    ['[remote "a"]\nurl=x\n', null, 'a'],
    ['[remote "a"]\nurl=x\n[remote "b"]\nurl=y\n', null, null],
    ['[remote "a"]\nurl=x\n[remote "origin"]\nurl=y\n', null, 'origin'],
    ['[remote "a"]\nurl=x\n[remote "origin"]\nurl=y\n[branch "main"]\nremote=a\n', 'main', 'a'],
    ['[remote "a"]\nurl=x\n[remote "origin"]\nurl=y\n[remote]\nlfsdefault=a\n', 'main', 'a'],
  ])('of %j on %s is %s', (config, branch, expected) => {
    expect(defaultRemote(configOf(config), branch)).toBe(expected);
  });
});
