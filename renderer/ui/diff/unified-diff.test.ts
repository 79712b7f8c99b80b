import { expect, test } from 'vitest';
import { parseUnifiedDiff } from './unified-diff.ts';

const PATCH = `diff --git a/train.py b/train.py
index 1111111..2222222 100644
--- a/train.py
+++ b/train.py
@@ -1,4 +1,5 @@ def main():
 import assay
-lr = 0.1
+lr = 0.2
+seed = 1
 
 run()
@@ -20 +21 @@
-old
\\ No newline at end of file
+new
diff --git a/notes/new file.txt b/notes/new file.txt
new file mode 100644
index 0000000..3333333
--- /dev/null
+++ b/notes/new file.txt
@@ -0,0 +1,2 @@
+hello
+world
diff --git a/gone.txt b/gone.txt
deleted file mode 100644
--- a/gone.txt
+++ /dev/null
@@ -1 +0,0 @@
-bye
diff --git "a/caf\\303\\251.py" "b/caf\\303\\251.py"
old mode 100644
new mode 100755
diff --git a/a.py b/b.py
similarity index 100%
rename from a.py
rename to b.py
diff --git a/x.png b/x.png
Binary files a/x.png and b/x.png differ
`;

test('files, their fate and their counts', () => {
  expect(
    parseUnifiedDiff(PATCH).map(({ path, from, status, added, removed, binary }) => [
      path,
      from,
      status,
      added,
      removed,
      binary,
    ]),
  ).toEqual([
    ['train.py', null, 'modified', 3, 2, false],
    ['notes/new file.txt', null, 'added', 2, 0, false],
    ['gone.txt', null, 'deleted', 0, 1, false],
    ['café.py', null, 'modified', 0, 0, false],
    ['b.py', 'a.py', 'renamed', 0, 0, false],
    ['x.png', null, 'modified', 0, 0, true],
  ]);
});

test('lines know their numbers on both sides', () => {
  const [first, second] = parseUnifiedDiff(PATCH)[0]!.hunks;
  expect(first?.lines.map(({ kind, text, before, after }) => [kind, text, before, after])).toEqual([
    ['context', 'import assay', 1, 1],
    ['removed', 'lr = 0.1', 2, null],
    ['added', 'lr = 0.2', null, 2],
    ['added', 'seed = 1', null, 3],
    ['context', '', 3, 4],
    ['context', 'run()', 4, 5],
  ]);
  expect(second?.lines.map((line) => [line.kind, line.text])).toEqual([
    ['removed', 'old'],
    ['note', 'No newline at end of file'],
    ['added', 'new'],
  ]);
});

test('content cannot pass for a header', () => {
  const [file, ...more] = parseUnifiedDiff(
    'diff --git a/x b/x\n--- a/x\n+++ b/x\n@@ -1,2 +1,2 @@\n--- a/evil\n-diff --git a/y b/y\n+++ b/evil\n+@@ -1 +1 @@\n',
  );
  expect(more).toEqual([]);
  expect(file?.hunks[0]?.lines.map((line) => line.text)).toEqual([
    '-- a/evil',
    'diff --git a/y b/y',
    '++ b/evil',
    '@@ -1 +1 @@',
  ]);
});

test('a diff without git headers, and text that is none', () => {
  const plain = parseUnifiedDiff('--- old.txt\t2026-01-01\n+++ new.txt\t2026-01-02\n@@ -1 +1 @@\n-a\n+b\n');
  expect(plain).toMatchObject([{ path: 'new.txt', added: 1, removed: 1 }]);
  expect(parseUnifiedDiff('')).toEqual([]);
  expect(parseUnifiedDiff('nothing here\n@@ -1 +1 @@\n+x')).toEqual([]);
  expect(parseUnifiedDiff('diff --git a/x b/x\n@@ -1,5 +1,5 @@\n a\n').at(0)?.hunks[0]?.lines).toHaveLength(1);
});

test('windows line ends stay part of the text', () => {
  const [file] = parseUnifiedDiff('diff --git a/x b/x\n@@ -1 +1 @@\n-a\r\n+b\r\n');
  expect(file?.hunks[0]?.lines.map((line) => line.text)).toEqual(['a\r', 'b\r']);
});
