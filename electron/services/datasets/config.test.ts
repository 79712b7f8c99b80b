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
    expect(chooseRemote(repo, 'S3').url).toBe('s3://bucket/x');
    expect(() => chooseRemote(repo, 'nobody')).toThrow(/storage, s3, mine, abs/);
  });

  it('keeps the options of a remote, secrets of the local file over those of the common one; paths count from their file', () => {
    mkdirSync(join(root, 'common'));
    writeFileSync(
      join(root, 'common/config'),
      `['remote "s3"']\n    password = common\n    credentialpath = keys\n    region = x\n`,
    );
    process.env.DVC_GLOBAL_CONFIG_DIR = join(root, 'common');
    try {
      const { remotes } = configure(
        `['remote "s3"']\n    url = s3://b/p\n    ssl_verify = ca.pem\n['remote "deep"']\n    url = remote://s3/below\n`,
        `['remote "s3"']\n    password = "mine # really"\n`,
      );
      expect(remotes).toMatchObject([
        {
          name: 's3',
          settings: {
            password: 'mine # really',
            region: 'x',
            credentialpath: join(root, 'common/keys'),
            ssl_verify: join(root, '.dvc/ca.pem'),
          },
        },
        { name: 'deep', url: 's3://b/p/below', folder: null, settings: { password: 'mine # really' } },
      ]);
    } finally {
      delete process.env.DVC_GLOBAL_CONFIG_DIR;
    }
  });

  it('refuses what it cannot reach, without telling the secrets of the address', () => {
    const config = configure(
      `['remote "azure"']\nurl = azure://container\n['remote "dav"']\nurl = webdavs://me:secret@host/x?sig=secret\n['remote "cloud"']\nurl = s3://b\nversion_aware = true\n`,
    );
    const repo = { root, config };
    expect(() => chooseRemote(repo, 'azure')).toThrow(/azure:\/\/container.*dvc push/);
    expect(() => chooseRemote(repo, 'dav')).toThrow(/\(webdavs:\/\/host\/x\)/);
    expect(() => chooseRemote(repo, 'cloud')).toThrow(/version_aware/);
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
