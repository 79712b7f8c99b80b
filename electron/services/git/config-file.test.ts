import { describe, expect, it } from 'vitest';
import { createGitConfig, parseGitConfig } from './config-file.ts';

describe('a config file of git', () => {
  it('is read with sections, quotes, escapes, comments and long lines', () => {
    const text = `# comment
[core]
	bare = false ; no
	Editor = "vi # not a comment"
[remote "origin"]
	url = https://example.com/a.git
	fetch = +refs/heads/*:refs/remotes/origin/*
[remote "Odd \\"name\\".x"]
	url = \\
two
[lfs] url = "https://example.com/a b"\\t
[http "https://example.com"]
	sslVerify
[old.Style]
	a = b\\\\
`;
    const config = createGitConfig(parseGitConfig(text));
    expect(config.get('core.bare')).toBe('false');
    expect(config.get('core.editor')).toBe('vi # not a comment');
    expect(config.names('remote')).toEqual(['origin', 'Odd "name".x']);
    expect(config.get('remote.Odd "name".x.url')).toBe('two');
    expect(config.get('lfs.url')).toBe('https://example.com/a b\t');
    expect(config.get('http.https://example.com.sslverify')).toBe('true');
    expect(config.get('old.style.a')).toBe('b\\');
  });

  it('says the last value first and keeps all of them', () => {
    const config = createGitConfig(parseGitConfig('[a]\nb = 1\n[a]\nb = 2\n'));
    expect(config.get('a.b')).toBe('2');
    expect(config.getAll('a.b')).toEqual(['1', '2']);
    expect(config.get('a.c')).toBeNull();
  });
});
