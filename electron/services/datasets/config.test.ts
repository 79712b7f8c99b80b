import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { chooseRemote, findRepo, initRepo, readConfig } from './config.ts';

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'assay-dvc-'));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

const configure = (text: string, local = '') => {
  mkdirSync(join(root, '.dvc'), { recursive: true });
  writeFileSync(join(root, '.dvc', 'config'), text);
  if (local) writeFileSync(join(root, '.dvc', 'config.local'), local);
  return readConfig(root);
};

describe('readConfig', () => {
  it('has the settings of DVC when the file is empty', () => {
    expect(configure('')).toEqual({
      noScm: false,
      cacheFolder: join(root, '.dvc', 'cache'),
      linkTypes: ['reflink', 'copy'],
      shared: false,
      defaultRemote: null,
      remotes: [],
      hardlinkLock: false,
    });
  });

  it('reads remotes, with places counted from the folder of the file; the local file wins', () => {
    const config = configure(
      `[core]\n    remote = storage\n    no_scm = True\n[cache]\n    dir = ../../shared cache\n    type = "hardlink,symlink"\n['remote "storage"']\n    url = ../store\n[remote "s3"]\nURL = s3://bucket/x # far away\n`,
      '[core]\nremote = mine\n[\'remote "mine"\']\n    url = ~/m\n[\'remote "abs"\']\n    url = /a/b\n',
    );
    expect(config).toMatchObject({
      noScm: true,
      defaultRemote: 'mine',
      linkTypes: ['hardlink', 'symlink'],
      cacheFolder: join(root, '..', 'shared cache'),
      remotes: [
        { name: 'storage', folder: join(root, 'store') },
        { name: 's3', url: 's3://bucket/x', folder: null },
        { name: 'mine', folder: join(homedir(), 'm') },
        { name: 'abs', folder: '/a/b' },
      ],
    });
    const repo = { root, config };
    expect(chooseRemote(repo, 'storage').folder).toBe(join(root, 'store'));
    expect(() => chooseRemote(repo, 's3')).toThrow(/dvc push/);
    expect(() => chooseRemote(repo, 'nobody')).toThrow(/storage, s3, mine, abs/);
  });

  it('names the line that it cannot read, and a link type that is none', () => {
    expect(() => configure('[core]\nremote\n')).toThrow(/\.dvc\/config, line 2/);
    expect(() => configure('[cache]\ntype = magic\n')).toThrow(/"magic"/);
  });
});

describe('initRepo', () => {
  it('makes what dvc init makes, and is found from below', () => {
    initRepo(root, true);
    expect(readFileSync(join(root, '.dvc/.gitignore'), 'utf8')).toBe('/config.local\n/tmp\n/cache\n');
    expect(readFileSync(join(root, '.dvc/config'), 'utf8')).toBe('');
    expect(findRepo(join(root, 'a', 'b'), root)?.root).toBe(root);
    expect(findRepo(join(root, '..', 'elsewhere'), join(root, '..', 'elsewhere'))).toBeNull();
  });

  it('says so where there is no git, and changes nothing that is there', () => {
    mkdirSync(join(root, '.dvc'));
    writeFileSync(join(root, '.dvcignore'), 'mine\n');
    expect(initRepo(root, false).config.noScm).toBe(true);
    expect(readFileSync(join(root, '.dvcignore'), 'utf8')).toBe('mine\n');
  });
});
